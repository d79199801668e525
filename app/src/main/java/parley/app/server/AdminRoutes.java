package parley.app.server;

import io.helidon.webserver.http.HttpRouting;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import parley.accounts.Administration;
import parley.accounts.Orders;
import parley.app.admin.AccountAdminRoutes;
import parley.app.admin.AdminKeys;
import parley.app.admin.AuditTrail;
import parley.app.admin.ConversationAdminRoutes;
import parley.app.admin.DocumentRoutes;
import parley.app.admin.HealthRoutes;
import parley.app.admin.NodeRoutes;
import parley.app.admin.SessionRoutes;
import parley.app.health.HealthChecks;
import parley.app.http.JsonBodies;
import parley.app.http.LastAnswer;
import parley.app.http.Problems;
import parley.app.http.Routes;
import parley.app.wiring.Modules;

/// What the admin listener answers.
public final class AdminRoutes {
    private AdminRoutes() {}

    /// The routes, as the OpenAPI document lists them.
    public static Routes table(
            Modules modules,
            HealthChecks health,
            NodeRoutes.Drain drain,
            PrometheusMeterRegistry registry,
            JsonBodies json) {
        Administration administration = modules.accounts().administration();
        AuditTrail trail = new AuditTrail(administration);
        Routes routes = new Routes();
        new HealthRoutes(health, json).register(routes);
        new DocumentRoutes(registry).register(routes);
        Orders orders = modules.accounts().orders();
        new NodeRoutes(modules.cluster(), health, trail, new NodeRoutes.Drains(drain, orders), json).register(routes);
        new SessionRoutes(modules.sessions(), modules.cluster(), trail, orders, json).register(routes);
        new AccountAdminRoutes(administration, json).register(routes);
        new ConversationAdminRoutes(
                        modules.messaging().oversight(), modules.history().history(), json)
                .register(routes);
        return routes;
    }

    static HttpRouting.Builder routing(Routes table, Administration administration, boolean metricsOpen) {
        HttpRouting.Builder routing = HttpRouting.builder();
        Problems.register(routing);
        routing.addFilter(new LastAnswer());
        routing.addFilter(new AdminKeys(administration, metricsOpen));
        table.register(routing);
        return routing;
    }
}
