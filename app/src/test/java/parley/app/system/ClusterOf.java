package parley.app.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import parley.testkit.ChaosProxy;
import parley.testkit.Engine;
import parley.testkit.FreePort;
import parley.testkit.MariaDb;
import parley.testkit.MySql80;
import parley.testkit.Nginx;
import parley.testkit.RedisServer;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// Several nodes on one database and one Redis behind nginx, all real processes of its own. Each node
/// reaches the database and Redis through networks of its own that a test can hurt, and keeps its ports
/// when it is started again.
final class ClusterOf implements AutoCloseable {
    private static final int START_SECONDS_MAX = 240;

    /// What was started, the latest first.
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private final SqlServer server;
    private final TestDatabase database;
    private final RedisServer redis;
    private final List<ChaosProxy> waysToRedis = new ArrayList<>();
    private final List<ChaosProxy> waysToDatabase = new ArrayList<>();
    private final List<SystemNode> nodes = new ArrayList<>();
    private final Nginx nginx;

    private ClusterOf(int count, Path folder, Map<String, String> settings, Map<String, String> ofFirst) {
        boolean isDone = false;
        try {
            server = started(Engine.selected().contains(Engine.MYSQL80) ? MySql80.start() : MariaDb.start());
            database = started(TestDatabase.create(server, "accounts", "history", "messaging"));
            redis = started(RedisServer.start());
            startNodes(count, folder, settings, ofFirst);
            nginx = started(
                    Nginx.parley(nodes.stream().map(SystemNode::hostAndPort).toArray(String[]::new)));
            isDone = true;
        } finally {
            if (!isDone) {
                close();
            }
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    private void startNodes(int count, Path folder, Map<String, String> settings, Map<String, String> ofFirst) {
        List<CompletableFuture<SystemNode>> starting = new ArrayList<>();
        Executor together = task -> Thread.startVirtualThread(task);
        for (int i = 0; i < count; i++) {
            ChaosProxy toRedis = started(ChaosProxy.to(redis.port()));
            ChaosProxy toDatabase = started(ChaosProxy.to(server.port()));
            waysToRedis.add(toRedis);
            waysToDatabase.add(toDatabase);
            String name = "n" + (i + 1);
            Map<String, String> environment = environment(name, toRedis);
            environment.putAll(settings);
            if (i == 0) {
                environment.putAll(ofFirst);
            }
            String url = database.jdbcUrl().replace(":" + server.port() + "/", ":" + toDatabase.port() + "/");
            Path own = made(folder.resolve(name));
            starting.add(CompletableFuture.supplyAsync(
                    () -> SystemNode.on(url, database.user(), database.password(), own, environment), together));
        }
        starting.forEach(each -> nodes.add(
                started(each.orTimeout(START_SECONDS_MAX, TimeUnit.SECONDS).join())));
    }

    /// With more settings for all of them: `PARLEY_...` names.
    static ClusterOf start(int nodes, Path folder, Map<String, String> settings) {
        return start(nodes, folder, settings, Map.of());
    }

    /// The same with an environment that only node 1 has.
    static ClusterOf start(int nodes, Path folder, Map<String, String> settings, Map<String, String> ofFirst) {
        return new ClusterOf(nodes, folder, settings, ofFirst);
    }

    private static Map<String, String> environment(String name, ChaosProxy toRedis) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_NODE_NAME", name);
        environment.put("PARLEY_NODE_DRAIN_TIME", "1s");
        environment.put("PARLEY_HTTP_PORT", Integer.toString(FreePort.next()));
        environment.put("PARLEY_ADMIN_PORT", Integer.toString(FreePort.next()));
        environment.put("PARLEY_HTTP_TRUSTED_PROXIES", "127.0.0.1");
        environment.put("PARLEY_ADMIN_METRICS_OPEN", "true");
        environment.put("PARLEY_REDIS_URL", "redis://127.0.0.1:" + toRedis.port());
        environment.put("PARLEY_CLUSTER_SECRET", "of the cluster, only for tests");
        return environment;
    }

    List<SystemNode> nodes() {
        return List.copyOf(nodes);
    }

    /// The first one is 1, as its name says.
    SystemNode node(int number) {
        return nodes.get(number - 1);
    }

    TestDatabase database() {
        return database;
    }

    SqlServer server() {
        return server;
    }

    RedisServer redis() {
        return redis;
    }

    Nginx nginx() {
        return nginx;
    }

    /// What lies between node `number` and Redis.
    ChaosProxy wayToRedis(int number) {
        return waysToRedis.get(number - 1);
    }

    /// What lies between node `number` and the database.
    ChaosProxy wayToDatabase(int number) {
        return waysToDatabase.get(number - 1);
    }

    /// The nodes' own addresses for clients, in their order.
    String[] webSocketAddresses() {
        return nodes.stream().map(SystemNode::webSocketAddress).toArray(String[]::new);
    }

    /// The nodes' own ports for clients, in their order.
    List<Integer> ports() {
        return nodes.stream()
                .map(node -> Integer.parseInt(node.address().replaceAll(".*:([0-9]+)/", "$1")))
                .toList();
    }

    /// Through nginx.
    String webSocketAddress() {
        return "ws://127.0.0.1:" + nginx.port() + "/connection/websocket";
    }

    /// Through nginx.
    Rest rest() {
        return new Rest("http://127.0.0.1:" + nginx.port() + "/");
    }

    /// What `/health/ready` of node `number` says: `up`, `degraded` or `down`; "" when nobody answers.
    String health(int number) {
        try {
            return node(number).rest().get("health/ready", null).json().getString("status", "");
        } catch (UncheckedIOException away) {
            return "";
        }
    }

    /// Past every network that a test hurts.
    Connection connect() throws SQLException {
        return database.connect();
    }

    @Override
    public void close() {
        for (AutoCloseable part : started) {
            try {
                part.close();
            } catch (Exception fault) {
                // The others have to end as well; what is left ends with this JVM.
                System.out.println(part + " did not end: " + fault);
            }
        }
        started.clear();
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
