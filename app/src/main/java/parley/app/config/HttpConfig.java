package parley.app.config;

import java.time.Duration;
import java.util.List;

/// The public listener. Port 0 takes any free one. `allowedOrigins` are exact (`https://chat.example`);
/// none = only the listener's own host. `trustedProxies` are literal addresses.
public record HttpConfig(
        String host, int port, List<String> allowedOrigins, List<String> trustedProxies, Limits limits) {

    /// `bodyBytesMax`: bytes of a request's body; `connectionsMax`: open TCP connections, WebSockets
    /// included; `requestsMax`: requests being answered at once; `idleTime`: without a request, then the
    /// connection is closed.
    public record Limits(int bodyBytesMax, int connectionsMax, int requestsMax, Duration idleTime) {}

    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
    }
}
