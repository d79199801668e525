package parley.sessions.internal.chat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.accounts.Accounts;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Contacts;
import parley.messaging.Conversations;
import parley.messaging.Sending;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.presence.Presence;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// All rpc methods of the chat, by name. Thread-safe; methods other than `message.send` block until
/// answered.
final class ChatRpc {
    private final MessageRpc messages;
    private final Map<String, RpcMethod> methods = new HashMap<>();

    ChatRpc(
            Sending sending,
            Conversations conversations,
            Contacts contacts,
            Accounts accounts,
            Presence presence,
            Allowances allowances,
            SendTimes times) {
        this.messages = new MessageRpc(sending, allowances, times);
        for (var part : List.of(
                messages.methods(),
                new ConversationRpc(conversations).methods(),
                new MemberRpc(conversations).methods(),
                new ContactRpc(contacts).methods(),
                new AccountRpc(accounts, presence).methods())) {
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
