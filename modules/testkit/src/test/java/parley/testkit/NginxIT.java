package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The configuration in `ops/nginx`, in the real nginx before a server that says what reached it.
final class NginxIT {
    private final List<String> reached = new CopyOnWriteArrayList<>();
    private HttpServer upstream;
    private Nginx nginx;

    @BeforeEach
    void start() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        upstream.createContext("/", this::answer);
        upstream.start();
        nginx = Nginx.parley("127.0.0.1:" + upstream.getAddress().getPort());
    }

    @AfterEach
    void end() {
        nginx.close();
        upstream.stop(0);
    }

    @Test
    void whatIsPublicIsReachedAndTheRestIsNot() throws IOException {
        // /admin and /metrics are not reachable from outside, whatever listens behind.
        for (String path :
                List.of("/", "/assets/page.js", "/api/v1/accounts", "/.well-known/jwks.json", "/health/ready")) {
            assertEquals("HTTP/1.1 200 OK", get(path), path);
        }
        assertEquals(5, reached.size());
        for (String path : List.of(
                "/admin",
                "/admin/v1/node",
                "/admin/../admin/v1/node",
                "//admin/v1/node",
                "/%61dmin/v1/node",
                "/metrics",
                "/openapi.json",
                "/health/live",
                "/health")) {
            assertEquals("HTTP/1.1 404 Not Found", get(path), path);
        }
        assertEquals(5, reached.size());
    }

    @Test
    void theAddressThatAClientStatesIsNotBelieved() throws IOException {
        // Limits per address hold against a forged header.
        String unused = ask(
                "GET /api/v1/x HTTP/1.1",
                "Host: chat.example:81",
                "Connection: close",
                "X-Forwarded-For: 203.0.113.9",
                "X-Real-IP: 203.0.113.9",
                "Forwarded: for=203.0.113.9");
        assertEquals(1, reached.size());
        assertTrue(reached.getFirst().contains("X-forwarded-for=[127.0.0.1]"), reached.getFirst());
        assertTrue(reached.getFirst().contains("Host=[chat.example:81]"), reached.getFirst());
        assertFalse(reached.getFirst().contains("203.0.113.9"), reached.getFirst());
    }

    @Test
    void noLogHoldsAQueryOrAToken() throws IOException {
        // Tokens stay out of logs, also when a client puts them where they do not belong.
        String unused = ask(
                "GET /api/v1/accounts?token=hidden-one HTTP/1.1",
                "Host: x",
                "Connection: close",
                "Authorization: Bearer hidden-two",
                "Referer: http://x/?hidden-three");
        upstream.stop(0);
        assertEquals("HTTP/1.1 502 Bad Gateway", get("/api/v1/accounts?token=hidden-four"));
        Await.until("both requests are logged", () -> nginx.accessLog().size() == 3);
        String logs =
                nginx.accessLog() + "\n" + nginx.errorLog() + nginx.process().tail();
        assertTrue(logs.contains("\"/api/v1/accounts\""), logs);
        assertFalse(logs.contains("hidden"), logs);
    }

    @Test
    void aSlowHeaderIsCut() throws IOException {
        // Connections that never finish their request do not pile up.
        nginx.close();
        nginx = Nginx.start(
                Checkout.root().resolve("ops/nginx/parley.conf"),
                Map.of("client_header_timeout 5s", "client_header_timeout 1s"));
        try (Socket client = connect()) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertFalse(answer.contains("200"), answer);
        } catch (IOException reset) {
            assertNotEquals("Read timed out", reset.getMessage());
        }
    }

    @Test
    void tooLargeARequestIsRefused() throws IOException {
        // Header and body have a limit before they reach a node.
        assertEquals("HTTP/1.1 414 Request-URI Too Large", get("/api/" + "x".repeat(9_000)));
        assertEquals(
                "HTTP/1.1 413 Request Entity Too Large",
                ask("POST /api/v1/x HTTP/1.1", "Host: x", "Content-Length: 100000"));
        assertEquals(List.of(), reached);
    }

    @Test
    void anUpgradedConnectionCarriesBytesBothWays() throws IOException {
        // The client protocol runs through nginx; other paths cannot be upgraded.
        try (ServerSocket node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Nginx front = Nginx.parley("127.0.0.1:" + node.getLocalPort());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), front.port())) {
            client.setSoTimeout(10_000);
            Thread.ofVirtual().start(() -> upgradeAll(node));
            client.getOutputStream()
                    .write(bytes(
                            "GET /connection/websocket HTTP/1.1",
                            "Host: x",
                            "Upgrade: websocket",
                            "Connection: Upgrade"));
            assertTrue(readHead(client.getInputStream()).startsWith("HTTP/1.1 101 "));
            client.getOutputStream().write("ping!".getBytes(StandardCharsets.US_ASCII));
            assertEquals("ping!", new String(client.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void oneAddressHasABoundedNumberOfConnections() throws IOException {
        // A flood from one address is refused by nginx; with the bound lowered to one, the second connection is.
        try (ServerSocket node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Nginx front = Nginx.start(
                        Checkout.root().resolve("ops/nginx/parley.conf"),
                        Map.of(
                                "127.0.0.1:8080",
                                "127.0.0.1:" + node.getLocalPort(),
                                "limit_conn per_address 500;",
                                "limit_conn per_address 1;"));
                Socket first = new Socket(InetAddress.getLoopbackAddress(), front.port());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), front.port())) {
            first.setSoTimeout(10_000);
            second.setSoTimeout(10_000);
            Thread.ofVirtual().start(() -> upgradeAll(node));
            byte[] upgrade =
                    bytes("GET /connection/websocket HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade");
            first.getOutputStream().write(upgrade);
            assertTrue(readHead(first.getInputStream()).startsWith("HTTP/1.1 101 "));
            second.getOutputStream().write(upgrade);
            assertTrue(readHead(second.getInputStream()).startsWith("HTTP/1.1 429 "));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        reached.add(
                exchange.getRequestURI() + " " + exchange.getRequestHeaders().entrySet());
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private String get(String path) throws IOException {
        return ask("GET " + path + " HTTP/1.1", "Host: x", "Connection: close");
    }

    /// The status line of the answer.
    private String ask(String... head) throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(head));
            return readHead(client.getInputStream()).lines().findFirst().orElse("");
        }
    }

    private static byte[] bytes(String... head) {
        return (String.join("\r\n", head) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), nginx.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static String readHead(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        int next = input.read();
        while (next >= 0 && head.indexOf("\r\n\r\n") < 0) {
            head.append((char) next);
            next = head.indexOf("\r\n\r\n") < 0 ? input.read() : next;
        }
        return head.toString();
    }

    /// Answers 101 to requests that ask for an upgrade and echoes what follows.
    private static void upgradeAll(ServerSocket node) {
        while (!node.isClosed()) {
            try (Socket link = node.accept()) {
                boolean asks = readHead(link.getInputStream()).contains("Upgrade: websocket");
                String status = asks ? "101 Switching Protocols" : "400 Bad Request";
                link.getOutputStream().write(bytes("HTTP/1.1 " + status, "Connection: upgrade", "Upgrade: websocket"));
                long unused = link.getInputStream().transferTo(link.getOutputStream());
            } catch (IOException closed) {
                // The loop's condition looks whether it is the listener that closed.
            }
        }
    }
}
