package parley.app.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// Finds the address a request came from, through proxies that are trusted and only through those.
/// Thread-safe.
public final class ClientAddresses {
    private static final HeaderName FORWARDED = HeaderNames.X_FORWARDED_FOR;

    private final List<AddressRange> trustedProxies;

    /// `trustedProxies`: ranges ([AddressRange#parse]) of the proxies whose word is taken.
    public ClientAddresses(List<String> trustedProxies) {
        this.trustedProxies = trustedProxies.stream().map(AddressRange::parse).toList();
    }

    /// The literal address of the client: the peer's, or, while that is a trusted proxy, the one it
    /// names last.
    public String of(ServerRequest request) {
        Optional<InetAddress> peer = peer(request);
        if (peer.isEmpty()) {
            return request.remotePeer().host();
        }
        InetAddress address = peer.get();
        if (request.headers().contains(FORWARDED)) {
            String[] hops = String.join(",", request.headers().get(FORWARDED).allValues())
                    .split(",", -1);
            for (int i = hops.length - 1; i >= 0 && isTrusted(address); i--) {
                Optional<InetAddress> hop = literal(hops[i].trim());
                if (hop.isEmpty()) {
                    break;
                }
                address = hop.get();
            }
        }
        return address.getHostAddress();
    }

    /// True when the client's side of the connection is https: here, or as a trusted proxy says.
    public boolean isSecure(ServerRequest request) {
        return request.isSecure()
                || (peer(request).filter(this::isTrusted).isPresent()
                        && request.headers().contains(HeaderNames.X_FORWARDED_PROTO)
                        && request.headers()
                                .get(HeaderNames.X_FORWARDED_PROTO)
                                .get()
                                .equalsIgnoreCase("https"));
    }

    private boolean isTrusted(InetAddress address) {
        return trustedProxies.stream().anyMatch(range -> range.contains(address));
    }

    private static Optional<InetAddress> peer(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress inet
                ? Optional.ofNullable(inet.getAddress())
                : Optional.empty();
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException fault) {
            return Optional.empty();
        }
    }
}
