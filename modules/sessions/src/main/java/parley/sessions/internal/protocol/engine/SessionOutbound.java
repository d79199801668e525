package parley.sessions.internal.protocol.engine;

import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.codec.ReplyFrame;
import parley.sessions.internal.protocol.engine.OutboundQueue.Taken;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.transport.Frame;

/// Encodes what goes out to one session and puts it into its queue; ends the session where that is not
/// possible. Thread-safe.
final class SessionOutbound implements Outbound {
    private final ProtocolSession session;
    private final OutboundQueue queue;

    SessionOutbound(ProtocolSession session, OutboundQueue queue) {
        this.session = session;
        this.queue = queue;
    }

    /// Takes the reply to `call`, if it expects one. False when the session is over.
    boolean reply(Call call, Answered answer) {
        if (call.id == 0 || call.request instanceof Request.Send) {
            return true;
        }
        Frame reply = ReplyFrame.of(session.connection().encoding(), call.id, answer);
        return result(reply == null ? Taken.NOT_POSSIBLE : queue.reply(reply, answer instanceof Result.Connected));
    }

    @Override
    public boolean deliver(EncodedPush push) {
        return result(queue.deliver(push, 1, true));
    }

    @Override
    public boolean offer(EncodedPush push) {
        return result(queue.deliver(push, 2, false));
    }

    @Override
    public boolean announce(EncodedPush push) {
        boolean taken = result(queue.announce(push));
        if (taken) {
            push.pushes().forEach(this::count);
        }
        return taken;
    }

    @Override
    public void purge() {
        queue.purge();
    }

    @Override
    public boolean hasRoom() {
        return queue.hasRoom();
    }

    @Override
    public void renew(Lifetime lifetime) {
        session.renew(lifetime);
    }

    @Override
    public void disconnect(Disconnect why) {
        if (why.code() == Disconnects.SHUTDOWN.code()) {
            session.retire(why);
        } else {
            session.disconnect(why, why.code() != Disconnects.SLOW.code());
        }
    }

    /// Pings are WebSocket's own.
    boolean framePings() {
        return queue.framePings();
    }

    private boolean result(Taken taken) {
        return switch (taken) {
            case YES -> true;
            case NO_ROOM, CLOSED -> false;
            case OVERFLOW -> {
                session.disconnect(Disconnects.SLOW, false);
                yield false;
            }
            case NOT_POSSIBLE -> {
                session.disconnect(Disconnects.INAPPROPRIATE_PROTOCOL, true);
                yield false;
            }
        };
    }

    private void count(Push push) {
        if (push instanceof Push.Subscribed subscribed) {
            session.subscriptions().add(subscribed.channel(), true, Timed.NEVER);
        } else if (push instanceof Push.Unsubscribed unsubscribed) {
            session.subscriptions().remove(unsubscribed.channel());
        }
    }
}
