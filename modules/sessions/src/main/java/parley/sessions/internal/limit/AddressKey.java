package parley.sessions.internal.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// What counts as one client address: an IPv4 address, or the first 64 bits of an IPv6 one, because
/// whoever has one of those has all that begin alike.
public record AddressKey(InetAddress network) {
    private static final int NETWORK_BYTES = 8;

    public static AddressKey of(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return new AddressKey(address);
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return new AddressKey(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException never) {
            throw new IllegalStateException("sixteen bytes are an address", never);
        }
    }
}
