package parley.app.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Headers of the PROXY protocol, good ones and others. Quotations are from its specification.
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "cb007105" + "c0000201" + "9c40" + "01bb";
    private static final String IPV6 = "20010db8000000000000000000000001".repeat(2) + "9c40" + "01bb";

    @Test
    void aLineOfVersion1NamesBothEnds() throws IOException {
        // "PROXY", the family, two addresses and two ports, each after one space, then CR LF, and nothing beyond.
        assertEquals("203.0.113.5:40000", source(line("TCP4 203.0.113.5 192.0.2.1 40000 443")));
        assertEquals("0.0.0.0:0", source(line("TCP4 0.0.0.0 255.255.255.255 0 65535")));
        assertEquals("2001:db8:0:0:0:0:0:1:65535", source(line("TCP6 2001:db8::1 ::1 65535 443")));
        assertEquals("203.0.113.5:1", source(line("TCP6 ::ffff:203.0.113.5 ::1 1 443")));
        String longest = "TCP6 " + "ffff:".repeat(7) + "ffff " + "ffff:".repeat(7) + "ffff 65535 65535";
        assertEquals("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:65535", source(line(longest)));
    }

    @Test
    void anUnknownConnectionHasNoAddressWhateverFollows() throws IOException {
        // "For UNKNOWN the rest of the line before the CRLF may be omitted by the sender, and the receiver must ignore
        // anything presented before the CRLF is found."
        for (String rest : List.of("", " ", " 203.0.113.5 192.0.2.1 40000 443", " ?", " " + "x".repeat(91))) {
            assertEquals("unknown:-1", source(line("UNKNOWN" + rest)), rest);
        }
    }

    @Test
    void whatIsNoLineOfVersion1IsRefused() {
        // Addresses of the family and ports up to 65535, without zeros in front; one space; CR LF; 107 bytes at most.
        List<String> lines = List.of(
                "TCP4 999.2.3.4 192.0.2.1 40000 443",
                "TCP4 1.2.3 192.0.2.1 40000 443",
                "TCP4 1.2.3.4.5 192.0.2.1 40000 443",
                "TCP4 01.2.3.4 192.0.2.1 40000 443",
                "TCP4 1.2.3.4 192.0.2.999 40000 443",
                "TCP4 1.2.3.4 192.0.2.1 70000 443",
                "TCP4 1.2.3.4 192.0.2.1 40000 65536",
                "TCP4 1.2.3.4 192.0.2.1 -1 443",
                "TCP4 1.2.3.4 192.0.2.1 +1 443",
                "TCP4 1.2.3.4 192.0.2.1 040 443",
                "TCP4 1.2.3.4 192.0.2.1 40000",
                "TCP4 1.2.3.4 192.0.2.1 40000 443 ",
                "TCP4  1.2.3.4 192.0.2.1 40000 443",
                "TCP4 ::1 ::1 40000 443",
                "TCP4 localhost 192.0.2.1 40000 443",
                "TCP6 1.2.3.4 1.2.3.4 40000 443",
                "TCP6 ::1%lo ::1 40000 443",
                "TCP6 :::1 ::1 40000 443",
                "TCP6 12345::1 ::1 40000 443",
                "UDP4 1.2.3.4 192.0.2.1 40000 443",
                "TCP5 1.2.3.4 192.0.2.1 40000 443",
                "UNKNOWNS",
                "unknown",
                "",
                "UNKNOWN " + "x".repeat(92));
        lines.forEach(line -> refused(line(line)));
        List<String> texts = List.of(
                "PROXY\r\n",
                "PROXYUNKNOWN\r\n",
                "proxy UNKNOWN\r\n",
                "PROXY UNKNOWN\n\r\n",
                "PROXY UNKNOWN\rGET /",
                "PROXY UNKNOWN",
                "POST / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\n",
                "P");
        texts.forEach(text -> refused(text.getBytes(StandardCharsets.ISO_8859_1)));
        assertThrows(EOFException.class, () -> source(new byte[0]));
    }

    @Test
    void aHeaderOfVersion2NamesBothEnds() throws IOException {
        // The block of its family, and further values that are passed over; the checksum, when there is one, is right.
        assertEquals("203.0.113.5:40000", source(block("21", "11", IPV4)));
        assertEquals("203.0.113.5:40000", source(block("21", "12", IPV4)));
        assertEquals("2001:db8:0:0:0:0:0:1:40000", source(block("21", "21", IPV6)));
        assertEquals("203.0.113.5:40000", source(block("21", "11", IPV4 + "040001ff" + "200005" + "0000000000")));
        assertEquals("203.0.113.5:40000", source(checked(block("21", "11", IPV4 + "040001ff" + "03000400000000"))));
        byte[] wrong = checked(block("21", "11", IPV4 + "03000400000000"));
        wrong[wrong.length - 1] ^= 1;
        refused(wrong);
    }

    @Test
    void aLocalConnectionHasNoAddressWhateverFollows() throws IOException {
        // LOCAL: "the receiver must use the real connection endpoints and discard the protocol block including the
        // family which is ignored"; the same for families that are no addresses of the network.
        for (String rest : List.of("", IPV4, "ff".repeat(300))) {
            assertEquals("unknown:-1", source(block("20", "11", rest)), rest);
            assertEquals("unknown:-1", source(block("20", "ff", rest)), rest);
            assertEquals("unknown:-1", source(block("21", "00", rest)), rest);
        }
        assertEquals("unknown:-1", source(block("21", "31", "2f61".repeat(108))));
    }

    @Test
    void whatIsNoHeaderOfVersion2IsRefused() {
        // Another version or command, reserved families and protocols, too short a block, values beyond the end.
        refused(block("11", "11", IPV4));
        refused(block("22", "11", IPV4));
        refused(block("21", "41", IPV4));
        refused(block("21", "13", IPV4));
        refused(block("21", "11", IPV4.substring(2)));
        refused(block("21", "21", IPV4));
        refused(block("21", "31", IPV4));
        refused(block("21", "11", IPV4 + "04"));
        refused(block("21", "11", IPV4 + "040002ff"));
        refused(block("21", "11", IPV4 + "030001ff"));
        refused(block("20", "00", "00".repeat(BinaryHeader.LENGTH_MAX + 1)));
        byte[] whole = block("21", "11", IPV4);
        for (int length = 1; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void anyBytesAreAHeaderOrRefused() throws IOException {
        // Whatever comes, nothing but the two outcomes; good headers with a few bytes changed come far.
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> good = List.of(
                line("TCP4 203.0.113.5 192.0.2.1 40000 443"),
                line("TCP6 2001:db8::1 ::1 65535 443"),
                block("21", "11", IPV4 + "040001ff" + "03000400000000"),
                block("21", "21", IPV6),
                block("21", "31", "2f61".repeat(108)));
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = good.get(random.nextInt(good.size())).clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertTrue(
                    isDecided(bytes),
                    () -> "seed " + seed + ": " + HexFormat.of().formatHex(bytes));
        }
    }

    private static boolean isDecided(byte[] bytes) throws IOException {
        try {
            return ProxyHeader.read(new ByteArrayInputStream(bytes)::read) != null;
        } catch (ProxyHeader.Malformed none) {
            return true;
        } catch (RuntimeException escaped) {
            return false;
        }
    }

    /// What `header` names as the source; what follows it is left alone.
    private static String source(byte[] header) throws IOException {
        byte[] more = Arrays.copyOf(header, header.length == 0 ? 0 : header.length + 4);
        ByteArrayInputStream in = new ByteArrayInputStream(more);
        ProxyHeader read = ProxyHeader.read(in::read);
        assertEquals(4, in.available());
        return read.sourceAddress() + ":" + read.sourcePort();
    }

    private static void refused(byte[] bytes) {
        assertThrows(
                ProxyHeader.Malformed.class,
                () -> ProxyHeader.read(new ByteArrayInputStream(bytes)::read),
                () -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static byte[] line(String afterName) {
        return ("PROXY " + afterName + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] block(String command, String family, String rest) {
        return HexFormat.of().parseHex(SIGNATURE + command + family + "%04x".formatted(rest.length() / 2) + rest);
    }

    /// `header` ends with four zeros, in whose place the checksum comes.
    private static byte[] checked(byte[] header) {
        CRC32C checksum = new CRC32C();
        checksum.update(header);
        int unused = ByteBuffer.wrap(header)
                .putInt(header.length - 4, (int) checksum.getValue())
                .capacity();
        return header;
    }
}
