package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import parley.testkit.ChaosProxy;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.Nginx;
import parley.testkit.RedisServer;
import parley.testkit.TestDatabase;
import parley.testkit.TestServers;

/// What stands in production: nginx with `ops/nginx/parley.conf` in front of a node on MariaDB and
/// Redis, all real, the tables made by `migrate`; and a network between the clients and nginx that a
/// test can hurt.
final class WholeStack implements AutoCloseable {
    private static final Duration COMMAND_MAX = Duration.ofSeconds(60);

    private final TestDatabase database;
    private final RedisServer redis;
    private final SystemNode node;
    private final Nginx nginx;
    private final ChaosProxy network;
    private final String adminKey;

    private WholeStack(Path folder, Map<String, String> settings) {
        database = TestDatabase.create(TestServers.mariaDb());
        redis = RedisServer.start();
        Map<String, String> environment = new HashMap<>(Map.of(
                "PARLEY_DATABASE_URL",
                database.jdbcUrl(),
                "PARLEY_DATABASE_USER",
                database.user(),
                "PARLEY_REDIS_URL",
                redis.url(),
                "PARLEY_CLUSTER_SECRET",
                "of the cluster, only for tests",
                "PARLEY_HTTP_TRUSTED_PROXIES",
                "127.0.0.1",
                "PARLEY_NODE_DRAIN_TIME",
                "1s"));
        environment.putAll(settings);
        String unused = run(folder.resolve("migrate"), environment, "migrate");
        adminKey = run(folder.resolve("key"), environment, "admin-key", "create", "--name", "op", "--scopes", "admin");
        node = SystemNode.on(database, made(folder.resolve("node")), environment);
        nginx = Nginx.parley(node.hostAndPort());
        network = ChaosProxy.to(nginx.port());
    }

    static WholeStack start(Path folder, Map<String, String> settings) {
        return new WholeStack(folder, settings);
    }

    /// What the command printed; it must end with 0.
    private static String run(Path folder, Map<String, String> environment, String... arguments) {
        try (ChildProcess command = ChildJvm.jar(made(folder), environment, arguments)) {
            assertEquals(0, command.awaitExit(COMMAND_MAX), command::tail);
            return command.stdout().strip();
        }
    }

    TestDatabase database() {
        return database;
    }

    RedisServer redis() {
        return redis;
    }

    SystemNode node() {
        return node;
    }

    Nginx nginx() {
        return nginx;
    }

    /// What lies between the clients and nginx.
    ChaosProxy network() {
        return network;
    }

    String adminKey() {
        return adminKey;
    }

    /// Through the network that can be hurt, with a slash at the end.
    String address() {
        return "http://127.0.0.1:" + network.port() + "/";
    }

    /// The same past that network, straight to nginx.
    String steadyAddress() {
        return "http://127.0.0.1:" + nginx.port() + "/";
    }

    static String webSocket(String address) {
        return address.replace("http://", "ws://") + "connection/websocket";
    }

    Rest rest() {
        return new Rest(steadyAddress());
    }

    @Override
    public void close() {
        network.close();
        nginx.close();
        node.close();
        redis.close();
        database.close();
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
