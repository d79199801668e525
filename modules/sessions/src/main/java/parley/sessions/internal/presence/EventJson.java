package parley.sessions.internal.presence;

import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.hub.Channels;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;

/// Events of a conversation as publications without offset on `c:`.
final class EventJson {
    private EventJson() {}

    static EncodedPush typing(ConversationId conversation, AccountId account) {
        return push(conversation, "{\"type\":\"typing\",\"account\":\"" + account + "\"}");
    }

    static EncodedPush typing(ConversationId conversation, int count) {
        return push(conversation, "{\"type\":\"typing\",\"count\":" + count + "}");
    }

    static EncodedPush read(ConversationId conversation, AccountId account, long seq) {
        return push(conversation, "{\"type\":\"read\",\"account\":\"" + account + "\",\"seq\":" + seq + "}");
    }

    static EncodedPush presence(ConversationId conversation, Signal.Presence signal) {
        String tail =
                signal.online() ? ",\"online\":true}" : ",\"online\":false,\"lastSeen\":" + signal.seenMillis() + "}";
        return push(conversation, "{\"type\":\"presence\",\"account\":\"" + signal.account() + "\"" + tail);
    }

    static EncodedPush presence(ConversationId conversation, int count) {
        return push(conversation, "{\"type\":\"presence\",\"count\":" + count + "}");
    }

    private static EncodedPush push(ConversationId conversation, String data) {
        return new EncodedPush(
                new Push.Published(Channels.of(conversation), Publication.transientEvent(Payload.json(data))));
    }
}
