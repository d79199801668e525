package parley.sessions.internal.chat;

import java.util.Map;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations;
import parley.messaging.Revising;
import parley.messaging.Revising.Revised;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods that change messages. They block until answered, and count as sends. Thread-safe.
final class RevisionRpc {
    private final Revising revising;
    private final Hub hub;
    private final Allowances allowances;

    RevisionRpc(Revising revising, Hub hub, Allowances allowances) {
        this.revising = revising;
        this.hub = hub;
        this.allowances = allowances;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(
                Map.entry(
                        "message.edit",
                        (account, data, answer) ->
                                edit(account, RpcBody.read(data, "conversation", "seq", "body"), answer)),
                Map.entry(
                        "message.recall",
                        (account, data, answer) -> recall(account, RpcBody.read(data, "conversation", "seq"), answer)),
                Map.entry(
                        "message.react",
                        (account, data, answer) ->
                                react(account, RpcBody.read(data, "conversation", "seq", "emoji", "on"), answer)));
    }

    private void edit(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        ConversationId conversation = body.conversation();
        long seq = seq(body);
        byte[] now = body.object("body");
        if (isAllowed(account, conversation, answer)) {
            answer(answer, revising.edit(account, conversation, seq, now));
        }
    }

    /// Answered when the body is also out of the queues of this node's sessions.
    private void recall(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        ConversationId conversation = body.conversation();
        long seq = seq(body);
        if (isAllowed(account, conversation, answer)) {
            Conversations.Result<Revised> result = revising.recall(account, conversation, seq);
            if (hub.awaitErased()) {
                answer(answer, result);
            }
        }
    }

    private void react(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        ConversationId conversation = body.conversation();
        long seq = seq(body);
        String emoji = body.text("emoji");
        boolean on = body.flag("on");
        if (isAllowed(account, conversation, answer)) {
            answer(answer, revising.react(account, conversation, seq, emoji, on));
        }
    }

    private static long seq(RpcBody body) {
        return body.number("seq", 1, Long.MAX_VALUE);
    }

    private boolean isAllowed(AccountId account, ConversationId conversation, Answer<Result.RpcAnswered> answer) {
        ProtocolError excess = allowances.send(account, conversation);
        if (excess != null) {
            RpcAnswers.refuse(answer, excess);
            return false;
        }
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        return true;
    }

    private static void answer(Answer<Result.RpcAnswered> answer, Conversations.Result<Revised> result) {
        RpcAnswers.answer(answer, result, revised -> AnswerJson.sent(revised.seq(), revised.time(), false));
    }
}
