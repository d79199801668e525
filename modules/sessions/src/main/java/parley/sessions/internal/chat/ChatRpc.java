package parley.sessions.internal.chat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.presence.Presence;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.wiring.SessionsModule.Neighbours;

/// All rpc methods of the chat, by name. Thread-safe; methods other than `message.send` block until
/// answered.
final class ChatRpc {
    private final MessageRpc messages;
    private final Map<String, RpcMethod> methods = new HashMap<>();

    ChatRpc(Neighbours neighbours, Hub hub, Presence presence, Allowances allowances, SendTimes times) {
        this.messages = new MessageRpc(neighbours.sending(), allowances, times);
        for (var part : List.of(
                messages.methods(),
                new RevisionRpc(neighbours.revising(), hub, allowances).methods(),
                new ConversationRpc(neighbours.conversations(), hub.recalls()).methods(),
                new MemberRpc(neighbours.conversations()).methods(),
                new ContactRpc(neighbours.contacts()).methods(),
                new AccountRpc(neighbours.accounts(), presence).methods())) {
            methods.putAll(part);
        }
    }

    /// Answers `request` of `account`. Throws [BadInput], and [parley.kernel.Unavailable].
    void call(AccountId account, Request.Rpc request, Answer<Result.RpcAnswered> answer) {
        RpcMethod method = methods.get(request.method());
        if (method == null) {
            RpcAnswers.refuse(answer, ProtocolError.METHOD_NOT_FOUND);
            return;
        }
        byte @Nullable [] data = request.data() == null ? null : request.data().toByteArray();
        method.call(account, data, answer);
    }

    /// A send without idempotency: the answer of `publish` carries no number.
    void publish(AccountId account, ConversationId conversation, Payload data, Answer<Result.Published> answer) {
        messages.publish(account, conversation, data, answer);
    }
}
