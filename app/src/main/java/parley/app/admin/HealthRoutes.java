package parley.app.admin;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Locale;
import parley.app.health.Check;
import parley.app.health.HealthChecks;
import parley.app.health.HealthChecks.Phase;
import parley.app.http.JsonBodies;
import parley.app.http.Routes;
import parley.kernel.Health;

/// Health for operators, with every check: `live` while the process can answer at all, `started` once it
/// has served, `ready` while it takes traffic.
public final class HealthRoutes {
    private final HealthChecks checks;
    private final JsonBodies json;

    public HealthRoutes(HealthChecks checks, JsonBodies json) {
        this.checks = checks;
        this.json = json;
    }

    public void register(Routes routes) {
        routes.get("/health/live", this::live)
                .get("/health/started", this::started)
                .get("/health/ready", this::ready);
    }

    /// `duration` in milliseconds.
    public record CheckView(String name, String status, String reason, long duration) {}

    public record HealthView(String status, List<CheckView> checks) {}

    private void live(ServerRequest request, ServerResponse response) {
        send(response, Health.Status.UP, List.of());
    }

    private void started(ServerRequest request, ServerResponse response) {
        send(response, checks.phase() == Phase.STARTING ? Health.Status.DOWN : Health.Status.UP, List.of());
    }

    private void ready(ServerRequest request, ServerResponse response) {
        List<Check> found = checks.checks();
        send(response, HealthChecks.worst(found), found);
    }

    private void send(ServerResponse response, Health.Status status, List<Check> found) {
        List<CheckView> views = found.stream()
                .map(check -> new CheckView(
                        check.name(),
                        word(check.health().status()),
                        check.health().reason(),
                        check.took().toMillis()))
                .toList();
        Status code = status == Health.Status.DOWN ? Status.SERVICE_UNAVAILABLE_503 : Status.OK_200;
        json.send(response, code, new HealthView(word(status), views));
    }

    private static String word(Health.Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
