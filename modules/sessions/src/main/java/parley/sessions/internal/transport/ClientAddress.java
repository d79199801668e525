package parley.sessions.internal.transport;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the client behind trusted proxies. Pure functions.
public final class ClientAddress {

    private ClientAddress() {}

    /// Walks from the peer backwards through `X-Forwarded-For` (each proxy appends the address that it
    /// saw) and returns the first address that is not a trusted proxy; so a client that invents the
    /// header only lies to the left of what is believed. When all are trusted, the left-most; an entry
    /// that is no address ends the walk. Source addresses of the PROXY protocol come as the last entry.
    public static InetAddress of(InetAddress peer, List<String> forwardedFor, List<AddressRange> trusted) {
        List<String> entries = new ArrayList<>();
        for (String value : forwardedFor) {
            entries.addAll(List.of(value.split(",", -1)));
        }
        InetAddress client = peer;
        for (String entry : entries.reversed()) {
            InetAddress before = isTrusted(client, trusted) ? parse(entry.strip()) : null;
            if (before == null) {
                return client;
            }
            client = before;
        }
        return client;
    }

    private static boolean isTrusted(InetAddress address, List<AddressRange> trusted) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /// `1.2.3.4`, `1.2.3.4:567`, `2001:db8::1`, `[2001:db8::1]:567`.
    private static @Nullable InetAddress parse(String entry) {
        String literal = entry;
        int bracket = entry.indexOf(']');
        if (entry.startsWith("[") && bracket > 0) {
            literal = entry.substring(1, bracket);
        } else if (entry.indexOf(':') == entry.lastIndexOf(':') && entry.indexOf(':') > 0) {
            literal = entry.substring(0, entry.indexOf(':'));
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
