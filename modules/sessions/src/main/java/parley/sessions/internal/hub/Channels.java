package parley.sessions.internal.hub;

import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// The names of channels: `c:<conversation>` and `u:<account>`.
public final class Channels {
    private static final String CONVERSATION = "c:";
    private static final String ACCOUNT = "u:";

    private Channels() {}

    public static String of(ConversationId conversation) {
        return CONVERSATION + conversation;
    }

    public static String of(AccountId account) {
        return ACCOUNT + account;
    }

    /// The conversation that a channel name stands for; empty for any other name.
    public static Optional<ConversationId> conversation(String channel) {
        return channel.startsWith(CONVERSATION)
                ? ConversationId.parse(channel.substring(CONVERSATION.length()))
                : Optional.empty();
    }
}
