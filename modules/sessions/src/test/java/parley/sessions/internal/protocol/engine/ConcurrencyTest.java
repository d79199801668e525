package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.profile.MemoryBackend;
import parley.sessions.internal.protocol.profile.MemoryChannel;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Ended;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.FrameBytes;
import parley.testkit.Await;
import parley.testkit.Seeds;

/// P14, P15, P22, P28, P29 with real threads: whatever happens at the same time, each command is
/// answered once, and a subscriber gets each entry once and in order, between its subscribe and its
/// unsubscribe reply.
class ConcurrencyTest {
    private static final int ROUNDS = 150;
    private static final long PAUSE_NANOS = 50_000;
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");

    @Test
    void aSubscriberSeesEveryEntryOnceAndInOrder() {
        // P14, P15, P22, P28, P29: the class says what is promised.
        Seeds.each(6, seed -> {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                new Race(new Random(seed), threads).run();
            }
        });
    }

    /// One connection that subscribes and unsubscribes again and again, while others publish to its
    /// channel and its socket is now full, now not.
    private static final class Race {
        private final Random random;
        private final ExecutorService threads;
        private final MemoryBackend backend = MemoryBackend.endless();
        private final MemoryChannel room = backend.channel("room");
        private final FakeConnection connection = new FakeConnection(Encoding.JSON, null);
        private final Engine engine;
        private final List<String> lines = new ArrayList<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private int sent;

        Race(Random random, ExecutorService threads) {
            this.random = random;
            this.threads = threads;
            ProtocolLimits limits = new ProtocolLimits(
                    ProtocolLimits.DEFAULT.times(),
                    ProtocolLimits.DEFAULT.commands(),
                    new ProtocolLimits.Outgoing(2_000, 20, 1 << 20, 700),
                    ProtocolLimits.DEFAULT.channels());
            engine = new Engine(new Engine.EngineParts(
                    backend, limits, "test", threads, () -> 0, new Random(1), EngineObserver.NONE));
        }

        void run() {
            engine.opened(connection);
            send("\"connect\":{}");
            for (int i = 0; i < 2; i++) {
                threads.execute(this::publish);
            }
            threads.execute(this::squeeze);
            for (int i = 0; i < ROUNDS; i++) {
                round(i);
            }
            over.set(true);
            engine.ended(connection, new Ended(Ended.Cause.LOST, Ended.NO_CLOSE));
            Await.until("the session to leave the channel", () -> room.present().isEmpty());
            check();
        }

        private void round(int number) {
            if (number % 3 == 0) {
                send("\"subscribe\":{\"channel\":\"room\"}", "\"rpc\":{\"method\":\"echo\",\"data\":1}");
            } else {
                send("\"unsubscribe\":{\"channel\":\"room\"}", "\"subscribe\":{\"channel\":\"room\"}");
            }
            Await.until("all answers", () -> {
                collect();
                return lines.stream()
                                .filter(line -> line.startsWith("{\"id\":"))
                                .count()
                        == sent;
            });
            assertTrue(connection.closed() == null);
        }

        private void send(String... requests) {
            StringBuilder frame = new StringBuilder();
            for (String request : requests) {
                sent++;
                frame.append("{\"id\":")
                        .append(sent)
                        .append(',')
                        .append(request)
                        .append("}\n");
            }
            byte[] bytes = frame.toString().getBytes(StandardCharsets.UTF_8);
            engine.text(connection, bytes, 0, bytes.length);
        }

        private void publish() {
            while (!over.get()) {
                room.publish(Payload.json("\"" + "x".repeat(30) + "\""), null);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        /// Lets the socket be full every now and then; the transport's own thread in real life.
        private void squeeze() {
            Random own = new Random(random.nextLong());
            while (!over.get()) {
                if (connection.room(own.nextInt(4))) {
                    engine.drained(connection);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (connection.room(Integer.MAX_VALUE)) {
                engine.drained(connection);
            }
        }

        private void collect() {
            for (Frame frame : connection.takeFrames()) {
                String text = new String(FrameBytes.payload(frame), StandardCharsets.UTF_8);
                lines.addAll(List.of(text.split("\n", -1)));
            }
        }

        private void check() {
            boolean subscribed = false;
            long position = 0;
            int answers = 0;
            for (String line : lines) {
                if (line.startsWith("{\"push\"")) {
                    assertTrue(subscribed, "a push while not subscribed: " + line);
                    position++;
                    assertEquals(position, offset(line));
                } else {
                    answers++;
                    assertTrue(line.startsWith("{\"id\":" + answers + ","), line);
                    if (line.contains("\"subscribe\":")) {
                        subscribed = true;
                        position = offset(line);
                    } else if (line.contains("\"unsubscribe\":")) {
                        subscribed = false;
                    }
                }
            }
            assertTrue(position > 0, "nothing was published meanwhile");
        }

        private static long offset(String line) {
            Matcher matcher = OFFSET.matcher(line);
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        }
    }
}
