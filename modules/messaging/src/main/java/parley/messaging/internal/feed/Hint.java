package parley.messaging.internal.feed;

import java.util.List;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What travels on the bus.
public sealed interface Hint {

    /// A commit. `entries` are `first` to `last`, or empty when they are too long to carry. `version` is
    /// that of the members after the commit, `head` the head.
    record Committed(
            ConversationId conversation,
            long first,
            long last,
            long head,
            long version,
            List<Joined> added,
            List<AccountId> removed,
            List<Entry> entries)
            implements Hint {
        boolean carries() {
            return !entries.isEmpty();
        }

        /// About how much memory it holds.
        long weight() {
            long bytes = 200;
            for (Entry entry : entries) {
                bytes += 150L + entry.body().length + entry.detail().length;
            }
            return bytes;
        }
    }

    /// An account that the entry `seq` made a member, reading from `visibleFrom`.
    record Joined(AccountId account, long seq, long visibleFrom) {}

    /// `account`, a member, sees the conversation again or not any more; its log reaches up to `head`.
    record Shown(AccountId account, ConversationId conversation, long head, boolean isShown) implements Hint {}

    /// `node` committed its own row for the `beat`th time.
    record Beat(long node, long beat) implements Hint {}

    /// A read marker that moved.
    record Read(AccountId account, ConversationId conversation, long seq, long unread) implements Hint {}
}
