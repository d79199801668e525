package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.codec.ClientFrames;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Ended;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.FrameBytes;
import parley.sessions.internal.transport.Handshake;

/// The client at the other end of one engine, with a clock and threads that stand still until the test
/// moves them. One thread.
final class Peer {
    static final ProtocolLimits LIMITS = new ProtocolLimits(
            ProtocolLimits.DEFAULT.times(),
            new ProtocolLimits.Commands(1_024, 64, 100),
            new ProtocolLimits.Outgoing(1_000, 10, 4_000, 600),
            new ProtocolLimits.Channels(255, 4));

    private final Queue<Runnable> work = new ArrayDeque<>();
    private final Engine engine;
    private final FakeConnection connection;

    /// Whether commands run as soon as they come; else when the test calls [#runWork].
    boolean runsAtOnce = true;

    long now = 1_000_000;

    /// The limits that were reached, each as often as it was.
    final List<String> reached = new ArrayList<>();

    Peer(Backend backend) {
        this(backend, Encoding.JSON, LIMITS, false);
    }

    Peer(Backend backend, Encoding encoding, ProtocolLimits limits, boolean framePings) {
        this(backend, encoding, limits, framePings, Intake.OPEN);
    }

    Peer(Backend backend, Encoding encoding, ProtocolLimits limits, boolean framePings, Intake intake) {
        engine = new Engine(new Engine.EngineParts(
                backend, limits, "test", this::execute, () -> now, new Random(1), new Reached(), intake));
        Handshake handshake = new Handshake(InetAddress.getLoopbackAddress(), encoding, framePings);
        connection = new FakeConnection(encoding, engine.accept(handshake).attachment());
        engine.opened(connection);
    }

    FakeConnection connection() {
        return connection;
    }

    /// What was told of limits.
    private final class Reached implements EngineObserver {
        @Override
        public void refused(String limit) {
            reached.add(limit);
        }

        @Override
        public void waits() {
            reached.add("in-flight");
        }
    }

    private void execute(Runnable task) {
        work.add(task);
        if (runsAtOnce) {
            runWork();
        }
    }

    void runWork() {
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
        }
    }

    /// Connects and forgets the reply.
    Peer connected() {
        send("{\"id\":1,\"connect\":{}}");
        assertEquals(1, takeFrames().size());
        return this;
    }

    /// One frame with these lines.
    void send(String... commands) {
        byte[] frame = ClientFrames.of(connection.encoding(), String.join("\n", commands));
        sendRaw(frame);
    }

    void sendRaw(byte[] frame) {
        byte[] buffer = new byte[frame.length + 6];
        System.arraycopy(frame, 0, buffer, 3, frame.length);
        if (connection.encoding() == Encoding.JSON) {
            engine.text(connection, buffer, 3, frame.length);
        } else {
            engine.binary(connection, buffer, 3, frame.length);
        }
        Arrays.fill(buffer, (byte) 0);
    }

    void sendOtherType(byte[] frame) {
        if (connection.encoding() == Encoding.JSON) {
            engine.binary(connection, frame, 0, frame.length);
        } else {
            engine.text(connection, frame, 0, frame.length);
        }
    }

    void nativePong() {
        engine.pong(connection);
    }

    /// The socket takes `frames` more; tells the engine if it waits for that.
    void room(int frames) {
        if (connection.room(frames)) {
            engine.drained(connection);
        }
    }

    void end() {
        engine.ended(connection, new Ended(Ended.Cause.LOST, Ended.NO_CLOSE));
    }

    /// Moves the clock, with a tick each 50 ms.
    void pass(long millis) {
        long end = now + millis;
        while (now < end) {
            now = Math.min(end, now + Wheel.TICK_MILLIS);
            engine.tick();
        }
    }

    /// Moves the clock until something comes out.
    List<Frame> passUntilFrames(long millisMax) {
        long end = now + millisMax;
        List<Frame> frames = takeFrames();
        while (frames.isEmpty() && now < end) {
            pass(Wheel.TICK_MILLIS);
            frames = takeFrames();
        }
        return frames;
    }

    /// As [#pass(long)], and sends this each second, so that life is shown.
    void pass(long millis, String command) {
        long end = now + millis;
        while (now < end) {
            pass(Math.min(1_000, end - now));
            send(command);
        }
    }

    /// The JSON messages that came since the last time.
    List<String> take() {
        List<String> lines = new ArrayList<>();
        for (Frame frame : connection.takeFrames()) {
            String text = new String(FrameBytes.payload(frame), StandardCharsets.UTF_8);
            lines.addAll(List.of(text.split("\n", -1)));
        }
        return lines;
    }

    List<Frame> takeFrames() {
        return connection.takeFrames();
    }

    void expect(String... lines) {
        assertEquals(List.of(lines), take());
    }

    void expectClosed(int code) {
        assertNotNull(connection.closed(), "not closed");
        assertEquals(code, connection.closed().code());
    }

    void expectOpen() {
        @Nullable Object closed = connection.closed();
        assertNull(closed);
    }
}
