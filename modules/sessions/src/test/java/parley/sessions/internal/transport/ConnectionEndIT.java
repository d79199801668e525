package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.testkit.Await;
import parley.testkit.LeakChecker;

/// T34: a connection ends exactly once, whatever the cause; each test starts a server, ends one
/// connection in its own way and looks at what the listener was told.
@ExtendWith(LeakChecker.class)
final class ConnectionEndIT {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @FunctionalInterface
    private interface Ending {
        void end(EchoServer server, RawClient client) throws IOException;
    }

    // T34: FIN.
    @Test
    void aFinEndsIt() throws IOException {
        assertEquals(lost(), endedBy((_, client) -> client.close()));
    }

    // T34: FIN in the middle of a message.
    @Test
    void aFinInsideAMessageEndsIt() throws IOException {
        assertEquals(lost(), endedBy((_, client) -> {
            client.send(new byte[] {(byte) 0x81, (byte) 0xfe, 1});
            client.close();
        }));
    }

    // T34: RST.
    @Test
    void aResetEndsIt() throws IOException {
        assertEquals(lost(), endedBy((_, client) -> client.reset()));
    }

    // T34: half close; the server closes the other half.
    @Test
    void aHalfCloseEndsIt() throws IOException {
        assertEquals(lost(), endedBy((_, client) -> {
            client.socket.shutdownOutput();
            assertTrue(client.isCut());
        }));
    }

    // T30: the peer closes: what is queued, the echo of its code, the end of TCP.
    @Test
    void aCloseFrameEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.PEER_CLOSED, 4321), endedBy((_, client) -> {
            client.sendText("last");
            client.sendClose(4321);
            assertEquals("last", client.read().text());
            assertEquals(4321, client.read().closeCode());
            assertTrue(client.isCut());
        }));
    }

    // T30: a close frame without a code is answered by one without a code.
    @Test
    void anEmptyCloseFrameEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.PEER_CLOSED, Ended.NO_CODE), endedBy((_, client) -> {
            client.send(RawClient.frame(0x88, ""));
            assertEquals(0, client.read().payload().length);
            assertTrue(client.isCut());
        }));
    }

    // T29, T22: the server closes, the peer answers, TCP ends; what the peer said in between is not passed on.
    @Test
    void theServersCloseEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.SERVER_CLOSED, 3503), endedBy((server, client) -> {
            client.sendText("!close");
            RawClient.Received close = client.read();
            assertEquals(3503, close.closeCode());
            assertEquals("force disconnect", close.closeReason());
            client.sendText("ignored");
            client.sendClose(3503);
            assertTrue(client.isCut());
            assertEquals(1, server.listener.messages.get());
        }));
    }

    // T29: a peer that never answers the close frame is cut at the deadline.
    @Test
    void anUnansweredCloseEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.SERVER_CLOSED, 3503), endedBy(server(SHORT), (_, client) -> {
            long begin = System.nanoTime();
            client.sendText("!close");
            assertEquals(3503, client.read().closeCode());
            assertTrue(client.isCut());
            assertWithin(Duration.ofMillis(900), Duration.ofSeconds(8), begin);
        }));
    }

    // T31: a violation, answered by the peer.
    @Test
    void aViolationEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.VIOLATION, 1002), endedBy((_, client) -> {
            client.send(RawClient.frame(0x83, "x"));
            assertEquals(1002, client.read().closeCode());
            client.sendClose(1002);
            assertTrue(client.isCut());
        }));
    }

    // T32: a listener that fails: 3004, and not a word of the exception.
    @Test
    void aFailedListenerEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.FAULT, 3004), endedBy((_, client) -> {
            client.sendText("!throw");
            RawClient.Received close = client.read();
            assertEquals(3004, close.closeCode());
            assertEquals("internal server error", close.closeReason());
            client.sendClose(3004);
            assertTrue(client.isCut());
        }));
    }

    // T34: abort.
    @Test
    void anAbortEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.ABORTED, Ended.NO_CLOSE), endedBy((_, client) -> {
            client.sendText("!abort");
            assertTrue(client.isCut());
        }));
    }

    // T33: the server stops: 3001 to whoever is still there.
    @Test
    void aStopOfTheServerEndsIt() throws IOException {
        assertEquals(
                new Ended(Ended.Cause.SERVER_CLOSED, 3001), endedBy(EchoServer.startPatient(), (server, client) -> {
                    server.stop();
                    RawClient.Received close = client.read();
                    assertEquals(3001, close.closeCode());
                    assertEquals("shutdown", close.closeReason());
                    assertTrue(client.isCut());
                }));
    }

    // T28, T34: a peer that takes nothing any more while something is to be sent.
    @Test
    void aFrozenPeerEndsIt() throws IOException {
        assertEquals(new Ended(Ended.Cause.STALLED, Ended.NO_CLOSE), endedBy((server, _) -> {
            try (RawClient frozen = frozen(server)) {
                long begin = System.nanoTime();
                frozen.sendText("!fill");
                Await.until("the server gave up", () -> !server.listener.ends.isEmpty());
                assertWithin(Duration.ofMillis(1_400), Duration.ofSeconds(8), begin);
                assertEquals(1, server.listener.open.size());
            }
        }));
    }

    // T29: a peer that takes nothing cannot hold up a close either.
    @Test
    void aFrozenPeerDoesNotHoldUpAClose() throws IOException {
        assertEquals(new Ended(Ended.Cause.SERVER_CLOSED, 3503), endedBy(server(SHORT), (server, _) -> {
            try (RawClient frozen = frozen(server)) {
                long begin = System.nanoTime();
                frozen.sendText("!fill");
                frozen.sendText("!close");
                Await.until("the server gave up", () -> !server.listener.ends.isEmpty());
                assertWithin(Duration.ofMillis(900), Duration.ofSeconds(8), begin);
            }
        }));
    }

    // T33, T34: a hundred connections, all told and all ended by one stop.
    @Test
    void aStopEndsThemAll() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try (EchoServer server = EchoServer.startPatient()) {
            for (int n = 0; n < 100; n++) {
                clients.add(RawClient.open(server.port()));
            }
            Await.until("all open", () -> server.listener.open.size() == 100);
            server.stop();
            for (RawClient client : clients) {
                assertEquals(3001, client.readClose().closeCode());
                client.close();
            }
            Await.until("all ended", () -> server.listener.ends.size() == 100);
            assertEquals(0, server.listener.open.size());
        }
    }

    // T35: Helidon's idle time-out passes, and the connection is still there.
    @Test
    void idleConnectionsStay() throws IOException {
        Duration idle = Duration.ofMillis(300);
        try (EchoServer server = EchoServer.start(
                        TransportLimits.DEFAULT,
                        builder -> builder.idleConnectionTimeout(idle).idleConnectionPeriod(idle));
                RawClient client = RawClient.open(server.port())) {
            Await.stays(idle.multipliedBy(5), "not ended", server.listener.ends::isEmpty);
            client.sendText("still there?");
            assertEquals("still there?", client.read().text());
        }
    }

    private static Ended endedBy(Ending ending) throws IOException {
        return endedBy(server(Duration.ofSeconds(10)), ending);
    }

    /// Which cuts whoever does not answer its close frame within `close`.
    private static EchoServer server(Duration close) {
        return EchoServer.start(EchoServer.deadlines(Duration.ofSeconds(10), close, Duration.ofMillis(1_500)), _ -> {});
    }

    private static Ended endedBy(EchoServer started, Ending ending) throws IOException {
        try (EchoServer server = started;
                RawClient client = RawClient.open(server.port())) {
            Await.until("opened", () -> server.listener.open.size() == 1);
            ending.end(server, client);
            Await.until("ended", () -> !server.listener.ends.isEmpty());
            Await.stays(Duration.ofMillis(100), "ended once", () -> server.listener.ends.size() == 1);
            return server.listener.ends.element();
        }
    }

    /// A second client, which takes next to nothing into its kernel.
    private static RawClient frozen(EchoServer server) throws IOException {
        RawClient client = RawClient.tcp(server.port(), 4096);
        client.handshake();
        return client;
    }

    private static Ended lost() {
        return new Ended(Ended.Cause.LOST, Ended.NO_CLOSE);
    }

    private static void assertWithin(Duration atLeast, Duration atMost, long begin) {
        long took = System.nanoTime() - begin;
        assertTrue(took >= atLeast.toNanos() && took <= atMost.toNanos(), () -> "took " + Duration.ofNanos(took));
    }
}
