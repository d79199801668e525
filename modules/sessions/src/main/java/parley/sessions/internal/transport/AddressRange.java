package parley.sessions.internal.transport;

import java.net.InetAddress;
import java.util.Arrays;

/// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `fd00::/8`, or a single address. Host names
/// are not accepted, so nothing here asks DNS.
public record AddressRange(InetAddress network, int prefixBits) {

    public AddressRange {
        int bits = network.getAddress().length * Byte.SIZE;
        if (prefixBits < 0 || prefixBits > bits) {
            throw new IllegalArgumentException("prefix must be 0 to " + bits + " bits, is " + prefixBits);
        }
    }

    /// Parses one range; throws `IllegalArgumentException` for anything else.
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            InetAddress single = InetAddress.ofLiteral(text);
            return new AddressRange(single, single.getAddress().length * Byte.SIZE);
        }
        return new AddressRange(
                InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = prefixBits / Byte.SIZE;
        if (!Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = prefixBits % Byte.SIZE;
        int mask = 0xff << (Byte.SIZE - rest) & 0xff;
        return rest == 0 || (ours[whole] & mask) == (theirs[whole] & mask);
    }
}
