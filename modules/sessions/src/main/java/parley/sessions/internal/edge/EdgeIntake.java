package parley.sessions.internal.edge;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.limit.Overload;
import parley.sessions.internal.limit.Overload.Priority;
import parley.sessions.internal.limit.Rate;
import parley.sessions.internal.limit.RateLimit;
import parley.sessions.internal.limit.WaitingRoom;
import parley.sessions.internal.protocol.engine.Intake;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;

/// The door of this node: how much one connection may send, and what the node takes on when it has too
/// much to do. Thread-safe.
public final class EdgeIntake implements Intake {
    private static final ProtocolError BUSY = new ProtocolError(111, "busy, try again in 1000 ms", true);

    private final RateLimit<Object> commands;
    private final RateLimit<Object> bytes;
    private final Overload overload;
    private final WaitingRoom newcomers;

    /// `newcomers` is that of `overload`; `nanos` is a clock that never goes back.
    public EdgeIntake(
            Rate commands,
            Rate bytes,
            Overload overload,
            WaitingRoom newcomers,
            LongSupplier nanos,
            MeterRegistry metrics) {
        this.commands = new RateLimit<>("commands", commands, nanos, metrics);
        this.bytes = new RateLimit<>("bytes", bytes, nanos, metrics);
        this.overload = overload;
        this.newcomers = newcomers;
    }

    @Override
    public @Nullable ProtocolError frame(Object connection, int count, int length) {
        long wait = commands.take(connection, count);
        if (wait > 0) {
            return ProtocolError.tooManyRequests("commands on this connection", wait);
        }
        wait = bytes.take(connection, length);
        return wait > 0 ? ProtocolError.tooManyRequests("bytes on this connection", wait) : null;
    }

    @Override
    public @Nullable ProtocolError command(Request request) {
        Priority priority = priority(request);
        boolean admitted =
                priority == null || (priority == Priority.SESSION ? newcomers.admits() : overload.admits(priority));
        return admitted ? null : BUSY;
    }

    @Override
    public @Nullable ProtocolError begin(Request request) {
        Priority priority = priority(request);
        return priority == null || overload.enter(priority) ? null : BUSY;
    }

    @Override
    public @Nullable ProtocolError awaitTurn() {
        return newcomers.enter() ? null : BUSY;
    }

    @Override
    public void gaveUp() {
        overload.gaveUp();
        newcomers.call();
    }

    @Override
    public void ended(Request request, long millis) {
        if (priority(request) != null) {
            overload.left(millis);
            newcomers.call();
        }
    }

    /// Null: always let in, because it costs little and a session lives by it.
    private static @Nullable Priority priority(Request request) {
        return switch (request) {
            case Request.Connect _ -> Priority.SESSION;
            case Request.Publish _ -> Priority.MESSAGE;
            case Request.Rpc rpc -> rpc.method().startsWith("message.") ? Priority.MESSAGE : Priority.READ;
            case Request.Subscribe _, Request.History _ -> Priority.READ;
            case Request.Presence _, Request.PresenceStats _, Request.Send _ -> Priority.PRESENCE;
            case Request.Unsubscribe _, Request.Refresh _, Request.SubRefresh _, Request.Ping _ -> null;
        };
    }
}
