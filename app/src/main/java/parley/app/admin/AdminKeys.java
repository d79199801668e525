package parley.app.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.util.Set;
import parley.accounts.Administration;
import parley.accounts.Administration.ApiKey;
import parley.app.http.Problem;
import parley.kernel.Secret;

/// Lets in only who brings a key: everything on the admin listener needs one with the scope `admin`
/// (`/metrics`: or `metrics`), except the health paths, and `/metrics` when it is configured open.
public final class AdminKeys implements Filter {
    public static final String SCOPE_ADMIN = "admin";
    public static final String SCOPE_METRICS = "metrics";

    private static final Set<String> OPEN = Set.of("/health/live", "/health/ready", "/health/started");
    private static final String METRICS = "/metrics";
    private static final String BEARER = "Bearer ";
    private static final int KEY_CHARS_MAX = 512;

    private final Administration administration;
    private final boolean metricsOpen;

    public AdminKeys(Administration administration, boolean metricsOpen) {
        this.administration = administration;
        this.metricsOpen = metricsOpen;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().path();
        if (!OPEN.contains(path) && !(metricsOpen && path.equals(METRICS))) {
            ApiKey key = key(request);
            boolean enough = key.scopes().contains(SCOPE_ADMIN)
                    || (path.equals(METRICS) && key.scopes().contains(SCOPE_METRICS));
            if (!enough) {
                throw Problem.forbidden("This key has not the scope that is needed here.");
            }
            request.context().register(ApiKey.class, key);
        }
        chain.proceed();
    }

    /// Who asks, as the audit names it.
    static String actor(ServerRequest request) {
        return "key:"
                + request.context()
                        .get(ApiKey.class, ApiKey.class)
                        .map(ApiKey::name)
                        .orElse("unknown");
    }

    private ApiKey key(RoutingRequest request) {
        if (!request.headers().contains(HeaderNames.AUTHORIZATION)) {
            throw Problem.unauthorized();
        }
        String sent = request.headers().get(HeaderNames.AUTHORIZATION).get();
        if (!sent.regionMatches(true, 0, BEARER, 0, BEARER.length())
                || sent.length() == BEARER.length()
                || sent.length() > KEY_CHARS_MAX) {
            throw Problem.unauthorized();
        }
        return administration
                .verifyApiKey(new Secret(sent.substring(BEARER.length())))
                .orElseThrow(Problem::unauthorized);
    }
}
