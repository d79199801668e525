package parley.messaging;

import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations.Result;

/// Changes messages that were sent. The first argument of each method is the account that asks, `seq`
/// that of a message which it may read. Thread-safe.
///
/// Every method blocks for a commit: call it on a virtual thread. What is allowed is decided under the
/// lock of the conversation, by its state at that moment. What was answered [Result.Done] is durable, and
/// every read that begins afterwards shows it. A change that changes nothing adds no entry and answers
/// the head. Refusals as in [Conversations].
public interface Revising {

    /// Gives an own message another body (as in [Sending.Draft]), while the edit window is open. Not
    /// possible once it was recalled.
    Result<Revised> edit(AccountId account, ConversationId conversation, long seq, byte[] body);

    /// Erases a message for good: an own one at any time, in groups an owner or admin anybody's.
    Result<Revised> recall(AccountId account, ConversationId conversation, long seq);

    /// Adds the account's reaction `emoji` (1 to 32 bytes of UTF-8, no control characters) to a message,
    /// or takes it away. An account reacts once with the same emoji. Not possible once the message was
    /// recalled.
    Result<Revised> react(AccountId account, ConversationId conversation, long seq, String emoji, boolean on);

    /// `seq` and `time` of the entry that says so, or of the head when nothing was to be changed.
    record Revised(long seq, long time) {}
}
