package parley.sessions.internal.protocol.engine;

import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;

/// One command from its arrival to its answer. The fields belong to its session, under the session's
/// lock; what is final may be read by all.
final class Call {
    final ProtocolSession session;

    /// Unsigned; 0: expects no reply.
    final int id;

    final @Nullable Request request;
    final long arrived;

    /// It is the engine's own: the end of a subscription, which no client asked for.
    final boolean own;

    /// What it keeps, see [Weight].
    final int bytes;

    /// The back end has it (or had it).
    boolean begun;

    long begunAt;

    /// The door let it begin.
    boolean entered;

    /// What it is answered with instead, if it did not.
    @Nullable
    ProtocolError refused;

    /// Answered, or given up: nothing that still comes counts.
    boolean settled;

    ProtocolError late = ProtocolError.INTERNAL;

    @Nullable
    Call before;

    @Nullable
    Call after;

    Call(ProtocolSession session, int id, @Nullable Request request, long arrived) {
        this(session, id, request, arrived, false);
    }

    private Call(ProtocolSession session, int id, @Nullable Request request, long arrived, boolean own) {
        this.session = session;
        this.id = id;
        this.request = request;
        this.arrived = arrived;
        this.own = own;
        this.bytes = Weight.of(request);
    }

    /// The end of the subscription to `channel`, at its place among the client's commands.
    static Call ending(ProtocolSession session, String channel, long now) {
        return new Call(session, 0, new Request.Unsubscribe(channel), now, true);
    }

    /// Whether the next command waits until this one is answered.
    boolean holdsTheLine() {
        return switch (request) {
            case Request.Connect _, Request.Subscribe _, Request.Refresh _, Request.SubRefresh _ -> true;
            case null, default -> false;
        };
    }
}
