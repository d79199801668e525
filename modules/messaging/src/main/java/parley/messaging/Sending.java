package parley.messaging;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Sends messages. Thread-safe.
public interface Sending {
    /// Most accounts that one message mentions.
    int MENTIONS_MAX = 50;

    /// Sends `draft` as a message of `sender`.
    ///
    /// Does not wait for the commit. It may block briefly for a membership that is not cached, and for
    /// what a draft refers to (at most three statements), so call it on a virtual thread. `done` is
    /// called exactly once, on the calling thread when the answer is known at once, else on a thread of
    /// the log's lanes; it must not block. Sends of one conversation that one thread hands in one after
    /// another are numbered in that order.
    ///
    /// Never throws for what an outside fault does: that is [SendResult.Busy] or [SendResult.Unknown].
    void send(AccountId sender, ConversationId conversation, Draft draft, Consumer<? super SendResult> done);

    /// A message that was not sent yet.
    ///
    /// `clientId` (1 to 64 UTF-8 bytes) makes the send idempotent for its (conversation, sender); null =
    /// each call is a new message. `body`: a JSON object in UTF-8, at most 16 KiB (16,384 bytes) and 16
    /// levels deep; it is kept byte for byte (so it may hold line breaks between its tokens) and not
    /// copied: nobody may change the array afterwards. `replyTo`: the seq of a message that the sender
    /// may read, recalled or not; 0 for none. `mentions`: members of the conversation, the sender too if
    /// they like, each once however often named; at most
    /// [#MENTIONS_MAX] of them.
    @SuppressWarnings("ArrayRecordComponent")
    record Draft(@Nullable String clientId, byte[] body, long replyTo, List<AccountId> mentions) {

        public Draft {
            mentions = mentions.stream().distinct().sorted().toList();
        }

        /// A message that refers to nothing.
        public static Draft plain(@Nullable String clientId, byte[] body) {
            return new Draft(clientId, body, 0, List.of());
        }
    }
}
