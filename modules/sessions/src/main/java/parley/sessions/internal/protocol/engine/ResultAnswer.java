package parley.sessions.internal.protocol.engine;

import parley.sessions.internal.protocol.message.Result;

/// The answer to a command whose result goes out as the back end gives it.
final class ResultAnswer<R extends Result> extends CallAnswer<R> {
    ResultAnswer(Call call) {
        super(call);
    }

    @Override
    public boolean give(R result) {
        return call.session.answer(call, result);
    }
}
