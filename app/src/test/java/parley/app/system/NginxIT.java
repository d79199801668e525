package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// What `ops/nginx/parley.conf` lets through to a real node, and what not.
class NginxIT {
    @TempDir
    static Path folder;

    private static WholeStack stack;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void onlyThePublicPartIsReached() {
        // /admin, /metrics, the document and health with its reasons are not there for the public.
        for (String path : List.of(
                "admin/v1/node",
                "admin",
                "metrics",
                "openapi.json",
                "health/live",
                "health/started",
                "%61dmin/v1/node")) {
            Reply reply = stack.rest().get(path, stack.adminKey());
            assertEquals(404, reply.status(), path);
            assertEquals(404, stack.node().rest().get(path, stack.adminKey()).status(), path + " at the node");
        }
        String ready = stack.rest().awaitReady().text();
        assertTrue(ready.matches("\\{\"status\":\"(up|degraded)\"}"), ready);
        assertEquals(200, stack.rest().get("", null).status());
        assertTrue(stack.rest().get(".well-known/jwks.json", null).text().contains("\"RSA\""));
        assertEquals(404, stack.rest().get("chat", null).status());
    }

    @Test
    void anAddressThatAClientStatesIsNotBelieved() {
        // The address of a session is the one that nginx saw, whatever the client puts into headers.
        Rest.Person person = stack.rest().newPerson("eve");
        try (RawHttp client = new RawHttp(stack.steadyAddress())) {
            String head = client.send(RawHttp.upgrade(
                            "X-Forwarded-For: 203.0.113.9\r\nX-Real-IP: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\n"))
                    .head();
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            RawHttp unused = client.send(RawHttp.frame(
                    0x81,
                    ("{\"id\":1,\"connect\":{\"token\":\"" + person.accessToken() + "\"}}")
                            .getBytes(StandardCharsets.UTF_8)));
            JsonObject session =
                    Await.value("the session", () -> sessions(person).stream().findFirst());
            assertEquals("127.0.0.1", session.getString("address"));
        }
        // The node itself believes the proxy it was told of: so the test above can fail.
        try (RawHttp client = new RawHttp(stack.node().address())) {
            assertTrue(client.send(RawHttp.upgrade("X-Forwarded-For: 203.0.113.9\r\n"))
                    .head()
                    .contains(" 101 "));
            RawHttp unused = client.send(RawHttp.frame(
                    0x81,
                    ("{\"id\":1,\"connect\":{\"token\":\"" + person.accessToken() + "\"}}")
                            .getBytes(StandardCharsets.UTF_8)));
            Await.until(
                    "the session with the stated address",
                    () -> sessions(person).stream()
                            .anyMatch(session -> session.getString("address").equals("203.0.113.9")));
        }
    }

    private static List<JsonObject> sessions(Rest.Person person) {
        return stack.node()
                .admin()
                .get("admin/v1/sessions?account=" + person.id(), stack.adminKey())
                .json()
                .getJsonArray("sessions")
                .getValuesAs(JsonObject.class);
    }

    @Test
    void theAccessLogHoldsNoQueryAndNoToken() {
        // Tokens stay out of logs, also when a client puts them where they do not belong.
        Rest.Person person = stack.rest().newPerson("frank");
        Reply unused = stack.rest()
                .send(HttpRequest.newBuilder(
                                URI.create(stack.steadyAddress() + "api/v1/accounts?handle=x&token=hidden-one"))
                        .header("Authorization", "Bearer " + person.accessToken())
                        .header("Referer", "http://x/?hidden-two")
                        .build());
        try (RawHttp client = new RawHttp(stack.steadyAddress())) {
            assertEquals(
                    401,
                    client.send(RawHttp.upgrade("").replace("websocket HTTP", "websocket?token=hidden-three HTTP"))
                            .status());
        }
        Await.until(
                "the requests are logged",
                () -> stack.nginx().accessLog().stream().anyMatch(line -> line.contains("/connection/websocket\" 401"))
                        && stack.nginx().accessLog().stream().anyMatch(line -> line.contains("\"/api/v1/accounts\"")));
        String logs = stack.nginx().accessLog() + "\n" + stack.nginx().errorLog();
        assertFalse(logs.contains("hidden"), logs);
        assertFalse(logs.contains(person.accessToken()), logs);
        assertFalse(logs.contains("?"), logs);
    }

    @TestFactory
    Stream<DynamicTest> handshakesThatAreWrongAreRefused() {
        // T1 to T6 hold through nginx as they do without.
        String good = RawHttp.upgrade("");
        return Stream.of(
                handshake("other path", 404, good.replace("/connection/websocket", "/connection/websockets")),
                handshake("POST", 405, good.replace("GET", "POST")),
                handshake("no Host", 400, good.replace("Host: 127.0.0.1\r\n", "")),
                handshake("no key", 400, good.replace("Sec-WebSocket-Key", "X-Key")),
                handshake("short key", 400, good.replace(RawHttp.KEY, "c2hvcnQ=")),
                handshake("version 8", 426, good.replace("Version: 13", "Version: 8")),
                handshake("another origin", 403, RawHttp.upgrade("Origin: https://evil.example\r\n")),
                handshake("origin null", 403, RawHttp.upgrade("Origin: null\r\n")),
                handshake("a token in the query", 401, good.replace("websocket HTTP", "websocket?access_token=x HTTP")),
                handshake("a header of 40,000 bytes", 400, RawHttp.upgrade("X-Long: " + "x".repeat(40_000) + "\r\n")),
                handshake("good", 101, good),
                handshake("good, this origin", 101, RawHttp.upgrade("Origin: http://127.0.0.1\r\n")),
                handshake("good, Protobuf", 101, RawHttp.upgrade("Sec-WebSocket-Protocol: centrifuge-protobuf\r\n")));
    }

    private static DynamicTest handshake(String name, int status, String request) {
        return DynamicTest.dynamicTest(name, () -> {
            try (RawHttp client = new RawHttp(stack.steadyAddress())) {
                String head = client.send(request).head();
                assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
                assertEquals(status == 101, head.contains("Sec-WebSocket-Accept: " + RawHttp.ACCEPT), head);
            }
        });
    }
}
