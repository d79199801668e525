package parley.sessions.internal.presence;

import java.util.Collection;
import java.util.Set;
import parley.kernel.AccountId;

/// Who is not to know of whom. Both methods may block for a statement and throw
/// [parley.kernel.Unavailable]; the first is asked for every event, so it should remember for a while.
public interface Discretion {

    /// Nobody hides.
    Discretion NONE = new Discretion() {
        @Override
        public Set<AccountId> hiddenFrom(AccountId whom) {
            return Set.of();
        }

        @Override
        public Set<AccountId> hiding(AccountId from, Collection<AccountId> among) {
            return Set.of();
        }
    };

    /// Those that see and hear nothing of `whom`.
    Set<AccountId> hiddenFrom(AccountId whom);

    /// Those of `among` that `from` sees nothing of.
    Set<AccountId> hiding(AccountId from, Collection<AccountId> among);
}
