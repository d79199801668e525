package parley.app.config;

import java.util.List;

/// The public listener. Port 0 takes any free one. `allowedOrigins` are exact (`https://chat.example`);
/// none = only the listener's own host. `trustedProxies` are addresses or ranges.
public record HttpConfig(
        String host, int port, List<String> allowedOrigins, List<String> trustedProxies, Limits limits) {

    /// `bodyBytesMax`: bytes of a request's body; `connectionsMax`: open TCP connections, WebSockets
    /// included; `requestsMax`: requests being answered at once. `proxyProtocol`: every connection begins with the
    /// PROXY protocol's header, whose address counts when a trusted proxy sent it.
    public record Limits(int bodyBytesMax, int connectionsMax, int requestsMax, boolean proxyProtocol) {}

    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
    }
}
