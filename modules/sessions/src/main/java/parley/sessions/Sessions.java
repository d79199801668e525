package parley.sessions;

import java.util.List;
import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.SessionId;

/// The sessions of this node. Thread-safe; nothing here blocks.
public interface Sessions {

    int count();

    /// Up to `limit` sessions with an id above `after` (none: from the lowest), ascending by id; of
    /// `account` only when one is given. Walks over all sessions of the node: for operators, not for a
    /// hot path.
    List<SessionView> list(Optional<AccountId> account, Optional<SessionId> after, int limit);

    /// Ends the session with this code; false when there is no such session here.
    boolean end(SessionId session, Disconnect why);
}
