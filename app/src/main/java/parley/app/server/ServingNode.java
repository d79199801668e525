package parley.app.server;

import io.helidon.webserver.WebServer;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import parley.accounts.Administration;
import parley.app.admin.Metrics;
import parley.app.config.AdminConfig;
import parley.app.config.Configuration;
import parley.app.config.HttpConfig;
import parley.app.database.Databases;
import parley.app.database.Schema;
import parley.app.health.DatabaseProbe;
import parley.app.health.HealthChecks;
import parley.app.http.JsonBodies;
import parley.app.http.Routes;
import parley.app.proxy.ProxiedConnections;
import parley.app.tls.BeforeTls;
import parley.app.tls.TlsListeners;
import parley.app.wiring.Closing;
import parley.app.wiring.Modules;
import parley.kernel.Probe;

/// One node from start to end: database, modules, listeners, drain. What it opens it closes, in the
/// opposite order, also when the start fails half-way. Started and stopped by one thread each.
public final class ServingNode {
    private static final System.Logger LOG = System.getLogger(ServingNode.class.getName());

    private final Configuration configuration;
    private final Modules modules;
    private final HealthChecks health;
    private final TlsListeners tls;
    private final Closing closing;
    private final JsonBodies json;
    private final Open open;
    private final AtomicBoolean isDraining = new AtomicBoolean();
    private final AtomicBoolean isOutdated = new AtomicBoolean();
    private final AtomicBoolean isToEnd = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// The listeners, their routes, and the file of the admin key when it was written at this start.
    private record Open(WebServer http, WebServer admin, Map<String, Routes> routes, Optional<Path> adminKeyFile) {}

    private ServingNode(
            Configuration configuration,
            Modules modules,
            HealthChecks health,
            TlsListeners tls,
            Metrics metrics,
            FileReserve files,
            Closing closing) {
        this.configuration = configuration;
        this.modules = modules;
        this.health = health;
        this.tls = tls;
        this.closing = closing;
        this.json = new JsonBodies(configuration.http().limits().bodyBytesMax());
        this.open = listen(metrics, files);
    }

    /// Starts everything; when this returns the node takes traffic. Throws [parley.app.exit.Failure]
    /// with nothing left open when it cannot.
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
        Databases.Opened database = closing.add(
                "database",
                Databases.open(configuration.database(), configuration.node().data()));
        Schema.prepare(database.database(), configuration.database().isEmbedded());
        Metrics metrics = closing.add("metrics", new Metrics());
        TlsListeners tls =
                closing.add("tls", TlsListeners.start(configuration.tls(), InstantSource.system(), metrics.registry()));
        Modules modules = Modules.start(configuration, database.database(), metrics.registry(), closing);
        if (!configuration.database().isEmbedded()) {
            database.guard(modules.history()::testify);
        }
        List<Probe> probes = new ArrayList<>(modules.probes());
        probes.add(new DatabaseProbe(database.database()));
        probes.addAll(tls.probes());
        FileReserve files = closing.add("files", new FileReserve(metrics.registry()));
        probes.add(files.probe());
        HealthChecks health = new HealthChecks(probes);
        ServingNode node = new ServingNode(configuration, modules, health, tls, metrics, files, closing);
        NodeOrders.obey(modules, node::beginDrain);
        modules.history().atEndOfEpoch(node::outdate);
        health.enter(HealthChecks.Phase.SERVING);
        // What the first requests and the first scrape need, but not the start.
        Thread unused = Thread.ofPlatform().daemon().name("warm-up").start(() -> {
            metrics.bind(database.pool());
            node.json.warmUp();
        });
        return node;
    }

    private Open listen(Metrics metrics, FileReserve files) {
        Administration administration = modules.accounts().administration();
        HttpConfig http = configuration.http();
        AdminConfig admin = configuration.admin();
        int bodyBytesMax = http.limits().bodyBytesMax();
        Optional<Path> keyFile = configuration.database().isEmbedded()
                ? FirstAdminKey.write(administration, configuration.node().data())
                : Optional.empty();
        Routes adminTable = AdminRoutes.table(modules, health, this::beginDrain, metrics.registry(), json);
        WebServer adminServer = Listeners.open(
                admin,
                tls.admin().map(one -> one.tls(BeforeTls.NOTHING)),
                bodyBytesMax,
                AdminRoutes.routing(adminTable, administration, admin.metricsOpen()));
        Listeners.start(adminServer, "admin.port", admin.host(), admin.port());
        closing.add("admin listener", adminServer::stop);
        Optional<ProxiedConnections> proxied = http.limits().proxyProtocol()
                ? Optional.of(new ProxiedConnections(metrics.registry()))
                : Optional.empty();
        Routes publicTable = PublicRoutes.table(modules, health, configuration, json);
        WebServer httpServer = Listeners.open(
                http,
                tls.http()
                        .map(one ->
                                one.tls(proxied.<BeforeTls>map(by -> by::first).orElse(BeforeTls.NOTHING))),
                proxied,
                modules.edge()::install,
                files,
                PublicRoutes.routing(publicTable, http, modules.edge()));
        Listeners.start(httpServer, "http.port", http.host(), http.port());
        closing.add("public listener", httpServer::stop);
        return new Open(httpServer, adminServer, Map.of("public", publicTable, "admin", adminTable), keyFile);
    }

    public String publicAddress() {
        return address(
                tls.http().isPresent(), configuration.http().host(), open.http().port());
    }

    public String adminAddress() {
        return address(
                tls.admin().isPresent(),
                configuration.admin().host(),
                open.admin().port());
    }

    /// The registered routes of the listeners `public` and `admin`.
    Map<String, Routes> routes() {
        return open.routes();
    }

    /// The file with the admin key, when this start wrote it.
    public Optional<Path> adminKeyFile() {
        return open.adminKeyFile();
    }

    /// The ports that were taken where any free one was asked for: public, then admin.
    List<Integer> ports() {
        return List.of(open.http().port(), open.admin().port());
    }

    /// Waits until the node has stopped, or was drained by an operator and can be; true when it should
    /// begin again instead, because what it knows is of an epoch that is over.
    boolean awaitEnd() throws InterruptedException {
        ended.await();
        return isOutdated.get() && !isToEnd();
    }

    /// Drains and closes everything. Blocks for the drain time at most, and some seconds.
    public void stop() {
        stop(configuration.node().drainTime());
    }

    /// The same with another time over which clients are told to go.
    void stop(Duration drainTime) {
        drain(drainTime);
        closing.close();
        ended.countDown();
    }

    /// Begins to drain, as SIGTERM does: then [#awaitEnd] returns, and whoever waits there ends the process.
    private void beginDrain() {
        isToEnd.set(true);
        Thread unused = Thread.ofVirtual().name("drain").start(() -> {
            drain(configuration.node().drainTime());
            ended.countDown();
        });
    }

    /// Whether an operator had it drained: no other node shall follow in this process.
    boolean isToEnd() {
        return isToEnd.get();
    }

    private void outdate() {
        isOutdated.set(true);
        ended.countDown();
    }

    private void drain(Duration drainTime) {
        health.enter(HealthChecks.Phase.DRAINING);
        if (isDraining.compareAndSet(false, true)) {
            LOG.log(Level.INFO, "draining: " + modules.sessions().count() + " sessions are told to go elsewhere");
        }
        if (!modules.edge().drain(drainTime)) {
            LOG.log(Level.WARNING, "drained with " + modules.sessions().count() + " sessions left");
        }
    }

    private static String address(boolean isSecure, String host, int port) {
        return (isSecure ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
