package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.TestCertificates;

/// A load balancer that speaks the PROXY protocol names the client, and only a trusted one is believed.
class ProxyProtocolIT {
    private static final String DEVICES = get("/api/v1/devices");
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    /// A hundred connections that waited for the deadline of a request would come to ten times this.
    private static final Duration DEADLINES = Duration.ofSeconds(30);

    private static final Predicate<String> ABOUT_HEADERS =
            Pattern.compile("(?i)proxy|header|parley.app.http|\tat ").asPredicate();

    @TempDir
    static Path folder;

    /// Trusts this machine.
    private static SystemNode node;

    @BeforeAll
    static void start() {
        node = node(folder, "127.0.0.1", Map.of());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void theClientOfATrustedProxyIsWhoItSays() {
        // WebSocket and REST limits count by the address of the PROXY header, version 1 and 2, IPv4 and IPv6.
        try (Upgrades upgrades = new Upgrades(node)) {
            assertEquals(101, upgrades.status(v1("203.0.113.5"), ""));
            assertEquals(429, upgrades.status(v2("203.0.113.5"), ""));
            assertEquals(429, upgrades.status(v1("203.0.113.5"), "X-Forwarded-For: 9.9.9.9\r\n"));
            assertEquals(101, upgrades.status(v2("203.0.113.6"), ""));
            assertEquals(101, upgrades.status(v2("2001:db8::1"), ""));
            assertEquals(429, upgrades.status(v1("2001:db8::2"), ""));
        }
        assertTrue(areOne(node, v1("198.51.100.1"), v2("198.51.100.1")));
        assertEquals(401, status(node, v2("198.51.100.2"), DEVICES));
        assertEquals(0, status(node, new byte[0], DEVICES), "nobody gets in without the header");
    }

    @Test
    void aPeerThatIsNotTrustedOnlySpeaksForItself(@TempDir Path home) {
        // A client that reaches the port past the load balancer cannot choose its address.
        try (SystemNode careful = node(home, "192.0.2.1", Map.of())) {
            try (Upgrades upgrades = new Upgrades(careful)) {
                assertEquals(101, upgrades.status(v1("203.0.113.5"), ""));
                assertEquals(429, upgrades.status(v1("203.0.113.6"), ""));
                assertEquals(429, upgrades.status(v2("203.0.113.7"), "X-Forwarded-For: 203.0.113.8\r\n"));
            }
            assertTrue(areOne(careful, v1("198.51.100.1"), v1("198.51.100.2")));
        }
    }

    @Test
    void aConnectionOfTheProxyItselfHasNoOtherClient() {
        // "UNKNOWN ... the receiver must ignore anything presented before the CRLF is found", LOCAL "must use the real
        // connection endpoints": a health check works, and neither what it names nor a client's own header counts.
        List<byte[]> local = List.of(
                line("UNKNOWN"),
                line("UNKNOWN 198.51.100.77 127.0.0.1 40000 8080"),
                v2(0x20, "198.51.100.77"),
                HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"));
        for (byte[] header : local) {
            // Once the machine stood still, health is bad for a moment.
            Await.until("a health check works", () -> status(node, header, get("/health/ready")) == 200);
        }
        String forged = "X-Forwarded-For: 198.51.100.77\r\n";
        try (Upgrades upgrades = new Upgrades(node)) {
            assertEquals(101, upgrades.status(line("UNKNOWN"), forged));
            for (byte[] header : local) {
                assertEquals(429, upgrades.status(header, forged), "all of them are the proxy");
            }
            assertEquals(101, upgrades.status(v1("198.51.100.77"), ""), "which is somebody else");
        }
        assertTrue(areOne(node, local.get(1), local.get(2)));
    }

    @Test
    void whatIsNoHeaderEndsTheConnectionWithoutAWordInTheLog() {
        // At once, not at the deadline of a request; counted, not logged, however many come.
        List<byte[]> bad = List.of(
                line("TCP4 999.2.3.4 127.0.0.1 40000 8080"),
                line("TCP4 1.2.3.4 127.0.0.1 70000 8080"),
                line("TCP4 ::1 ::1 40000 8080"),
                line("TCP6 1.2.3.4 1.2.3.4 40000 8080"),
                line("TCP4 1.2.3.4"),
                line("UNKNOWN " + "x".repeat(100)),
                "PROXY UNKNOWN\rGET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                get("/").getBytes(StandardCharsets.US_ASCII),
                v2(0x11, "1.2.3.4"),
                HexFormat.of().parseHex("0d0a0d0a000d0a515549540a21110004cb007105"));
        double before = refused();
        long written = node.process().stderr().lines().count();
        long began = System.nanoTime();
        for (int i = 0; i < 10 * bad.size(); i++) {
            byte[] header = bad.get(i % bad.size());
            assertEquals(0, status(node, header, DEVICES), () -> new String(header, StandardCharsets.ISO_8859_1));
        }
        assertTrue(System.nanoTime() - began < DEADLINES.toNanos());
        assertEquals(100, refused() - before);
        assertEquals(401, status(node, v1("198.51.100.3"), DEVICES));
        List<String> told = node.process().stderr().lines().skip(written).toList();
        // A machine that stands still may be worth a line, of something else.
        assertTrue(told.size() < 10 && told.stream().noneMatch(ABOUT_HEADERS), told::toString);
    }

    @Test
    void theHeaderComesBeforeTls(@TempDir Path home) throws IOException {
        // TLS sees nothing of the header, and where there is none the connection ends before TLS begins.
        TestCertificates authority = TestCertificates.create();
        TestCertificates.Pair pair = authority.issue("first");
        Map<String, String> tls = Map.of(
                "PARLEY_HTTP_TLS_CERTIFICATE", pair.certificate().toString(),
                "PARLEY_HTTP_TLS_PRIVATE_KEY", pair.privateKey().toString());
        try (SystemNode secure = node(home, "127.0.0.1", tls)) {
            for (byte[] header : List.of(line("UNKNOWN"), v1("198.51.100.1"), v1("2001:db8::1"), v2("198.51.100.2"))) {
                assertEquals(401, overTls(authority, secure, header), "each is another address");
            }
            assertEquals(0, status(secure, line("TCP4 999.2.3.4 127.0.0.1 40000 8080"), DEVICES));
            assertFalse(secure.process().stderr().contains("\tat "), secure.process()::tail);
        }
    }

    private static int overTls(TestCertificates authority, SystemNode node, byte[] header) throws IOException {
        int port = URI.create(node.address()).getPort();
        try (Socket under = new Socket(InetAddress.getLoopbackAddress(), port)) {
            under.setSoTimeout(10_000);
            under.getOutputStream().write(header);
            try (Socket secure = authority.trusting().getSocketFactory().createSocket(under, "127.0.0.1", port, true)) {
                secure.getOutputStream().write(DEVICES.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(secure.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                return Integer.parseInt(answer.substring(9));
            }
        }
    }

    private static SystemNode node(Path home, String trusted, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "PARLEY_HTTP_PROXY_PROTOCOL", "true",
                "PARLEY_HTTP_TRUSTED_PROXIES", trusted,
                "PARLEY_SESSIONS_LIMITS_HANDSHAKES_PER_ADDRESS_MAX", "1",
                "PARLEY_SESSIONS_LIMITS_REQUESTS_PER_SECOND", "1",
                "PARLEY_SESSIONS_LIMITS_REQUESTS_BURST", "1"));
        settings.putAll(more);
        return SystemNode.embedded(home, settings);
    }

    private static double refused() {
        String name = "parley_proxy_headers_refused_total ";
        return node.admin()
                .get("metrics", node.adminKey())
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    /// Upgrades that stay open: one is all that an address has.
    private record Upgrades(SystemNode node, List<RawHttp> clients) implements AutoCloseable {
        Upgrades(SystemNode node) {
            this(node, new ArrayList<>());
        }

        int status(byte[] header, String more) {
            RawHttp client = new RawHttp(node.address());
            clients.add(client);
            return client.send(header).send(RawHttp.upgrade(more)).status();
        }

        @Override
        public void close() {
            clients.forEach(RawHttp::close);
        }
    }

    /// Whether what `one` asks leaves nothing to `other`: on a slow machine the second that brings the next
    /// request may have passed, so it is tried again.
    private static boolean areOne(SystemNode node, byte[] one, byte[] other) {
        for (int i = 0; i < 20; i++) {
            int unused = status(node, one, DEVICES);
            if (status(node, other, DEVICES) == 429) {
                return true;
            }
        }
        return false;
    }

    /// Of the answer, 0 when the node ended the connection without one.
    private static int status(SystemNode node, byte[] header, String request) {
        try (RawHttp client = new RawHttp(node.address())) {
            String answer = client.send(header).send(request).all();
            return answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12));
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    }

    private static byte[] v1(String source) {
        boolean six = source.contains(":");
        return line((six ? "TCP6 " : "TCP4 ") + source + (six ? " ::1 " : " 127.0.0.1 ") + "40000 8080");
    }

    private static byte[] line(String afterName) {
        return ("PROXY " + afterName + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] v2(String source) {
        return v2(0x21, source);
    }

    private static byte[] v2(int command, String source) {
        byte[] from = InetAddress.ofLiteral(source).getAddress();
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(command);
        header.write(from.length == 4 ? 0x11 : 0x21);
        header.write(0);
        header.write(2 * from.length + 4);
        header.writeBytes(from);
        header.writeBytes(from);
        header.writeBytes(new byte[] {(byte) 0x9c, 0x40, 0x1f, (byte) 0x90});
        return header.toByteArray();
    }
}
