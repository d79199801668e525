package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A load balancer that speaks the PROXY protocol names the client, and only a trusted one is believed.
class ProxyProtocolIT {
    private static final String READY = "GET /api/v1/devices HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final byte[] V2 = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10, 0x21};

    @TempDir
    Path folder;

    @Test
    void theClientOfATrustedProxyIsWhoItSays() {
        // WebSocket and REST limits count by the address of the PROXY header, version 1 and 2, IPv4 and IPv6.
        try (SystemNode node = node("127.0.0.1")) {
            List<RawHttp> clients = new ArrayList<>();
            try {
                assertEquals(101, upgraded(node, clients, v1("203.0.113.5"), ""));
                assertEquals(429, upgraded(node, clients, v2("203.0.113.5"), ""));
                assertEquals(429, upgraded(node, clients, v1("203.0.113.5"), "X-Forwarded-For: 9.9.9.9\r\n"));
                assertEquals(101, upgraded(node, clients, v2("203.0.113.6"), ""));
                assertEquals(101, upgraded(node, clients, v2("2001:db8::1"), ""));
                assertEquals(429, upgraded(node, clients, v1("2001:db8::2"), ""));
            } finally {
                clients.forEach(RawHttp::close);
            }
            assertEquals(401, request(node, v1("198.51.100.1")));
            assertEquals(429, request(node, v2("198.51.100.1")));
            assertEquals(401, request(node, v2("198.51.100.2")));
            try (RawHttp headless = new RawHttp(node.address())) {
                assertEquals("", headless.send(READY).all(), "nobody gets in without the header");
            }
        }
    }

    @Test
    void aPeerThatIsNotTrustedOnlySpeaksForItself() {
        // A client that reaches the port past the load balancer cannot choose its address.
        try (SystemNode node = node("192.0.2.1")) {
            List<RawHttp> clients = new ArrayList<>();
            try {
                assertEquals(101, upgraded(node, clients, v1("203.0.113.5"), ""));
                assertEquals(429, upgraded(node, clients, v1("203.0.113.6"), ""));
                assertEquals(429, upgraded(node, clients, v2("203.0.113.7"), "X-Forwarded-For: 203.0.113.8\r\n"));
            } finally {
                clients.forEach(RawHttp::close);
            }
            assertEquals(401, request(node, v1("198.51.100.1")));
            assertEquals(429, request(node, v1("198.51.100.2")));
        }
    }

    private SystemNode node(String trusted) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "PARLEY_HTTP_PROXY_PROTOCOL", "true",
                "PARLEY_HTTP_TRUSTED_PROXIES", trusted,
                "PARLEY_SESSIONS_LIMITS_HANDSHAKES_PER_ADDRESS_MAX", "1",
                "PARLEY_SESSIONS_LIMITS_REQUESTS_PER_SECOND", "1",
                "PARLEY_SESSIONS_LIMITS_REQUESTS_BURST", "1"));
        return SystemNode.embedded(folder, settings);
    }

    private static int upgraded(SystemNode node, List<RawHttp> clients, byte[] header, String more) {
        RawHttp client = new RawHttp(node.address());
        clients.add(client);
        return client.send(header).send(RawHttp.upgrade(more)).status();
    }

    private static int request(SystemNode node, byte[] header) {
        try (RawHttp client = new RawHttp(node.address())) {
            return client.send(header).send(READY).status();
        }
    }

    private static byte[] v1(String source) {
        boolean six = source.contains(":");
        String line =
                "PROXY " + (six ? "TCP6 " : "TCP4 ") + source + (six ? " ::1 " : " 127.0.0.1 ") + "40000 8080\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] v2(String source) {
        byte[] from = InetAddress.ofLiteral(source).getAddress();
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(V2);
        header.write(from.length == 4 ? 0x11 : 0x21);
        header.write(0);
        header.write(2 * from.length + 4);
        header.writeBytes(from);
        header.writeBytes(from);
        header.writeBytes(new byte[] {(byte) 0x9c, 0x40, 0x1f, (byte) 0x90});
        assertTrue(header.size() > 16);
        return header.toByteArray();
    }
}
