package parley.app.proxy;

import io.helidon.webserver.ProxyProtocolData.Family;
import io.helidon.webserver.ProxyProtocolData.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Version 2: twelve fixed bytes, version and command, family and protocol, a length, and as many bytes
/// of addresses and further values. Of those only the checksum is looked at. Pure functions.
final class BinaryHeader {
    static final int FIRST = '\r';

    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int FIXED_BYTES = 16;

    /// Bytes after the length; the format has room for 65,535, of which a load balancer uses some hundred.
    static final int LENGTH_MAX = 4_096;

    private static final int VERSION_2_LOCAL = 0x20;
    private static final int VERSION_2_PROXY = 0x21;
    private static final int FAMILY_MAX = 3;
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    private static final int UNIX_BYTES = 216;
    private static final int STREAM = 1;
    private static final int PROTOCOL_MAX = 2;

    private static final int VALUE_HEAD_BYTES = 3;
    private static final int CHECKSUM = 0x03;

    private BinaryHeader() {}

    /// What follows [#FIRST].
    static ProxyHeader rest(ProxyHeader.Bytes in) throws IOException {
        ByteArrayOutputStream fixed = new ByteArrayOutputStream(FIXED_BYTES);
        fixed.write(FIRST);
        while (fixed.size() < FIXED_BYTES) {
            int next = in.next();
            int at = fixed.size();
            if (!fits(at, next)) {
                throw new ProxyHeader.Malformed("not the fixed bytes of version 2");
            }
            fixed.write(next);
        }
        ByteBuffer head = ByteBuffer.wrap(fixed.toByteArray());
        int length = Short.toUnsignedInt(head.getShort(SIGNATURE.length + 2));
        if (length > LENGTH_MAX) {
            throw new ProxyHeader.Malformed("longer than " + LENGTH_MAX + " bytes");
        }
        ByteBuffer all = ByteBuffer.allocate(FIXED_BYTES + length).put(head);
        while (all.hasRemaining()) {
            int next = in.next();
            if (next < 0) {
                throw new ProxyHeader.Malformed("cut short");
            }
            all.put((byte) next);
        }
        all.position(FIXED_BYTES);
        // "The receiver must discard the protocol block including the family which is ignored."
        return all.get(SIGNATURE.length) == VERSION_2_LOCAL ? ProxyHeader.LOCAL : proxied(all);
    }

    /// Whether byte `next` may stand at `at`.
    private static boolean fits(int at, int next) {
        if (at < SIGNATURE.length) {
            return next == SIGNATURE[at];
        }
        return at == SIGNATURE.length ? next == VERSION_2_LOCAL || next == VERSION_2_PROXY : next >= 0;
    }

    /// `header` stands at its addresses.
    private static ProxyHeader proxied(ByteBuffer header) throws ProxyHeader.Malformed {
        int kind = Byte.toUnsignedInt(header.get(SIGNATURE.length + 1));
        int family = kind >>> 4;
        int protocol = kind & 0xf;
        if (family > FAMILY_MAX || protocol > PROTOCOL_MAX) {
            throw new ProxyHeader.Malformed("no known family or protocol");
        }
        if (family == 0) {
            return ProxyHeader.LOCAL;
        }
        int addressBytes = family == IPV4 ? 4 : 16;
        int blockBytes = family <= IPV6 ? 2 * addressBytes + 4 : UNIX_BYTES;
        if (header.remaining() < blockBytes) {
            throw new ProxyHeader.Malformed("no room for the addresses");
        }
        ByteBuffer addresses = header.slice(header.position(), blockBytes);
        requireSound(header.position(header.position() + blockBytes));
        if (family > IPV6) {
            return ProxyHeader.LOCAL;
        }
        InetAddress source = address(addresses, addressBytes);
        InetAddress destination = address(addresses, addressBytes);
        return ProxyHeader.of(
                new InetSocketAddress(source, Short.toUnsignedInt(addresses.getShort())),
                new InetSocketAddress(destination, Short.toUnsignedInt(addresses.getShort())),
                family == IPV4 ? Family.IPv4 : Family.IPv6,
                protocol == STREAM ? Protocol.TCP : Protocol.UNKNOWN);
    }

    private static InetAddress address(ByteBuffer from, int bytes) {
        byte[] address = new byte[bytes];
        from.get(address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 and 16 bytes are addresses", impossible);
        }
    }

    /// `header` stands at its further values: each a type, a length in two bytes, and the value.
    private static void requireSound(ByteBuffer header) throws ProxyHeader.Malformed {
        while (header.hasRemaining()) {
            if (header.remaining() < VALUE_HEAD_BYTES) {
                throw new ProxyHeader.Malformed("a value is cut short");
            }
            int type = header.get();
            int length = Short.toUnsignedInt(header.getShort());
            if (length > header.remaining() || (type == CHECKSUM && length != Integer.BYTES)) {
                throw new ProxyHeader.Malformed("a value has no such length");
            }
            if (type == CHECKSUM && header.getInt(header.position()) != checksum(header)) {
                throw new ProxyHeader.Malformed("the checksum is wrong");
            }
            header.position(header.position() + length);
        }
    }

    /// Of the whole header, with zeros for the checksum, at which it stands.
    private static int checksum(ByteBuffer header) {
        ByteBuffer all =
                ByteBuffer.allocate(header.limit()).put(header.duplicate().rewind());
        all.putInt(header.position(), 0);
        CRC32C checksum = new CRC32C();
        checksum.update(all.rewind());
        return (int) checksum.getValue();
    }
}
