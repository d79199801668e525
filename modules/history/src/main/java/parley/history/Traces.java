package parley.history;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What one author left in the logs, for the removal of all of it. Thread-safe; every method blocks for
/// one statement or a few, each over a bounded number of rows by primary key, and throws
/// [parley.kernel.Unavailable] while the database does not answer.
///
/// An author is found by the idempotency keys of the appends, which every append has and which outlive
/// memberships: so nothing is missed, however long ago it was, and no send pays for an index. What was
/// dropped is not found again, so the rest is the work that is left. Only for an author that appends
/// nothing more by itself.
public interface Traces {

    /// Looks through the `scan` (1 to 10,000) conversations with ids above `after` for appends of
    /// `author`.
    Sweep sweep(AccountId author, long after, int scan);

    /// `found` have an append of the author, ascending; `reached` is the last one looked at. With
    /// `isLast` there are none behind it.
    record Sweep(List<ConversationId> found, long reached, boolean isLast) {
        public Sweep {
            found = List.copyOf(found);
        }
    }

    /// Up to `limit` (1 to 1,000) appends of `author`, in no order that means anything.
    List<Trace> traces(ConversationId conversation, AccountId author, int limit);

    /// One append: its key, and its last entry as it is stored now; null when the log does not have it
    /// any more.
    @SuppressWarnings("ArrayRecordComponent")
    record Trace(byte[] key, @Nullable Entry entry) {}

    /// The reactions of `account` to the message `target` that are in force.
    List<String> reactions(ConversationId conversation, long target, AccountId account);

    /// Takes the client's ids off the entries of `traces`. What is cached of them stays until something
    /// changes these entries: call it before that.
    void dropClientIds(ConversationId conversation, AccountId author, Collection<Trace> traces);

    /// Drops the keys of `traces`: these appends are not found again, and a repeat of one would be new.
    void drop(ConversationId conversation, AccountId author, Collection<Trace> traces);
}
