package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Nginx;

/// Raw bytes at the WebSocket door of a running node, straight and through nginx: what conformance suites
/// do not try.
class RawConnectionIT {
    @TempDir
    static Path folder;

    private static SystemNode node;
    private static Nginx nginx;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(folder, Map.of("PARLEY_HTTP_ALLOWED_ORIGINS", HandshakeTable.ORIGIN));
        nginx = Nginx.parley(node.hostAndPort());
    }

    @AfterAll
    static void stop() {
        nginx.close();
        node.close();
    }

    @AfterEach
    void nothingIsLeft() {
        // T34: the node forgets every connection that ended, however it did.
        Await.until("no connection is left", () -> connections().equals("0.0"));
    }

    private static String connections() {
        return node.admin()
                .get("metrics", node.adminKey())
                .text()
                .lines()
                .filter(line -> line.startsWith("parley_connections "))
                .findFirst()
                .orElseThrow()
                .substring("parley_connections ".length());
    }

    @TestFactory
    Stream<DynamicTest> handshakesStraight() {
        // T1 to T8, S1, S12, S22: what is not right in every respect gets an answer, and never 101.
        return HandshakeTable.rows().map(row -> handshake(row.name(), row.direct(), row.request(), node.address()));
    }

    @TestFactory
    Stream<DynamicTest> handshakesThroughNginx() {
        // The same through nginx.
        return HandshakeTable.rows().map(row -> handshake(row.name(), row.proxied(), row.request(), proxied()));
    }

    private static DynamicTest handshake(String name, int status, String request, String address) {
        return DynamicTest.dynamicTest(name, () -> {
            try (RawHttp client = new RawHttp(address)) {
                String head = client.send(request).head();
                assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
                assertEquals(status == 101, head.contains("Sec-WebSocket-Accept: " + RawHttp.ACCEPT), head);
                assertFalse(head.contains("Extensions"), head);
                assertEquals(status == 426, head.contains("Sec-WebSocket-Version: 13"), head);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> framesStraight() {
        // T12 to T31, S12, S15: the answer, then the end, and nothing in between.
        return FrameTable.rows().map(row -> frames(row, node.address()));
    }

    @TestFactory
    Stream<DynamicTest> framesThroughNginx() {
        // The same through nginx.
        return FrameTable.rows().map(row -> frames(row, proxied()));
    }

    private static DynamicTest frames(FrameTable.Row row, String address) {
        return DynamicTest.dynamicTest(row.name(), () -> {
            try (RawHttp client = new RawHttp(address)) {
                assertEquals(101, client.send(RawHttp.upgrade("")).status());
                row.client().accept(client);
                String answer = answer(client);
                assertTrue(answer.startsWith(row.expected()), answer);
                if (answer.startsWith("text")) {
                    assertEquals("close 1000", answer(client.send(RawHttp.frame(0x88, new byte[] {3, (byte) 232}))));
                } else if (row.name().startsWith("T1") || row.name().startsWith("T2")) {
                    // Not "cut" yet, and nothing may be sent any more.
                    client.send(RawHttp.frame(0x88, new byte[] {3, (byte) 232})).shutdownOutput();
                }
                assertEquals("cut", client.next());
            }
        });
    }

    /// What comes first, apart from pongs.
    private static String answer(RawHttp client) {
        String answer = client.next();
        while (answer.startsWith("pong ")) {
            answer = client.next();
        }
        return answer;
    }

    @Test
    void framesMayFollowTheRequestAtOnce() {
        // T11: a client that does not wait for the answer to its handshake loses nothing.
        byte[] ask = RawHttp.frame(0x81, FrameTable.ASKED.getBytes(StandardCharsets.UTF_8));
        for (String address : new String[] {node.address(), proxied()}) {
            try (RawHttp client = new RawHttp(address)) {
                byte[] request = RawHttp.upgrade("").getBytes(StandardCharsets.US_ASCII);
                byte[] both = new byte[request.length + ask.length];
                System.arraycopy(request, 0, both, 0, request.length);
                System.arraycopy(ask, 0, both, request.length, ask.length);
                assertEquals(101, client.send(both).status());
                assertTrue(client.next().startsWith(FrameTable.ANSWER), address);
            }
        }
    }

    @Test
    void aRequestInsideARefusedOneIsNotAnswered() {
        // S22: the body of an upgrade, or what follows a refused one, is never taken for a request.
        String inner = "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        String length = "Content-Length: " + inner.length() + "\r\n";
        for (String address : new String[] {node.address(), proxied()}) {
            assertOneAnswer(address, RawHttp.upgrade(length) + inner);
            assertOneAnswer(address, RawHttp.upgrade(length + "Origin: null\r\n") + inner);
            assertOneAnswer(address, RawHttp.upgrade(length).replace("GET ", "POST ") + inner);
            assertOneAnswer(address, RawHttp.upgrade("Content-Length: 0\r\n" + length) + inner);
            assertOneAnswer(address, RawHttp.upgrade("Transfer-Encoding: chunked\r\n" + length) + "0\r\n\r\n" + inner);
        }
        assertOneAnswer(node.address(), RawHttp.upgrade("").replace("Version: 13", "Version: 8") + inner);
    }

    private static void assertOneAnswer(String address, String request) {
        long begin = System.nanoTime();
        try (RawHttp client = new RawHttp(address)) {
            String all = client.send(request.replace("Connection: Upgrade", "Connection: Upgrade, close"))
                    .all();
            assertEquals(1, all.split("HTTP/1.1 [1-5]", -1).length - 1, all);
            assertTrue(System.nanoTime() - begin < 9_000_000_000L, "the connection ends after its last answer");
        }
    }

    private static String proxied() {
        return "http://127.0.0.1:" + nginx.port() + "/";
    }
}
