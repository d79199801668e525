package parley.app.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/// Puts on every answer what browsers need to be strict: scripts, styles and connections only from here,
/// no framing, no guessing of types, no referrer; and over https also that it stays https.
public final class SecurityHeaders implements Filter {
    private static final Header CONTENT_SECURITY_POLICY = HeaderValues.createCached(
            HeaderNames.create("Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
                    + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    private static final Header NO_SNIFF =
            HeaderValues.createCached(HeaderNames.create("X-Content-Type-Options"), "nosniff");
    private static final Header NO_REFERRER =
            HeaderValues.createCached(HeaderNames.create("Referrer-Policy"), "no-referrer");
    private static final Header OWN_WINDOW =
            HeaderValues.createCached(HeaderNames.create("Cross-Origin-Opener-Policy"), "same-origin");
    private static final Header HTTPS_ONLY =
            HeaderValues.createCached(HeaderNames.create("Strict-Transport-Security"), "max-age=31536000");

    private final ClientAddresses clients;

    public SecurityHeaders(ClientAddresses clients) {
        this.clients = clients;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.header(CONTENT_SECURITY_POLICY);
        response.header(NO_SNIFF);
        response.header(NO_REFERRER);
        response.header(OWN_WINDOW);
        if (clients.isSecure(request)) {
            response.header(HTTPS_ONLY);
        }
        chain.proceed();
    }
}
