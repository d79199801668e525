package parley.app.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Set;

/// Lets pages of the allowed origins read the answers of `/api/v1` (CORS). The list is the one that also
/// decides who may open a WebSocket. Thread-safe.
public final class CrossOrigin implements Filter {
    private static final String SCOPE = "/api/v1/";
    private static final HeaderName ORIGIN = HeaderNames.ORIGIN;
    private static final HeaderName ALLOW_ORIGIN = HeaderNames.create("Access-Control-Allow-Origin");
    private static final HeaderName REQUEST_METHOD = HeaderNames.create("Access-Control-Request-Method");
    private static final Header ALLOW_METHODS = HeaderValues.createCached(
            HeaderNames.create("Access-Control-Allow-Methods"), "GET, POST, PUT, PATCH, DELETE");
    private static final Header ALLOW_HEADERS = HeaderValues.createCached(
            HeaderNames.create("Access-Control-Allow-Headers"), "Authorization, Content-Type");
    private static final Header MAX_AGE =
            HeaderValues.createCached(HeaderNames.create("Access-Control-Max-Age"), "7200");
    private static final Header VARY = HeaderValues.createCached(HeaderNames.create("Vary"), "Origin");

    private final Set<String> allowed;

    /// `allowed`: exact origins (`https://chat.example.org`); the listener's own host needs none.
    public CrossOrigin(List<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /// True when the request may use a cookie of ours: its `Origin` is on the list or names the host it
    /// asks, or it has none (no browser sent it). A page that came without https is no page of a host that
    /// is asked with it (`isSecure`).
    public boolean isTrusted(ServerRequestHeaders headers, boolean isSecure) {
        if (!headers.contains(ORIGIN)) {
            return true;
        }
        String origin = headers.get(ORIGIN).get();
        String host = headers.contains(HeaderNames.HOST)
                ? headers.get(HeaderNames.HOST).get()
                : "";
        return allowed.contains(origin)
                || (allowed.isEmpty()
                        && (origin.equals("https://" + host) || (!isSecure && origin.equals("http://" + host))));
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        ServerRequestHeaders headers = request.headers();
        if (!headers.contains(ORIGIN) || !request.prologue().uriPath().rawPath().startsWith(SCOPE)) {
            chain.proceed();
            return;
        }
        response.header(VARY);
        String origin = headers.get(ORIGIN).get();
        if (allowed.contains(origin)) {
            response.header(ALLOW_ORIGIN, origin);
            if (request.prologue().method().equals(Method.OPTIONS) && headers.contains(REQUEST_METHOD)) {
                response.header(ALLOW_METHODS);
                response.header(ALLOW_HEADERS);
                response.header(MAX_AGE);
                response.status(Status.NO_CONTENT_204).send();
                return;
            }
        }
        chain.proceed();
    }
}
