package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClientAddressTest {

    private static final List<AddressRange> TRUSTED =
            List.of(AddressRange.parse("127.0.0.1"), AddressRange.parse("10.0.0.0/8"), AddressRange.parse("fd00::/8"));

    // T9: without a trusted peer the header is somebody's invention.
    @Test
    void anUntrustedPeerIsTheClient() {
        assertEquals("198.51.100.1", client("198.51.100.1", "203.0.113.7"));
        assertEquals(
                "127.0.0.1",
                ClientAddress.of(ip("127.0.0.1"), List.of("203.0.113.7"), List.of())
                        .getHostAddress());
    }

    // T9: the right-most address that is not a trusted proxy.
    @Test
    void theRightMostUntrustedAddressIsTheClient() {
        assertEquals("203.0.113.7", client("127.0.0.1", "203.0.113.7"));
        assertEquals("203.0.113.7", client("127.0.0.1", "6.6.6.6, 203.0.113.7"));
        assertEquals("203.0.113.7", client("127.0.0.1", "6.6.6.6, 203.0.113.7, 10.1.2.3"));
        assertEquals("203.0.113.7", client("127.0.0.1", "6.6.6.6", "203.0.113.7,10.1.2.3", "10.9.9.9"));
        assertEquals("2001:db8:0:0:0:0:0:1", client("fd00::1", "2001:db8::1"));
    }

    // T9: with trusted addresses only, the left-most; with none, the peer.
    @Test
    void trustedAddressesAloneAreBelieved() {
        assertEquals("10.1.1.1", client("127.0.0.1", "10.1.1.1, 10.2.2.2"));
        assertEquals("127.0.0.1", client("127.0.0.1"));
    }

    // T9: what is no address ends the walk; ports and brackets are taken off; no name is ever looked up.
    @Test
    void oddEntriesAreHandled() {
        assertEquals("10.1.1.1", client("127.0.0.1", "203.0.113.7, unknown, 10.1.1.1"));
        assertEquals("127.0.0.1", client("127.0.0.1", "localhost"));
        assertEquals("127.0.0.1", client("127.0.0.1", ""));
        assertEquals("127.0.0.1", client("127.0.0.1", "203.0.113.7,"));
        assertEquals("203.0.113.7", client("127.0.0.1", "203.0.113.7:5678"));
        assertEquals("2001:db8:0:0:0:0:0:1", client("127.0.0.1", "[2001:db8::1]:5678"));
        assertEquals("203.0.113.7", client("::ffff:127.0.0.1", "203.0.113.7"));
    }

    // T9: ranges in CIDR notation.
    @Test
    void rangesContainWhatTheySay() {
        assertTrue(AddressRange.parse("10.0.0.0/8").contains(ip("10.255.0.1")));
        assertFalse(AddressRange.parse("10.0.0.0/8").contains(ip("11.0.0.1")));
        assertTrue(AddressRange.parse("192.168.128.0/17").contains(ip("192.168.255.1")));
        assertFalse(AddressRange.parse("192.168.128.0/17").contains(ip("192.168.127.1")));
        assertTrue(AddressRange.parse("0.0.0.0/0").contains(ip("8.8.8.8")));
        assertFalse(AddressRange.parse("0.0.0.0/0").contains(ip("::1")));
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse("10.0.0.0/33"));
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse("proxy.example"));
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse("10.0.0.0/x"));
    }

    private static String client(String peer, String... forwardedFor) {
        return ClientAddress.of(ip(peer), List.of(forwardedFor), TRUSTED).getHostAddress();
    }

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
