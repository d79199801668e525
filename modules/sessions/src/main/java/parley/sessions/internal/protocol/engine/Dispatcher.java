package parley.sessions.internal.protocol.engine;

import java.util.UUID;
import parley.kernel.Unavailable;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Client;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Renewed;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.engine.Engine.EngineParts;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// Takes commands to the back end: checks what the protocol alone can check, asks, and sees to it that
/// nothing the back end throws gets further. Thread-safe, without state.
final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    /// Makes the SDK subscribe again, with a new token.
    private static final int SUBSCRIPTION_EXPIRED = 2501;

    private final EngineParts parts;

    Dispatcher(EngineParts parts) {
        this.parts = parts;
    }

    /// Runs one command of `session`; may block as the back end does.
    void run(ProtocolSession session, Call call) {
        try {
            Request request = call.request;
            if (request == null || (call.id == 0 && !call.own && !(request instanceof Request.Send))) {
                session.disconnect(Disconnects.BAD_REQUEST, true);
                return;
            }
            if (call.refused != null) {
                refuse(call, call.refused);
                return;
            }
            parts.observer().begun(request);
            if (request instanceof Request.Connect connect) {
                connect(session, call, connect);
                return;
            }
            BackendSession backend = session.backend();
            if (backend == null) {
                session.disconnect(Disconnects.BAD_REQUEST, true);
            } else if (call.own && request instanceof Request.Unsubscribe(String channel)) {
                expire(backend, call, channel);
            } else {
                connected(backend, call, request);
            }
        } catch (Unavailable e) {
            LOG.log(System.Logger.Level.WARNING, "the back end is not available", e);
            boolean unused = session.answer(call, ProtocolError.INTERNAL);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a command failed", e);
            session.disconnect(Disconnects.INTERNAL, true);
        }
    }

    void drained(ProtocolSession session, BackendSession backend) {
        try {
            backend.drained();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "drained failed", e);
            session.disconnect(Disconnects.INTERNAL, true);
        }
    }

    void ended(BackendSession backend) {
        try {
            backend.ended();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the end of a session failed", e);
        }
    }

    private void connect(ProtocolSession session, Call call, Request.Connect request) {
        if (!session.beginConnect()) {
            session.disconnect(Disconnects.BAD_REQUEST, true);
            return;
        }
        ProtocolError refused = parts.intake().awaitTurn();
        if (refused != null) {
            refuse(call, refused);
            return;
        }
        if (!session.enter(call)) {
            return;
        }
        String id = clientId();
        String address = session.connection().remoteAddress().getHostAddress();
        CallAnswer<Accepted> answer = new CallAnswer<>(call) {
            @Override
            public boolean give(Accepted accepted) {
                return accept(call, accepted, id);
            }
        };
        parts.backend().connect(session.outbound(), new Client(id, address), request, answer);
    }

    /// A random UUID (version 4), so that nobody can guess the id of another connection.
    private String clientId() {
        long high = (parts.random().nextLong() & ~0xf000L) | 0x4000L;
        long low = (parts.random().nextLong() & (Long.MAX_VALUE >>> 1)) | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }

    private boolean accept(Call call, Accepted accepted, String id) {
        ProtocolSession session = call.session;
        if (accepted.subscriptions().size() > parts.limits().channels().subscriptionsMax()) {
            boolean unused = session.disconnect(call, Disconnects.CHANNEL_LIMIT);
            return false;
        }
        boolean own = !session.outbound().framePings();
        Result.Connected reply = new Result.Connected(
                id,
                parts.version(),
                accepted.lifetime().isLimited(),
                accepted.lifetime().seconds(),
                accepted.data(),
                accepted.subscriptions(),
                own ? parts.limits().times().pingSeconds() : 0,
                own);
        return session.accept(call, accepted, reply);
    }

    private void connected(BackendSession backend, Call call, Request request) {
        switch (request) {
            case Request.Subscribe subscribe -> subscribe(backend, call, subscribe);
            case Request.Unsubscribe unsubscribe -> unsubscribe(backend, call, unsubscribe.channel());
            case Request.Publish publish -> publish(backend, call, publish);
            case Request.History history -> history(backend, call, history);
            case Request.Presence presence -> {
                if (isChannel(call, presence.channel())) {
                    backend.presence(presence, new ResultAnswer<>(call));
                }
            }
            case Request.PresenceStats stats -> {
                if (isChannel(call, stats.channel())) {
                    backend.presenceStats(stats, new ResultAnswer<>(call));
                }
            }
            case Request.Rpc rpc -> backend.rpc(rpc, new ResultAnswer<>(call));
            case Request.Send send -> {
                backend.send(send.data());
                call.session.settle(call);
            }
            case Request.Refresh refresh -> refresh(backend, call, refresh.token());
            case Request.SubRefresh refresh -> subRefresh(backend, call, refresh);
            case Request.Ping _ -> refuse(call, ProtocolError.NOT_AVAILABLE);
            case Request.Connect _ -> throw new IllegalStateException("connect is not for here");
        }
    }

    private void subscribe(BackendSession backend, Call call, Request.Subscribe request) {
        if (!isChannel(call, request.channel())) {
            return;
        }
        if (request.type() != 0) {
            refuse(call, ProtocolError.NOT_AVAILABLE);
        } else if (request.filtered()) {
            refuse(call, ProtocolError.badRequest("tf: not supported"));
        } else if (call.session.subscriptions().count()
                >= parts.limits().channels().subscriptionsMax()) {
            parts.observer().refused("subscriptions");
            refuse(call, ProtocolError.LIMIT_EXCEEDED);
        } else {
            backend.subscribe(request, new CallAnswer<>(call) {
                @Override
                public boolean give(Result.Subscribed result) {
                    if (isUnwanted(request, result)) {
                        boolean unused = refuse(ProtocolError.UNRECOVERABLE_POSITION);
                        return false;
                    }
                    return call.session.answer(call, result);
                }
            });
        }
    }

    /// Whether the client wants an error rather than a subscription with a gap.
    private static boolean isUnwanted(Request.Subscribe request, Result.Subscribed result) {
        return request.rejectsUnrecovered() && request.resume().recover() && !result.recovered();
    }

    /// A subscription's time is up, unless it was renewed before this came to its turn.
    private void expire(BackendSession backend, Call call, String channel) {
        ProtocolSession session = call.session;
        if (session.subscriptions().hasEnded(channel, parts.clock().getAsLong())) {
            if (backend.unsubscribe(channel)) {
                Push ended = new Push.Unsubscribed(channel, SUBSCRIPTION_EXPIRED, "subscription expired");
                boolean unused = session.outbound().announce(new EncodedPush(ended));
            } else {
                session.subscriptions().renew(channel, Timed.NEVER);
            }
        }
        session.settle(call);
    }

    private void unsubscribe(BackendSession backend, Call call, String channel) {
        if (channel.isEmpty()) {
            call.session.disconnect(Disconnects.BAD_REQUEST, true);
            return;
        }
        if (backend.unsubscribe(channel)) {
            call.session.subscriptions().remove(channel);
        }
        boolean unused = call.session.answer(call, new Result.Unsubscribed());
    }

    private void publish(BackendSession backend, Call call, Request.Publish request) {
        if (!isChannel(call, request.channel())) {
            return;
        }
        if (request.type() != 0) {
            refuse(call, ProtocolError.NOT_AVAILABLE);
        } else if (request.data() == null) {
            refuse(call, ProtocolError.badRequest("data: required"));
        } else {
            backend.publish(request, new ResultAnswer<>(call));
        }
    }

    private void history(BackendSession backend, Call call, Request.History request) {
        if (!isChannel(call, request.channel())) {
            return;
        }
        if (request.reverse() && request.since() != null && request.since().offset() == 0) {
            refuse(call, ProtocolError.badRequest("since: offset 0 with reverse"));
        } else {
            backend.history(request, new ResultAnswer<>(call));
        }
    }

    private void refresh(BackendSession backend, Call call, String token) {
        if (token.isEmpty()) {
            call.session.disconnect(Disconnects.BAD_REQUEST, true);
            return;
        }
        backend.refresh(token, new CallAnswer<Lifetime>(call) {
            @Override
            public boolean give(Lifetime lifetime) {
                call.session.renew(lifetime);
                Result result = new Result.Refreshed("", parts.version(), lifetime.isLimited(), lifetime.seconds());
                return call.session.answer(call, result);
            }
        });
    }

    private void subRefresh(BackendSession backend, Call call, Request.SubRefresh request) {
        if (request.token().isEmpty()) {
            call.session.disconnect(Disconnects.BAD_REQUEST, true);
            return;
        }
        if (!request.channel().isEmpty() && !isChannel(call, request.channel())) {
            return;
        }
        if (request.type() != 0) {
            refuse(call, ProtocolError.NOT_AVAILABLE);
            return;
        }
        backend.subRefresh(request, new CallAnswer<Renewed>(call) {
            @Override
            public boolean give(Renewed renewed) {
                Lifetime lifetime = renewed.lifetime();
                call.session.subscriptions().renew(renewed.channel(), parts.endOf(lifetime));
                return call.session.answer(call, new Result.SubRefreshed(lifetime.isLimited(), lifetime.seconds()));
            }
        });
    }

    /// Whether the name may be a channel's; if not, the command is answered or the connection closed.
    private boolean isChannel(Call call, String name) {
        if (name.isEmpty()) {
            call.session.disconnect(Disconnects.BAD_REQUEST, true);
            return false;
        }
        if (name.length() > parts.limits().channels().nameBytesMax()) {
            refuse(call, ProtocolError.badRequest("channel: too long"));
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < ' ' || name.charAt(i) > '~') {
                refuse(call, ProtocolError.badRequest("channel: only printable ASCII"));
                return false;
            }
        }
        return true;
    }

    private static void refuse(Call call, ProtocolError error) {
        boolean unused = call.session.answer(call, error);
    }
}
