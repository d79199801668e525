package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import parley.testkit.Await;

/// Frames through a real server: what the parser's tests prove on bytes, seen from a client's socket.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FramesIT {
    private static final int WINDOW_BYTES = 64 * 1024;

    // Some violations leave the stream unreadable, so that the server cannot see the peer's close frame.
    private final EchoServer server = EchoServer.start(
            EchoServer.deadlines(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(10)), _ -> {});

    @AfterAll
    void stop() {
        server.close();
    }

    // T12 to T21, T31: a violation is answered with its close code and plain words, then TCP ends.
    @TestFactory
    Stream<DynamicTest> violationsAreClosed() {
        return Stream.of(
                violation("T12 no mask", 1002, HexFormat.of().parseHex("8103616263")),
                violation("T13 RSV1", 1002, RawClient.frame(0xc1, "a")),
                violation("T14 opcode 3", 1002, RawClient.frame(0x83, "a")),
                violation("T14 opcode 11", 1002, RawClient.frame(0x8b, "a")),
                violation("T15 fragmented ping", 1002, RawClient.frame(0x09, "a")),
                violation("T15 long ping", 1002, RawClient.frame(0x89, "p".repeat(126))),
                violation("T16 continuation first", 1002, RawClient.frame(0x80, "a")),
                violation(
                        "T16 text inside",
                        1002,
                        FrameParserTest.joined(RawClient.frame(1, "a"), RawClient.frame(0x81, "b"))),
                violation("T17 2^63", 1002, HexFormat.of().parseHex("82ff8000000000000000")),
                violation("T17 not shortest", 1002, HexFormat.of().parseHex("82fe0005")),
                violation("T18 256 KiB + 1 announced", 1009, HexFormat.of().parseHex("81ff0000000000040001")),
                violation("T19 empty fragments", 1008, emptyFragments(100_000)),
                violation(
                        "T20 not UTF-8",
                        1007,
                        RawClient.frame(0x81, HexFormat.of().parseHex("61ff"))),
                violation(
                        "T20 cut short",
                        1007,
                        RawClient.frame(0x81, HexFormat.of().parseHex("61c3"))),
                violation("T21 one byte", 1002, RawClient.frame(0x88, "x")),
                violation("T21 999", 1002, RawClient.frame(0x88, FrameParserTest.code(999))),
                violation("T21 1005", 1002, RawClient.frame(0x88, FrameParserTest.code(1005))),
                violation("T21 1015", 1002, RawClient.frame(0x88, FrameParserTest.code(1015))),
                violation("T21 5000", 1002, RawClient.frame(0x88, FrameParserTest.code(5000))));
    }

    private DynamicTest violation(String name, int code, byte[] wire) {
        return DynamicTest.dynamicTest(name, () -> {
            Await.until("earlier ones ended", () -> server.listener.ends.size() == server.listener.opened.get());
            int before = server.listener.ends.size();
            try (RawClient client = RawClient.open(server.port())) {
                client.send(wire);
                RawClient.Received close = client.readClose();
                assertEquals(code, close.closeCode());
                assertTrue(close.closeReason().matches("[a-zA-Z0-9^ -]{5,60}"), close.closeReason());
                // Where the violation was a close frame, the server may be gone already.
                sendIfPossible(client, RawClient.frame(0x81, "never seen"));
                sendIfPossible(client, RawClient.frame(0x88, FrameParserTest.code(code)));
                assertTrue(client.isCut());
            }
            Await.until("one end", () -> server.listener.ends.size() == before + 1);
        });
    }

    // T18: 1009 comes before the payload is sent, and also in the middle of endless fragments.
    @Test
    void endlessFragmentsAreStopped() throws IOException {
        try (RawClient client = RawClient.open(server.port())) {
            client.send(RawClient.frame(0x02, new byte[64 * 1024]));
            for (int n = 0; n < 4; n++) {
                client.send(RawClient.frame(0x00, new byte[64 * 1024]));
            }
            assertEquals(1009, client.readClose().closeCode());
        }
    }

    // T23, T26: messages of many sizes come back whole and in order, sent one byte per packet or in bulk.
    @Test
    void messagesComeBackInOrder() throws IOException {
        Random random = new Random(7);
        try (RawClient client = RawClient.open(server.port())) {
            for (byte one : RawClient.frame(0x81, "one byte per packet \u00e9")) {
                client.send(new byte[] {one});
            }
            assertEquals("one byte per packet \u00e9", client.read().text());
            for (int size : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 262_144}) {
                byte[] payload = new byte[size];
                random.nextBytes(payload);
                client.send(RawClient.frame(0x82, payload));
                RawClient.Received echo = client.read();
                assertEquals(Frame.BINARY, echo.opcode());
                assertArrayEquals(payload, echo.payload());
            }
        }
    }

    // T20: a character split over two frames is one character.
    @Test
    void aSplitCharacterIsJoined() throws IOException {
        try (RawClient client = RawClient.open(server.port())) {
            client.send(RawClient.frame(0x01, HexFormat.of().parseHex("c3")));
            client.send(RawClient.frame(0x80, HexFormat.of().parseHex("a9")));
            assertEquals("\u00e9", client.read().text());
        }
    }

    // T25: pings are answered in order with their payload, also inside a message.
    @Test
    void pingsAreAnswered() throws IOException {
        try (RawClient client = RawClient.open(server.port())) {
            client.send(RawClient.frame(0x01, "a"));
            for (int n = 0; n < 20; n++) {
                client.send(RawClient.frame(0x89, "ping " + n));
            }
            for (int n = 0; n < 20; n++) {
                RawClient.Received pong = client.read();
                assertEquals(Frame.PONG, pong.opcode());
                assertEquals("ping " + n, pong.text());
            }
            client.send(RawClient.frame(0x80, "b"));
            assertEquals("ab", client.read().text());
        }
    }

    // T25: a flood of pings is cut off, and meanwhile it holds next to nothing.
    @Test
    void aPingFloodIsStopped() throws IOException {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int n = 0; n < 5_000; n++) {
            flood.writeBytes(RawClient.frame(0x89, "p".repeat(125)));
        }
        try (RawClient client = RawClient.open(server.port())) {
            client.send(flood.toByteArray());
            RawClient.Received close = client.readClose();
            assertEquals(1008, close.closeCode());
        }
    }

    // T25: pongs reach the listener.
    @Test
    void pongsAreTold() throws IOException {
        int before = server.listener.pongs.get();
        try (RawClient client = RawClient.open(server.port())) {
            client.send(RawClient.frame(0x8a, "p"));
            Await.until("told", () -> server.listener.pongs.get() == before + 1);
        }
    }

    // T22: a message behind the close frame is not passed on.
    @Test
    void nothingIsReadBehindAClose() throws IOException {
        int before = server.listener.messages.get();
        try (RawClient client = RawClient.open(server.port())) {
            client.send(FrameParserTest.joined(
                    RawClient.frame(0x81, "first"),
                    RawClient.frame(0x88, FrameParserTest.code(1000)),
                    RawClient.frame(0x81, "second")));
            assertEquals("first", client.read().text());
            assertEquals(1000, client.read().closeCode());
            assertTrue(client.isCut());
        }
        assertEquals(before + 1, server.listener.messages.get());
    }

    // T26: a peer that reads later than it sends loses nothing: full queues hold the echo back, not the server.
    @Test
    void aFullQueueHoldsTheSenderBack() throws IOException, InterruptedException {
        int messages = 2_000;
        byte[] payload = new byte[4_000];
        // The kernel between the two would hold the whole echo on some machines.
        try (RawClient client = RawClient.tcp(server.port(), WINDOW_BYTES)) {
            client.handshake();
            Thread sender = Thread.ofVirtual().start(() -> {
                for (int n = 0; n < messages; n++) {
                    payload[0] = (byte) n;
                    sendIfPossible(client, RawClient.frame(0x82, payload));
                }
            });
            try {
                Await.until(
                        "the echo had to wait",
                        () -> server.listener.open.stream()
                                .anyMatch(connection -> connection.pendingBytes() > 100_000));
            } catch (AssertionError late) {
                throw new AssertionError(standing(sender), late);
            }
            for (int n = 0; n < messages; n++) {
                assertEquals((byte) n, client.read().payload()[0]);
            }
            sender.join();
        }
    }

    /// Where those stand who should be busy, and what the kernel holds for them.
    private String standing(Thread sender) throws IOException {
        Path threads = Files.createTempDirectory("frames").resolve("threads");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(threads.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        String port = ":%04X ".formatted(server.port());
        List<String> sockets = Files.readAllLines(Path.of("/proc/net/tcp6")).stream()
                .filter(line -> line.contains(port))
                .toList();
        return "read " + server.listener.messages.get() + " messages, pending "
                + server.listener.open.stream().map(Connection::pendingBytes).toList() + ", ends "
                + server.listener.ends + ", sender " + sender.getState() + " in "
                + List.of(sender.getStackTrace()) + "\n" + String.join("\n", sockets) + "\n"
                + Files.readString(threads);
    }

    private static void sendIfPossible(RawClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            assertTrue(client.isCut());
        }
    }

    private static byte[] emptyFragments(int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int n = 0; n < count; n++) {
            all.writeBytes(RawClient.frame(n == 0 ? 0x01 : 0x00, ""));
        }
        return all.toByteArray();
    }
}
