package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.FreePort;
import parley.testkit.MariaDb;
import parley.testkit.RedisServer;
import parley.testkit.TestDatabase;

/// A database, Redis, nodes and people for measuring: nothing lies between them, and the servers
/// themselves tell what they did.
final class FiguresStage implements AutoCloseable {
    private static final Duration COMMAND_MAX = Duration.ofMinutes(2);
    private static final Set<String> OF_THE_COUNTING = Set.of("info", "quit", "auth");

    private final MariaDb server = MariaDb.start("--innodb-log-file-size=1G", "--innodb-buffer-pool-size=1G");
    private final TestDatabase database = TestDatabase.create(server, "accounts", "history", "messaging");
    private final RedisServer redis = RedisServer.start();
    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private final List<SystemNode> nodes = new ArrayList<>();
    private final List<CrowdPerson> people;

    /// What the servers were asked.
    record Work(long statements, long commands, Map<String, Long> byCommand) {
        Work since(Work before) {
            Map<String, Long> more = new HashMap<>();
            byCommand.forEach((name, calls) -> {
                long grown = calls - before.byCommand.getOrDefault(name, 0L);
                if (grown > 0) {
                    more.put(name, grown);
                }
            });
            return new Work(statements - before.statements, commands - before.commands, more);
        }
    }

    FiguresStage(Path folder, int nodesMax, int accounts, int conversations, int members) {
        this.folder = folder;
        Path out = folder.resolve("people");
        run(
                "bench",
                "prepare",
                "--accounts=" + accounts,
                "--conversations=" + conversations,
                "--members=" + members,
                "--tokens-live=2h",
                "--out=" + out);
        people = CrowdPerson.read(out);
        for (int i = 0; i < nodesMax; i++) {
            ports.add(FreePort.next());
        }
    }

    private void run(String... arguments) {
        Map<String, String> environment =
                Map.of("PARLEY_DATABASE_URL", database.jdbcUrl(), "PARLEY_DATABASE_USER", database.user());
        try (ChildProcess command = ChildJvm.jar(made(folder.resolve("command")), environment, arguments)) {
            assertEquals(0, command.awaitExit(COMMAND_MAX), command::tail);
        }
    }

    /// Starts the next one.
    SystemNode startNode() {
        int number = nodes.size();
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_NODE_NAME", "n" + (number + 1));
        environment.put("PARLEY_NODE_DRAIN_TIME", "1s");
        environment.put("PARLEY_HTTP_PORT", Integer.toString(ports.get(number)));
        environment.put("PARLEY_HTTP_TRUSTED_PROXIES", "127.0.0.1");
        environment.put("PARLEY_ADMIN_METRICS_OPEN", "true");
        // All nodes write to one database on two cores.
        environment.put("PARLEY_HISTORY_LANES", "1");
        environment.put("PARLEY_REDIS_URL", redis.url());
        environment.put("PARLEY_CLUSTER_SECRET", "of the cluster, only for tests");
        SystemNode node = SystemNode.on(
                database.jdbcUrl(),
                database.user(),
                database.password(),
                made(folder.resolve("n" + (number + 1))),
                environment);
        nodes.add(node);
        return node;
    }

    List<CrowdPerson> people() {
        return people;
    }

    /// Of all nodes, also of those that were not started yet.
    List<Integer> ports() {
        return List.copyOf(ports);
    }

    SystemNode node(int number) {
        return nodes.get(number - 1);
    }

    RedisServer redis() {
        return redis;
    }

    /// What both servers were asked since their start, by their own count; this question is left out.
    Work work() {
        Map<String, Long> commands = redis.commandCounts();
        commands.keySet().removeAll(OF_THE_COUNTING);
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show global status like 'Questions'")) {
            assertEquals(true, row.next());
            return new Work(
                    row.getLong(2),
                    commands.values().stream().mapToLong(Long::longValue).sum(),
                    commands);
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static Path made(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    public void close() {
        nodes.forEach(SystemNode::close);
        redis.close();
        database.close();
        server.close();
    }
}
