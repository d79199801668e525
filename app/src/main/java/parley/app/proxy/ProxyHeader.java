package parley.app.proxy;

import io.helidon.webserver.ProxyProtocolData;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;

/// What the header of the PROXY protocol says. Without an address (a health check of the load balancer,
/// or a connection it knows nothing of) the source is [#NOBODY].
record ProxyHeader(
        Family family, Protocol protocol, String sourceAddress, String destAddress, int sourcePort, int destPort)
        implements ProxyProtocolData {

    /// It stands in the list of forwarding hops as the last, and no address is looked for beyond it: a
    /// header that the client wrote must not fill the gap.
    static final String NOBODY = "unknown";

    /// "The receiver must use the real connection endpoints."
    static final ProxyHeader LOCAL = new ProxyHeader(Family.UNKNOWN, Protocol.UNKNOWN, NOBODY, NOBODY, -1, -1);

    /// What a connection begins with.
    interface Bytes {
        /// The next byte, 0 to 255, or -1 at the end.
        int next() throws IOException;
    }

    /// The connection does not begin with a header.
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String reason) {
            super(reason);
        }
    }

    /// Takes a header of version 1 or 2 from `in`, and not a byte beyond. Throws [Malformed] at the first
    /// byte that shows that it is none.
    static ProxyHeader read(Bytes in) throws IOException {
        return switch (in.next()) {
            case TextHeader.FIRST -> TextHeader.rest(in);
            case BinaryHeader.FIRST -> BinaryHeader.rest(in);
            case -1 -> throw new EOFException("nothing came");
            default -> throw new Malformed("no header");
        };
    }

    static ProxyHeader of(InetSocketAddress source, InetSocketAddress destination, Family family, Protocol protocol) {
        return new ProxyHeader(
                family,
                protocol,
                source.getAddress().getHostAddress(),
                destination.getAddress().getHostAddress(),
                source.getPort(),
                destination.getPort());
    }
}
