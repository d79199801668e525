package parley.app.proxy;

import io.helidon.webserver.ProxyProtocolData.Family;
import io.helidon.webserver.ProxyProtocolData.Protocol;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/// Version 1: `PROXY TCP4 203.0.113.5 192.0.2.1 40000 443`, ended by CR LF. Pure functions.
final class TextHeader {
    static final int FIRST = 'P';

    private static final String START = "PROXY ";

    /// "107 characters is the longest line", CR LF included.
    private static final int LINE_BYTES_MAX = 107;

    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]+");
    private static final Pattern PORT = Pattern.compile("0|[1-9]\\d{0,4}");
    private static final int PORT_MAX = 65_535;

    private TextHeader() {}

    /// What follows [#FIRST].
    static ProxyHeader rest(ProxyHeader.Bytes in) throws IOException {
        String line = line(in);
        String[] words = line.split(" ", -1);
        boolean isIpv4 = words[1].equals("TCP4");
        if (words[1].equals("UNKNOWN")) {
            // "The receiver must ignore anything presented before the CRLF is found."
            return ProxyHeader.LOCAL;
        }
        if ((!isIpv4 && !words[1].equals("TCP6")) || words.length != 6) {
            throw new ProxyHeader.Malformed("neither TCP4, TCP6 nor UNKNOWN, or not with four values");
        }
        return ProxyHeader.of(
                new InetSocketAddress(address(words[2], isIpv4), port(words[4])),
                new InetSocketAddress(address(words[3], isIpv4), port(words[5])),
                isIpv4 ? Family.IPv4 : Family.IPv6,
                Protocol.TCP);
    }

    /// The line without its end.
    private static String line(ProxyHeader.Bytes in) throws IOException {
        StringBuilder line = new StringBuilder(LINE_BYTES_MAX).append((char) FIRST);
        for (int next = in.next(); next != '\r'; next = in.next()) {
            int at = line.length();
            boolean isOutOfPlace = at < START.length() && next != START.charAt(at);
            if (next < 0 || isOutOfPlace || at == LINE_BYTES_MAX - 2) {
                throw new ProxyHeader.Malformed("no line of version 1");
            }
            line.append((char) next);
        }
        if (line.length() < START.length() || in.next() != '\n') {
            throw new ProxyHeader.Malformed("the line does not end in CR LF");
        }
        return line.toString();
    }

    private static InetAddress address(String word, boolean isIpv4) throws ProxyHeader.Malformed {
        if ((isIpv4 ? IPV4 : IPV6).matcher(word).matches()) {
            try {
                // An IPv4 address that is written as IPv6 comes out as IPv4.
                return isIpv4 ? Inet4Address.ofLiteral(word) : Inet6Address.ofLiteral(word);
            } catch (IllegalArgumentException none) {
                throw new ProxyHeader.Malformed("no address");
            }
        }
        throw new ProxyHeader.Malformed("no address of this family");
    }

    private static int port(String word) throws ProxyHeader.Malformed {
        if (PORT.matcher(word).matches() && Integer.parseInt(word) <= PORT_MAX) {
            return Integer.parseInt(word);
        }
        throw new ProxyHeader.Malformed("no port");
    }
}
