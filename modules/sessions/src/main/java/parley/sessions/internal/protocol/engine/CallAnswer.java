package parley.sessions.internal.protocol.engine;

import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.ProtocolError;

/// The answer to one command, without the part that depends on its kind.
abstract class CallAnswer<R> implements Answer<R> {
    final Call call;

    CallAnswer(Call call) {
        this.call = call;
    }

    @Override
    public final boolean refuse(ProtocolError error) {
        return call.session.answer(call, error);
    }

    @Override
    public final boolean disconnect(Disconnect why) {
        return call.session.disconnect(call, why);
    }

    @Override
    public final void ifLate(ProtocolError error) {
        call.session.ifLate(call, error);
    }
}
