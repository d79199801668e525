package parley.sessions.internal.presence;

import parley.kernel.AccountId;

/// Who is not to know of whom. Asked for each receiver of each event: must answer from memory.
public interface Discretion {
    Discretion NONE = (whom, from) -> false;

    /// Whether `from` sees and hears nothing of `whom`.
    boolean hides(AccountId whom, AccountId from);
}
