package parley.app.http;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/// Refuses REST requests early: 429 when a client address asks for too much, 503 when the node has too
/// much to do. What keeps a session alive (a new access token, signing out) is refused only for the
/// former. The page, the keys and the health are always answered. Thread-safe.
public final class Admission implements Filter {
    private static final String REST = "/api/";
    private static final String OF_SESSIONS = "/api/v1/tokens/";

    private final ClientAddresses clients;
    private final Function<InetAddress, Duration> waitOf;
    private final Overload overload;

    /// Says after what time a new session should try again, if the node can take none now.
    @FunctionalInterface
    public interface Overload {
        Optional<Duration> retryAfter();
    }

    /// `waitOf` takes one request of a client address, and says how long it has to wait if there was none
    /// left.
    public Admission(ClientAddresses clients, Function<InetAddress, Duration> waitOf, Overload overload) {
        this.clients = clients;
        this.waitOf = waitOf;
        this.overload = overload;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.path().rawPath();
        if (path.startsWith(REST)) {
            Duration wait = waitOf.apply(InetAddress.ofLiteral(clients.of(request)));
            if (wait.isPositive()) {
                throw Problem.tooMany(Math.max(1, wait.plusMillis(999).toSeconds()));
            }
            if (!path.startsWith(OF_SESSIONS)) {
                overload.retryAfter().ifPresent(after -> {
                    throw Problem.unavailable().with("Retry-After", Long.toString(after.toSeconds()));
                });
            }
        }
        chain.proceed();
    }
}
