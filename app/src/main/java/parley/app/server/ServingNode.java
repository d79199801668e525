package parley.app.server;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import parley.app.config.AdminConfig;
import parley.app.config.Configuration;
import parley.app.config.HttpConfig;
import parley.app.database.Databases;
import parley.app.database.Schema;
import parley.app.exit.ExitCode;
import parley.app.health.DatabaseProbe;
import parley.app.health.HealthChecks;
import parley.app.health.ReadyRoute;
import parley.app.http.ClientAddresses;
import parley.app.http.CrossOrigin;
import parley.app.http.Problems;
import parley.app.http.Routes;
import parley.app.http.SecurityHeaders;
import parley.app.page.Page;

/// One node from start to end: database, modules, listeners, drain. What it opens it closes, in the
/// opposite order, also when the start fails half-way.
public final class ServingNode {
    private static final System.Logger LOG = System.getLogger(ServingNode.class.getName());

    private final Configuration configuration;
    private final Opened opened;
    private final HealthChecks health;
    private final CountDownLatch ended = new CountDownLatch(1);

    private ServingNode(Configuration configuration, Opened opened, HealthChecks health) {
        this.configuration = configuration;
        this.opened = opened;
        this.health = health;
    }

    /// What is open, last opened first.
    private record Opened(WebServer http, WebServer admin, Closing closing) {}

    /// Starts everything; when this returns the node takes traffic.
    public static ServingNode start(Configuration configuration) {
        Closing closing = new Closing();
        boolean done = false;
        try {
            ServingNode node = start(configuration, closing);
            done = true;
            return node;
        } finally {
            if (!done) {
                closing.close();
            }
        }
    }

    private static ServingNode start(Configuration configuration, Closing closing) {
        Databases.Opened database =
                Databases.open(configuration.database(), configuration.node().data());
        closing.add("database", database::close);
        Schema schema = new Schema(database.database());
        if (configuration.database().isEmbedded()) {
            List<String> unused = schema.migrate();
        } else {
            schema.requireCurrent();
        }
        HealthChecks health = new HealthChecks(List.of(new DatabaseProbe(database.database())));
        HttpConfig http = configuration.http();
        AdminConfig admin = configuration.admin();
        WebServer adminServer = Listeners.open(admin, http.limits().bodyBytesMax(), HttpRouting.builder());
        Listeners.start(adminServer, "admin.port", admin.host(), admin.port());
        closing.add("admin listener", adminServer::stop);
        WebServer httpServer = Listeners.open(http, List.of(), publicRouting(http, health));
        Listeners.start(httpServer, "http.port", http.host(), http.port());
        closing.add("public listener", httpServer::stop);
        health.enter(HealthChecks.Phase.SERVING);
        return new ServingNode(configuration, new Opened(httpServer, adminServer, closing), health);
    }

    private static HttpRouting.Builder publicRouting(HttpConfig http, HealthChecks health) {
        ClientAddresses clients = new ClientAddresses(http.trustedProxies());
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(new SecurityHeaders(clients));
        routing.addFilter(new CrossOrigin(http.allowedOrigins()));
        Problems.register(routing);
        new Page().register(routing);
        new Routes().get("/health/ready", new ReadyRoute(health)).register(routing);
        return routing;
    }

    public String publicAddress() {
        return address(configuration.http().host(), opened.http().port());
    }

    public String adminAddress() {
        return address(configuration.admin().host(), opened.admin().port());
    }

    /// Lets SIGTERM and SIGINT drain the node and end the process with 0.
    public void endWithProcess() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("drain").unstarted(() -> {
            int code = ExitCode.DONE;
            try {
                stop();
            } catch (RuntimeException fault) {
                LOG.log(Level.ERROR, "the drain failed", fault);
                code = ExitCode.FAILED;
            }
            // The JVM would end with 128 + signal.
            Runtime.getRuntime().halt(code);
        }));
    }

    /// Waits until the node has stopped; answers the exit code.
    public int awaitEnd() throws InterruptedException {
        ended.await();
        return ExitCode.DONE;
    }

    /// Drains and closes everything. Blocks.
    public void stop() {
        health.enter(HealthChecks.Phase.DRAINING);
        opened.closing().close();
        ended.countDown();
    }

    private static String address(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
