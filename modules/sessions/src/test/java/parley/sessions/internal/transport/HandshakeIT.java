package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import parley.testkit.Await;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HandshakeIT {

    private static final String GOOD = RawClient.request("");

    private final EchoServer server = EchoServer.start();

    @BeforeAll
    void theServerServes() throws IOException {
        helloWorks();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    // T1 to T8: whatever is wrong with an upgrade gets an HTTP answer, never 101, and the server stays sane.
    @TestFactory
    Stream<DynamicTest> badUpgradesAreRefused() {
        return Stream.of(
                refused("T1 other path", 404, GOOD.replace("/connection/websocket", "/connection/websockets")),
                refused("T1 below the path", 404, GOOD.replace("/connection/websocket", "/connection/websocket/x")),
                refused("T1 no upgrade at all", 404, "GET /connection/websocket HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("T2 POST", 405, GOOD.replace("GET", "POST")),
                refused("T2 HTTP/1.0", 505, GOOD.replace("HTTP/1.1", "HTTP/1.0")),
                refused("T2 no Host", 400, GOOD.replace("Host: 127.0.0.1\r\n", "")),
                refused("T2 two Hosts", 400, GOOD.replace("Host:", "Host: a\r\nHost:")),
                refused("T2 no Connection", 400, GOOD.replace("Connection: Upgrade\r\n", "")),
                refused(
                        "T2 Connection without the token",
                        400,
                        GOOD.replace("Connection: Upgrade", "Connection: upgraded")),
                refused("T2 other protocol", 404, GOOD.replace("Upgrade: websocket", "Upgrade: h2c")),
                refused("T2 no key", 400, GOOD.replace("Sec-WebSocket-Key", "X-Key")),
                refused("T2 two keys", 400, RawClient.request("Sec-WebSocket-Key: " + RawClient.KEY + "\r\n")),
                refused("T2 short key", 400, GOOD.replace(RawClient.KEY, "c2hvcnQ=")),
                refused("T2 key that is no base64", 400, GOOD.replace(RawClient.KEY, "!".repeat(24))),
                refused("T2 key of 17 bytes", 400, GOOD.replace(RawClient.KEY, "MTIzNDU2Nzg5MDEyMzQ1Njc=")),
                refused("T2 body", 404, RawClient.request("Content-Length: 5\r\n") + "hello"),
                refused("T2 chunked body", 404, RawClient.request("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
                refused("T3 version 8", 426, GOOD.replace("Version: 13", "Version: 8")),
                refused("T3 no version", 426, GOOD.replace("Sec-WebSocket-Version: 13\r\n", "")),
                refused("T3 two versions", 426, RawClient.request("Sec-WebSocket-Version: 8\r\n")),
                refused("T4 other origin", 403, RawClient.request("Origin: https://evil.example\r\n")),
                refused("T4 lookalike", 403, RawClient.request("Origin: https://chat.example.evil.com\r\n")),
                refused("T4 prefix", 403, RawClient.request("Origin: https://evilchat.example\r\n")),
                refused("T4 other scheme", 403, RawClient.request("Origin: http://chat.example\r\n")),
                refused("T4 other port", 403, RawClient.request("Origin: https://chat.example:8443\r\n")),
                refused("T4 null", 403, RawClient.request("Origin: null\r\n")),
                refused("T4 upper case", 403, RawClient.request("Origin: HTTPS://CHAT.EXAMPLE\r\n")),
                refused(
                        "T4 two origins",
                        403,
                        RawClient.request("Origin: https://chat.example\r\nOrigin: https://a\r\n")),
                refused("T4 same host, but there is a list", 403, RawClient.request("Origin: http://127.0.0.1\r\n")),
                refused("T5 token", 401, GOOD.replace("websocket HTTP", "websocket?a=b&token=x HTTP")),
                refused("T5 empty token", 401, GOOD.replace("websocket HTTP", "websocket?token HTTP")),
                refused("T5 access token", 401, GOOD.replace("websocket HTTP", "websocket?access_token=x HTTP")),
                refused("header of 20,000 bytes", 400, RawClient.request("X-Long: " + "x".repeat(20_000) + "\r\n")));
    }

    private DynamicTest refused(String name, int status, String request) {
        return DynamicTest.dynamicTest(name, () -> {
            try (RawClient client = RawClient.tcp(server.port())) {
                client.send(request);
                String answer = client.readHead();
                assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
                if (status == 426) {
                    assertTrue(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"), answer);
                }
            }
            helloWorks();
        });
    }

    // T2, T4, T6: what is right in another way is accepted too.
    @TestFactory
    Stream<DynamicTest> goodUpgradesAreAccepted() {
        return Stream.of(
                accepted("plain", GOOD, null),
                accepted("T2 WebSocket", GOOD.replace("Upgrade: websocket", "Upgrade: WebSocket"), null),
                accepted("T2 WEBSOCKET", GOOD.replace("Upgrade: websocket", "UPGRADE: wEBSOCKET"), null),
                accepted(
                        "T2 Connection list",
                        GOOD.replace("Connection: Upgrade", "Connection: keep-alive, uPgrade"),
                        null),
                accepted("T2 empty body", RawClient.request("Content-Length: 0\r\n"), null),
                accepted("T4 allowed origin", RawClient.request("Origin: https://chat.example\r\n"), null),
                accepted("T4 cookie without origin", RawClient.request("Cookie: session=1\r\n"), null),
                accepted("T6 JSON", protocol("centrifuge-json"), "centrifuge-json"),
                accepted("T6 Protobuf", protocol("centrifuge-protobuf"), "centrifuge-protobuf"),
                accepted("T6 both", protocol("centrifuge-json, centrifuge-protobuf"), "centrifuge-protobuf"),
                accepted("T6 among others", protocol("mqtt,centrifuge-json"), "centrifuge-json"),
                accepted("T6 empty", protocol(""), null),
                accepted("T6 unknown", protocol("mqtt"), null),
                accepted(
                        "T7 extension",
                        RawClient.request("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"),
                        null),
                accepted("header of 10,000 bytes", RawClient.request("X-Long: " + "x".repeat(10_000) + "\r\n"), null));
    }

    private DynamicTest accepted(String name, String request, @org.jspecify.annotations.Nullable String subprotocol) {
        return DynamicTest.dynamicTest(name, () -> {
            try (RawClient client = RawClient.tcp(server.port())) {
                client.send(request);
                String answer = client.readHead();
                assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
                // The accept value is the example of RFC 6455, section 1.3.
                assertTrue(answer.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), answer);
                assertEquals(subprotocol != null, answer.contains("Sec-WebSocket-Protocol"), answer);
                assertTrue(
                        subprotocol == null || answer.contains("\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n"));
                assertFalse(answer.contains("Extensions"), answer);
                client.sendText("still there?");
                assertEquals("still there?", client.read().text());
            }
        });
    }

    // T11: frames that come in one packet with the request are not lost.
    @Test
    void framesBehindTheRequestAreRead() throws IOException {
        try (RawClient client = RawClient.tcp(server.port())) {
            client.send(FrameParserTest.joined(
                    GOOD.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    RawClient.frame(0x81, "early"),
                    RawClient.frame(0x01, "spl")));
            assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
            client.send(RawClient.frame(0x80, "it"));
            assertEquals("early", client.read().text());
            assertEquals("split", client.read().text());
        }
    }

    // T9: the address that the trusted proxy names; without it, the peer's.
    @Test
    void theClientsAddressComesFromTheTrustedProxy() throws IOException {
        assertEquals("203.0.113.7", addressSeen("X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\n"));
        assertEquals("127.0.0.1", addressSeen(""));
    }

    // T9: the PROXY protocol's address counts as the last entry of the header.
    @Test
    void theProxyProtocolIsBelievedFirst() throws IOException {
        try (EchoServer proxied =
                        EchoServer.start(TransportLimits.DEFAULT, builder -> builder.enableProxyProtocol(true));
                RawClient client = RawClient.tcp(proxied.port())) {
            client.send("PROXY TCP4 203.0.113.9 127.0.0.1 5555 8080\r\n"
                    + RawClient.request("X-Forwarded-For: 6.6.6.6\r\n"));
            assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
            Await.until("opened", () -> proxied.listener.open.size() == 1);
            assertEquals(
                    "203.0.113.9",
                    proxied.listener.open.element().remoteAddress().getHostAddress());
        }
    }

    private String addressSeen(String header) throws IOException {
        try (RawClient client = RawClient.tcp(server.port())) {
            Await.until("earlier ones ended", server.listener.open::isEmpty);
            client.send(RawClient.request(header));
            assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
            Await.until("opened", () -> server.listener.open.size() > 0);
            String address = server.listener.open.stream()
                    .reduce((_, last) -> last)
                    .orElseThrow()
                    .remoteAddress()
                    .getHostAddress();
            client.sendClose(1000);
            assertTrue(client.isCut());
            Await.until("ended", () -> server.listener.open.isEmpty());
            return address;
        }
    }

    // T8: a policy that refuses gives a whole HTTP answer with Retry-After, and no session begins.
    @Test
    void aPolicyRefusesWithRetryAfter() throws IOException {
        EchoListener listener = new EchoListener();
        AcceptPolicy draining = _ -> new AcceptPolicy.Refused(503, Duration.ofSeconds(7));
        try (EchoServer full = EchoServer.start(listener, TransportLimits.DEFAULT, draining, _ -> {});
                RawClient client = RawClient.tcp(full.port())) {
            client.send(GOOD);
            String answer = client.readHead();
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("\r\nRetry-After: 7\r\n"), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            assertTrue(client.isCut());
            assertEquals(0, listener.opened.get() + listener.ends.size());
        }
    }

    private void helloWorks() throws IOException {
        try (RawClient client = RawClient.tcp(server.port())) {
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertTrue(client.readHead().startsWith("HTTP/1.1 200 "));
        }
    }

    private static String protocol(String offered) {
        return RawClient.request("Sec-WebSocket-Protocol: " + offered + "\r\n");
    }
}
