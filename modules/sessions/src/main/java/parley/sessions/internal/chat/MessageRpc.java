package parley.sessions.internal.chat;

import java.util.List;
import java.util.Map;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.SendResult;
import parley.messaging.Sending;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods that send messages, and `publish`. Thread-safe.
final class MessageRpc {
    static final String SEND = "message.send";

    private final Sending sending;
    private final Allowances allowances;
    private final SendTimes times;

    MessageRpc(Sending sending, Allowances allowances, SendTimes times) {
        this.sending = sending;
        this.allowances = allowances;
        this.times = times;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(Map.entry(
                SEND,
                (account, data, answer) -> send(
                        account, RpcBody.read(data, "conversation", "id", "body", "replyTo", "mentions"), answer)));
    }

    private void send(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        var conversation = body.conversation();
        String id = body.text("id");
        var draft = new Sending.Draft(
                id,
                body.object("body"),
                body.number("replyTo", 1, Long.MAX_VALUE, 0),
                body.has("mentions") ? body.accounts("mentions", Sending.MENTIONS_MAX) : List.of());
        ProtocolError excess = allowances.send(account, conversation);
        if (excess != null) {
            RpcAnswers.refuse(answer, excess);
            return;
        }
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        long began = System.nanoTime();
        sending.send(account, conversation, draft, result -> {
            switch (result) {
                case SendResult.Sent(var seq, var time, var repeated) -> {
                    times.acknowledged(began);
                    allowances.sent(conversation);
                    RpcAnswers.give(answer, AnswerJson.sent(seq, time, repeated));
                }
                case SendResult refused -> RpcAnswers.refuse(answer, ChatErrors.of(refused));
            }
        });
    }

    /// A send without idempotency: the answer of `publish` carries no number.
    void publish(AccountId account, ConversationId conversation, Payload data, Answer<Result.Published> answer) {
        ProtocolError excess = allowances.send(account, conversation);
        if (excess != null) {
            RpcAnswers.refuse(answer, excess);
            return;
        }
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        sending.send(account, conversation, Sending.Draft.plain(null, data.toByteArray()), result -> {
            switch (result) {
                case SendResult.Sent sent -> {
                    allowances.sent(conversation);
                    published(answer);
                }
                case SendResult.NotAMember() -> RpcAnswers.refuse(answer, ProtocolError.PERMISSION_DENIED);
                case SendResult refused -> RpcAnswers.refuse(answer, ChatErrors.of(refused));
            }
        });
    }

    @SuppressWarnings("CheckReturnValue")
    private static void published(Answer<Result.Published> answer) {
        answer.give(new Result.Published());
    }
}
