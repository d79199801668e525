package parley.app.server;

import io.helidon.webserver.http.HttpRouting;
import parley.app.config.Configuration;
import parley.app.config.HttpConfig;
import parley.app.health.HealthChecks;
import parley.app.health.ReadyRoute;
import parley.app.http.Admission;
import parley.app.http.ClientAddresses;
import parley.app.http.CrossOrigin;
import parley.app.http.JsonBodies;
import parley.app.http.LastAnswer;
import parley.app.http.Problems;
import parley.app.http.Routes;
import parley.app.http.SecurityHeaders;
import parley.app.page.Page;
import parley.app.rest.RestRoutes;
import parley.app.wiring.Modules;
import parley.sessions.wiring.SessionsModule;

/// What the public listener answers.
public final class PublicRoutes {
    private PublicRoutes() {}

    /// The REST routes, as the OpenAPI document lists them.
    public static Routes table(Modules modules, HealthChecks health, Configuration configuration, JsonBodies json) {
        HttpConfig http = configuration.http();
        Routes routes = new Routes();
        routes.get("/health/ready", new ReadyRoute(health));
        new RestRoutes(
                        modules.accounts().accounts(),
                        modules.accounts().tokens(),
                        new ClientAddresses(http.trustedProxies()),
                        new CrossOrigin(http.allowedOrigins()),
                        configuration.accounts().refreshTokenLifetime(),
                        json)
                .register(routes);
        return routes;
    }

    static HttpRouting.Builder routing(Routes table, HttpConfig http, SessionsModule edge) {
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(new LastAnswer());
        routing.addFilter(new SecurityHeaders(new ClientAddresses(http.trustedProxies())));
        routing.addFilter(new CrossOrigin(http.allowedOrigins()));
        routing.addFilter(
                new Admission(new ClientAddresses(http.trustedProxies()), edge::requestWait, edge::overloadedFor));
        Problems.register(routing);
        new Page().register(routing);
        table.register(routing);
        return routing;
    }
}
