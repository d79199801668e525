package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.testkit.Await;
import parley.testkit.LeakChecker;

@ExtendWith(LeakChecker.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DeadlinesIT {

    private static final TransportLimits SHORT =
            EchoServer.deadlines(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(3));

    /// For those who do what they should, on a machine that may stand still for a while.
    private static final TransportLimits PATIENT =
            EchoServer.deadlines(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(7));

    /// So small that the client's kernel tells of every kilobyte that was read.
    private static final int WINDOW_BYTES = 1_152;

    // T10: the shipped deadline.
    @Test
    void aHandshakeHasTenSeconds() {
        assertEquals(Duration.ofSeconds(10), TransportLimits.DEFAULT.handshakeWithin());
    }

    // T10: a client that connects and says nothing is cut.
    @Test
    void aSilentClientIsCut() throws IOException {
        try (EchoServer server = EchoServer.start(SHORT, _ -> {})) {
            long begin = System.nanoTime();
            try (RawClient client = RawClient.tcp(server.port())) {
                assertTrue(client.isCut());
                assertCutAfter(begin, Duration.ofMillis(900), Duration.ofSeconds(8));
            }
        }
    }

    // T10: a client that drips its headers is cut at the same time, however often a byte comes.
    @Test
    void aDrippingClientIsCut() throws IOException {
        try (EchoServer server = EchoServer.start(SHORT, _ -> {})) {
            long begin = System.nanoTime();
            try (RawClient client = RawClient.tcp(server.port())) {
                client.send("GET /connection/websocket HTTP/1.1\r\nHost: a\r\nX-Long: ");
                AtomicBoolean cut = new AtomicBoolean();
                Thread drip = Thread.ofVirtual().start(() -> drip(client, cut));
                assertTrue(client.isCut());
                cut.set(true);
                assertCutAfter(begin, Duration.ofMillis(900), Duration.ofSeconds(8));
                Await.until("the drip stopped", () -> !drip.isAlive());
            }
        }
    }

    // T10: the headers of a later request have the same time, from its line on.
    @Test
    void aClientThatDripsALaterRequestIsCut() throws IOException {
        try (EchoServer server = EchoServer.start(PATIENT, _ -> {});
                RawClient client = RawClient.tcp(server.port())) {
            hello(client);
            Await.stays(Duration.ofSeconds(4), "longer than the first request may take", () -> true);
            hello(client);
            long begin = System.nanoTime();
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX-Long: ");
            AtomicBoolean cut = new AtomicBoolean();
            Thread drip = Thread.ofVirtual().start(() -> drip(client, cut));
            assertTrue(client.isCut());
            cut.set(true);
            assertCutAfter(begin, Duration.ofMillis(2_900), Duration.ofSeconds(10));
            Await.until("the drip stopped", () -> !drip.isAlive());
        }
    }

    // T10: an ordinary client keeps its HTTP connection beyond the first deadline, and an open WebSocket its own.
    @Test
    void whoAskedInTimeIsNotCut() throws IOException {
        try (EchoServer server = EchoServer.start(PATIENT, _ -> {});
                RawClient http = RawClient.tcp(server.port());
                RawClient socket = RawClient.open(server.port())) {
            hello(http);
            Await.stays(Duration.ofMillis(4_500), "connected", () -> server.listener.ends.isEmpty());
            hello(http);
            socket.sendText("there");
            assertEquals("there", socket.read().text());
        }
    }

    // T28: a slow reader with a full queue is kept for several times the deadline, because it takes a little. Once the
    // grain was 4 KiB: who took less of it within the deadline was cut although it read.
    @Test
    void aSlowReaderIsKept() throws IOException {
        try (EchoServer server = EchoServer.start(PATIENT, _ -> {});
                RawClient client = RawClient.tcp(server.port(), WINDOW_BYTES)) {
            client.handshake();
            client.sendText("!fill");
            byte[] little = new byte[250];
            Await.stays(Duration.ofSeconds(16), "connected", () -> {
                Await.stays(Duration.ofMillis(600), "a slow reader rests", () -> true);
                return client.socket.getInputStream().read(little) > 0 && server.listener.ends.isEmpty();
            });
            assertTrue(server.listener.open.element().pendingBytes() > 100_000, "the queue was full all the time");
        }
    }

    private static void drip(RawClient client, AtomicBoolean cut) {
        try {
            while (!cut.get()) {
                Await.stays(Duration.ofMillis(50), "a drip every now and then", () -> true);
                client.send("x");
            }
        } catch (IOException e) {
            cut.set(true);
        }
    }

    private static void hello(RawClient client) throws IOException {
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        assertTrue(client.readHead().startsWith("HTTP/1.1 200 "));
        client.socket.getInputStream().readNBytes("hello".length());
    }

    private static void assertCutAfter(long begin, Duration atLeast, Duration atMost) {
        long took = System.nanoTime() - begin;
        assertTrue(took >= atLeast.toNanos() && took <= atMost.toNanos(), () -> "took " + Duration.ofNanos(took));
    }
}
