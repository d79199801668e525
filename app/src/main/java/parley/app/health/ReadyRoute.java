package parley.app.health;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import parley.kernel.Health;

/// `GET /health/ready` of the public listener: the worst status and nothing more; 200 while the node
/// takes traffic, else 503.
public final class ReadyRoute implements Handler {
    private final HealthChecks checks;

    public ReadyRoute(HealthChecks checks) {
        this.checks = checks;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Health.Status status = checks.status();
        response.status(status == Health.Status.DOWN ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200);
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        String body = "{\"status\":\"" + status.name().toLowerCase(Locale.ROOT) + "\"}";
        response.send(body.getBytes(StandardCharsets.US_ASCII));
    }
}
