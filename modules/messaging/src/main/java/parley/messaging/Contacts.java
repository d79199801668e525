package parley.messaging;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.accounts.Profile;
import parley.kernel.AccountId;
import parley.messaging.Conversations.Result;

/// Whom an account does not want to hear from. The first argument of each method is the account that
/// asks. Thread-safe; blocks and throws as [Conversations] does.
///
/// Who is blocked is told nothing: every call is answered as if there were no block, and the direct
/// conversation and groups look the same. What changes is what the one who blocks sees: not the direct
/// conversation of the two while the block lasts, and not a group that the other one founds with or adds
/// them to, until somebody else adds them. Groups that both are in are not affected.
public interface Contacts {

    /// `account` blocks `other`, and does not see their direct conversation from the answer on; its
    /// devices are told that they are out of it. Repeating it changes nothing.
    Result<Done> block(AccountId account, AccountId other);

    /// Ends it: the direct conversation is there again, with all that was written meanwhile.
    Result<Done> unblock(AccountId account, AccountId other);

    /// Those that `account` blocks, by id. `after` is the `next` of the page before, null for the first;
    /// `limit` 1 to 100.
    Result<Blocked> blocked(AccountId account, @Nullable String after, int limit);

    /// Nothing more to tell.
    record Done() {}

    /// `next` is null on the last page.
    record Blocked(List<Profile> accounts, @Nullable String next) {}
}
