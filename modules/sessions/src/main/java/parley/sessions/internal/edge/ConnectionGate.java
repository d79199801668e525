package parley.sessions.internal.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import parley.kernel.Health;
import parley.kernel.Probe;
import parley.sessions.internal.protocol.engine.Engine;
import parley.sessions.internal.transport.AcceptPolicy;
import parley.sessions.internal.transport.Connection;
import parley.sessions.internal.transport.ConnectionListener;
import parley.sessions.internal.transport.Ended;
import parley.sessions.internal.transport.Handshake;

/// Lets connections through to the engine, up to a number, until it is closed for good. Thread-safe.
public final class ConnectionGate implements AcceptPolicy, ConnectionListener {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Engine engine;
    private final int connectionsMax;
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter refused;
    private volatile boolean closed;

    public ConnectionGate(Engine engine, int connectionsMax, MeterRegistry metrics) {
        this.engine = engine;
        this.connectionsMax = connectionsMax;
        this.refused = Counter.builder("parley.connections.refused")
                .description("Upgrade requests answered 503: draining, or too many connections")
                .register(metrics);
        Gauge.builder("parley.connections", connections::get)
                .description("Open WebSocket connections")
                .register(metrics);
    }

    @Override
    public Decision decide(Handshake handshake) {
        if (!closed && takePlace()) {
            return new Accepted(this, engine.accept(handshake).attachment());
        }
        refused.increment();
        return new Refused(503, RETRY_AFTER);
    }

    private boolean takePlace() {
        boolean taken = connections.incrementAndGet() <= connectionsMax;
        if (!taken) {
            connections.decrementAndGet();
        }
        return taken;
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
        return connections.get();
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
                return connections.get() < connectionsMax
                        ? Health.up()
                        : Health.degraded(
                                "All " + connectionsMax + " connections of sessions.limits.connections-max are taken.");
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
    }

    @Override
    public void binary(Connection connection, byte[] bytes, int from, int length) {
        engine.binary(connection, bytes, from, length);
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
        connections.decrementAndGet();
        engine.ended(connection, ended);
    }
}
