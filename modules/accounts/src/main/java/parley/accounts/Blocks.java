package parley.accounts;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import parley.kernel.AccountId;

/// Whom an account does not want to hear from. What a block means is not said here. Thread-safe.
///
/// Each call blocks for a few statements and throws [parley.kernel.Unavailable] while the database does
/// not answer; what was answered is committed, and nothing is remembered, so every call sees it.
public interface Blocks {

    /// `me` blocks `other`, another account. Repeating it changes nothing.
    BlockResult block(AccountId me, AccountId other);

    /// `me` does not block `other` any more, or never did.
    void unblock(AccountId me, AccountId other);

    /// Whether `me` blocks `other`.
    boolean blocks(AccountId me, AccountId other);

    /// Those of `among` (at most 10,000) that block `whom`.
    Set<AccountId> blocking(AccountId whom, Collection<AccountId> among);

    /// Up to `limit` (1 to 1,000) of those that `me` blocks, with ids above `after` (0 for all), by id.
    List<Profile> blocked(AccountId me, long after, int limit);

    /// How a block ended.
    sealed interface BlockResult {
        record Blocked() implements BlockResult {}

        record NoSuchAccount() implements BlockResult {}

        /// `me` blocks as many as one may.
        record LimitReached(int blockedMax) implements BlockResult {}
    }
}
