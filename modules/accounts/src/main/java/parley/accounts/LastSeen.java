package parley.accounts;

import java.time.Instant;
import java.util.Optional;
import parley.kernel.AccountId;

/// When people were last here. Thread-safe.
///
/// A convenience, not a record: what is noted is written some seconds later, many accounts in one
/// statement; it is lost when the node dies before, or when more accounts wait than there is room for.
public interface LastSeen {

    /// `account` was here at `when`; the newest counts. Never blocks and never throws.
    void note(AccountId account, Instant when);

    /// The newest time noted here, or written by any node; empty when there is none. One statement at
    /// most; throws [parley.kernel.Unavailable] while the database does not answer.
    Optional<Instant> find(AccountId account);
}
