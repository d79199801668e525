package parley.sessions.internal.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import parley.kernel.Health;
import parley.kernel.Probe;
import parley.sessions.internal.limit.Overload;
import parley.sessions.internal.limit.Places;
import parley.sessions.internal.limit.WaitingRoom;
import parley.sessions.internal.protocol.engine.Engine;
import parley.sessions.internal.transport.AcceptPolicy;
import parley.sessions.internal.transport.Connection;
import parley.sessions.internal.transport.ConnectionListener;
import parley.sessions.internal.transport.Ended;
import parley.sessions.internal.transport.Handshake;

/// Lets connections through to the engine that find a place, until it is closed for good. Thread-safe.
public final class ConnectionGate implements AcceptPolicy, ConnectionListener {
    /// What is refused comes back spread over this time.
    private static final int RETRY_SECONDS_MAX = 5;

    private static final int REST_MILLIS = 100;

    private final Engine engine;
    private final Places places;
    private final Overload overload;
    private final WaitingRoom newcomers;
    private final Counter refused;
    private volatile boolean closed;

    /// `newcomers` is that of `overload`.
    public ConnectionGate(
            Engine engine, Places places, Overload overload, WaitingRoom newcomers, MeterRegistry metrics) {
        this.engine = engine;
        this.places = places;
        this.overload = overload;
        this.newcomers = newcomers;
        this.refused = Counter.builder("parley.connections.refused")
                .description("Upgrade requests answered 503 or 429: draining, overload, or a limit is reached")
                .register(metrics);
    }

    @Override
    public Decision decide(Handshake handshake) {
        if (closed || !newcomers.admits()) {
            return refused(503);
        }
        return switch (places.connectionOpens(handshake.remoteAddress())) {
            case TAKEN -> new Accepted(this, engine.accept(handshake).attachment());
            case NODE_FULL -> refused(503);
            case ADDRESS_FULL -> refused(429);
        };
    }

    private Refused refused(int status) {
        refused.increment();
        return new Refused(status, retryAfter());
    }

    /// From one second to some, at random.
    public static Duration retryAfter() {
        return Duration.ofSeconds(ThreadLocalRandom.current().nextInt(1, RETRY_SECONDS_MAX + 1));
    }

    /// No new connection from now on.
    void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /// Connections that are open now.
    int connections() {
        return places.connections();
    }

    public Probe probe() {
        return new Probe() {
            @Override
            public String name() {
                return "connections";
            }

            @Override
            public Health check() {
                if (closed) {
                    return Health.down("This node is draining and takes no new connections.");
                }
                return places.isFull()
                        ? Health.degraded("All " + places.most().connections()
                                + " connections of sessions.limits.connections-max are taken.")
                        : Health.up();
            }
        };
    }

    @Override
    public void opened(Connection connection) {
        engine.opened(connection);
    }

    @Override
    public void text(Connection connection, byte[] bytes, int from, int length) {
        engine.text(connection, bytes, from, length);
        restIfFull(connection);
    }

    @Override
    public void binary(Connection connection, byte[] bytes, int from, int length) {
        engine.binary(connection, bytes, from, length);
        restIfFull(connection);
    }

    /// While all is refused, many refusals at once cost far less than one by one.
    private void restIfFull(Connection connection) {
        if (overload.isFull()) {
            connection.restReading(REST_MILLIS);
        }
    }

    @Override
    public void pong(Connection connection) {
        engine.pong(connection);
    }

    @Override
    public void drained(Connection connection) {
        engine.drained(connection);
    }

    @Override
    public void ended(Connection connection, Ended ended) {
        places.connectionEnded(connection.remoteAddress());
        engine.ended(connection, ended);
    }
}
