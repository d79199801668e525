package parley.sessions.internal.chat;

import java.util.function.Function;
import parley.messaging.Conversations;
import parley.messaging.Conversations.Result.Done;
import parley.messaging.Conversations.Result.Refused;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Result;

/// Gives the answers of the rpc methods.
final class RpcAnswers {
    private RpcAnswers() {}

    static <V> void answer(
            Answer<Result.RpcAnswered> answer, Conversations.Result<V> result, Function<V, Payload> render) {
        switch (result) {
            case Done<V>(var value) -> give(answer, render.apply(value));
            case Refused<V>(var refusal) -> refuse(answer, ChatErrors.of(refusal));
        }
    }

    /// Whether the client still waits makes no difference here: nothing was set up for the answer.
    @SuppressWarnings("CheckReturnValue")
    static void give(Answer<Result.RpcAnswered> answer, Payload data) {
        answer.give(new Result.RpcAnswered(data));
    }

    @SuppressWarnings("CheckReturnValue")
    static void refuse(Answer<?> answer, ProtocolError error) {
        answer.refuse(error);
    }
}
