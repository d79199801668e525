package parley.app.rest;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import parley.app.http.ClientAddresses;
import parley.app.http.CrossOrigin;
import parley.app.http.Problem;
import parley.kernel.Secret;

/// The cookie in which the page keeps its refresh token, where no script can read it. Browsers send it
/// to the refresh route alone and never across sites; whoever uses it must come from an allowed origin.
/// Thread-safe.
final class RefreshCookie {
    private static final String NAME = "parley_refresh";
    private static final String ATTRIBUTES = "; Path=" + TokenRoutes.REFRESH + "; HttpOnly; SameSite=Strict";

    private final ClientAddresses clients;
    private final CrossOrigin origins;
    private final Duration lifetime;

    RefreshCookie(ClientAddresses clients, CrossOrigin origins, Duration lifetime) {
        this.clients = clients;
        this.origins = origins;
        this.lifetime = lifetime;
    }

    /// Throws 403 when the request comes from a page of a foreign origin.
    void requireTrusted(ServerRequest request) {
        if (!origins.isTrusted(request.headers(), clients.isSecure(request))) {
            throw Problem.of(403, "foreign-origin", "Foreign origin", "Pages of this origin may not use the cookie.");
        }
    }

    /// The token that the request carries; empty when it has no such cookie, or several.
    static Optional<Secret> token(ServerRequest request) {
        ServerRequestHeaders headers = request.headers();
        List<String> sent =
                headers.contains(HeaderNames.COOKIE) ? headers.cookies().all(NAME, List::of) : List.of();
        return sent.size() == 1 && !sent.getFirst().isEmpty()
                ? Optional.of(new Secret(sent.getFirst()))
                : Optional.empty();
    }

    /// `Set-Cookie` that keeps `token`.
    String keep(ServerRequest request, Secret token) {
        return NAME + "=" + token.reveal() + ATTRIBUTES + "; Max-Age=" + lifetime.toSeconds() + secure(request);
    }

    /// `Set-Cookie` that removes the cookie.
    String remove(ServerRequest request) {
        return NAME + "=" + ATTRIBUTES + "; Max-Age=0" + secure(request);
    }

    private String secure(ServerRequest request) {
        return clients.isSecure(request) || !isLoopback(request.headers()) ? "; Secure" : "";
    }

    /// Only on one's own machine may the cookie travel without https.
    private static boolean isLoopback(ServerRequestHeaders headers) {
        if (!headers.contains(HeaderNames.HOST)) {
            return false;
        }
        String host =
                headers.get(HeaderNames.HOST).get().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
        return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }
}
