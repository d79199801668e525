package parley.app.http;

import java.net.InetAddress;
import java.util.Arrays;

/// IP addresses with a common prefix: one literal address, or CIDR notation (`10.0.0.0/8`).
public record AddressRange(InetAddress network, int prefixBits) {
    public AddressRange {
        int bits = network.getAddress().length * Byte.SIZE;
        if (prefixBits < 0 || prefixBits > bits) {
            throw new IllegalArgumentException("a prefix of 0 to " + bits + " bits");
        }
    }

    /// Throws [IllegalArgumentException] for anything that is no range.
    public static AddressRange parse(String text) {
        String[] parts = text.split("/", 2);
        InetAddress network = InetAddress.ofLiteral(parts[0]);
        int bits = parts.length == 1 ? network.getAddress().length * Byte.SIZE : Integer.parseInt(parts[1]);
        return new AddressRange(network, bits);
    }

    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        int whole = prefixBits / Byte.SIZE;
        int rest = prefixBits % Byte.SIZE;
        if (ours.length != theirs.length || !Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int mask = 0xff << (Byte.SIZE - rest) & 0xff;
        return rest == 0 || (ours[whole] & mask) == (theirs[whole] & mask);
    }
}
