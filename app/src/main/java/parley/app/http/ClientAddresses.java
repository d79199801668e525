package parley.app.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/// Finds the address a request came from, through proxies that are trusted and only through those.
/// Thread-safe.
public final class ClientAddresses {
    private static final HeaderName FORWARDED = HeaderNames.X_FORWARDED_FOR;
    private static final int ADDRESS_CHARS_MAX = 45;

    private final Set<String> trustedProxies;

    /// `trustedProxies`: literal addresses of the proxies whose `X-Forwarded-For` is believed.
    public ClientAddresses(List<String> trustedProxies) {
        this.trustedProxies = Set.copyOf(trustedProxies);
    }

    /// The literal address of the client: the peer's, or, while that is a trusted proxy, the one it
    /// names last.
    public String of(ServerRequest request) {
        String address = peer(request);
        if (!trustedProxies.contains(address) || !request.headers().contains(FORWARDED)) {
            return address;
        }
        String[] hops =
                String.join(",", request.headers().get(FORWARDED).allValues()).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trustedProxies.contains(address); i--) {
            String hop = hops[i].trim();
            if (hop.isEmpty() || hop.length() > ADDRESS_CHARS_MAX) {
                return address;
            }
            address = hop;
        }
        return address;
    }

    /// True when the client's side of the connection is https, as a trusted proxy says.
    public boolean isSecure(ServerRequest request) {
        return trustedProxies.contains(peer(request))
                && request.headers().contains(HeaderNames.X_FORWARDED_PROTO)
                && request.headers().get(HeaderNames.X_FORWARDED_PROTO).get().equalsIgnoreCase("https");
    }

    private static String peer(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : request.remotePeer().host();
    }
}
