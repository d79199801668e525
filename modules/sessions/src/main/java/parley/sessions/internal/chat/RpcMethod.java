package parley.sessions.internal.chat;

import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Result;

/// One rpc method: reads its input strictly, asks the module that knows, renders its answer. May block.
/// Throws [BadInput], and [parley.kernel.Unavailable].
interface RpcMethod {
    void call(AccountId account, byte @Nullable [] data, Answer<Result.RpcAnswered> answer);
}
