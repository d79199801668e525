package parley.sessions.internal.protocol.engine;

import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.codec.Codec;
import parley.sessions.internal.protocol.codec.Codecs;
import parley.sessions.internal.protocol.codec.Violation;
import parley.sessions.internal.transport.AcceptPolicy;
import parley.sessions.internal.transport.Connection;
import parley.sessions.internal.transport.ConnectionListener;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Ended;
import parley.sessions.internal.transport.Handshake;

/// The client protocol of one node: listens to the transport, keeps one session per connection and asks
/// the [Backend] behind it. Thread-safe; no method blocks.
///
/// It has no threads of its own: commands run through `executor` (virtual threads), and somebody calls
/// [#tick] about every [Wheel#TICK_MILLIS].
public final class Engine implements ConnectionListener {
    private static final Object FRAME_PINGS = new Object();

    private final EngineParts parts;
    private final Wheel wheel;
    private final Dispatcher dispatcher;

    /// What the engine is made of. `clock` counts milliseconds and never goes back. `random` makes
    /// client ids, so it must be a secure one. `version` is shown to clients.
    public record EngineParts(
            Backend backend,
            ProtocolLimits limits,
            String version,
            Executor executor,
            LongSupplier clock,
            RandomGenerator random,
            EngineObserver observer,
            Intake intake) {

        /// With a door that is always open.
        public EngineParts(
                Backend backend,
                ProtocolLimits limits,
                String version,
                Executor executor,
                LongSupplier clock,
                RandomGenerator random,
                EngineObserver observer) {
            this(backend, limits, version, executor, clock, random, observer, Intake.OPEN);
        }

        /// When what lives for `lifetime` from now is ended, with the grace; [Timed#NEVER] if it is not.
        long endOf(Lifetime lifetime) {
            long millis = lifetime.seconds() * 1_000L + limits.times().graceMillis();
            return lifetime.isLimited() ? clock.getAsLong() + millis : Timed.NEVER;
        }
    }

    public Engine(EngineParts parts) {
        this.parts = parts;
        wheel = new Wheel(parts.clock().getAsLong());
        dispatcher = new Dispatcher(parts);
    }

    /// How the transport is to take a connection for this engine.
    public AcceptPolicy.Accepted accept(Handshake handshake) {
        return new AcceptPolicy.Accepted(this, handshake.framePings() ? FRAME_PINGS : null);
    }

    /// Does what is due: answers to late commands, pings, ends.
    public void tick() {
        wheel.tick(now());
    }

    @Override
    public void opened(Connection connection) {
        ProtocolSession session = new ProtocolSession(this, connection, connection.attachment() == FRAME_PINGS);
        connection.attach(session);
        session.goOn();
    }

    @Override
    public void text(Connection connection, byte[] bytes, int from, int length) {
        received(connection, Encoding.JSON, bytes, from, length);
    }

    @Override
    public void binary(Connection connection, byte[] bytes, int from, int length) {
        received(connection, Encoding.PROTOBUF, bytes, from, length);
    }

    @Override
    public void pong(Connection connection) {
        if (connection.attachment() instanceof ProtocolSession session) {
            session.nativePong();
        }
    }

    @Override
    public void drained(Connection connection) {
        if (connection.attachment() instanceof ProtocolSession session) {
            session.drained();
        }
    }

    @Override
    public void ended(Connection connection, Ended ended) {
        if (connection.attachment() instanceof ProtocolSession session) {
            session.ended();
        }
    }

    private void received(Connection connection, Encoding frameType, byte[] bytes, int from, int length) {
        if (!(connection.attachment() instanceof ProtocolSession session)) {
            throw new IllegalStateException("a message on a connection that did not open");
        }
        if (frameType != connection.encoding()) {
            violated(session, "frame type");
            return;
        }
        Codec codec = Codecs.of(frameType);
        try {
            session.received(codec.decode(bytes, from, length), length);
        } catch (Violation violation) {
            violated(session, violation.rule());
        }
    }

    /// A frame could not be read.
    private void violated(ProtocolSession session, String rule) {
        observer().violated(rule);
        session.disconnect(Disconnects.BAD_REQUEST, true);
    }

    ProtocolLimits limits() {
        return parts.limits();
    }

    Wheel wheel() {
        return wheel;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    EngineObserver observer() {
        return parts.observer();
    }

    Intake intake() {
        return parts.intake();
    }

    long now() {
        return parts.clock().getAsLong();
    }

    long endOf(Lifetime lifetime) {
        return parts.endOf(lifetime);
    }

    double jitter() {
        return parts.random().nextDouble();
    }

    void execute(Runnable work) {
        parts.executor().execute(work);
    }
}
