package parley.app.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import parley.app.http.Problem;
import parley.app.http.Routes;

/// `/metrics` in Prometheus' text form and `/openapi.json`.
public final class DocumentRoutes {
    private final PrometheusMeterRegistry registry;

    public DocumentRoutes(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    public void register(Routes routes) {
        routes.get("/metrics", this::metrics).get("/openapi.json", DocumentRoutes::openApi);
    }

    private void metrics(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(registry.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private static void openApi(ServerRequest request, ServerResponse response) throws IOException {
        try (InputStream in = DocumentRoutes.class.getResourceAsStream("/openapi.json")) {
            if (in == null) {
                throw Problem.notFound();
            }
            response.header(HeaderNames.CONTENT_TYPE, "application/json");
            response.header(HeaderNames.CACHE_CONTROL, "no-cache");
            response.send(in.readAllBytes());
        }
    }
}
