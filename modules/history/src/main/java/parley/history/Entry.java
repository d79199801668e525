package parley.history;

import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// One committed position of a conversation's log. `seq` is 1, 2, 3 ... without holes. `time` is
/// milliseconds since 1970 UTC, never smaller than that of the entry before. `messages` is the number of
/// messages at and before this entry. `clientId` is the sender's idempotency key, null where the sender
/// gave none. `target`, `detail` and `body` as in [NewEntry]. The arrays are shared: nobody may change
/// them.
@SuppressWarnings("ArrayRecordComponent")
public record Entry(
        ConversationId conversation,
        long seq,
        EntryKind kind,
        AccountId author,
        @Nullable String clientId,
        long target,
        long time,
        long messages,
        byte[] detail,
        byte[] body) {}
