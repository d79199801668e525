package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.Engine;
import parley.testkit.MariaDb;
import parley.testkit.MySql80;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// A node that must begin again, because the data set has a new epoch, and is told to end meanwhile.
final class NewEpochIT {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(15);
    private static final String OVER = "the epoch of this node is over";
    private static final String BEGUN = "the node has begun again";
    private static final String NOT_YET = "the node cannot begin again yet";
    private static final int ONLOOKERS = 8;

    @TempDir
    private Path folder;

    @Test
    void aNodeBeginsAgainAsSoonAsItIsLetInAndEndsWhenToldMeanwhile() throws Exception {
        // It tries for as long as the database lets nobody in, on the same ports; SIGTERM ends it also then.
        try (SqlServer server = Engine.selected().contains(Engine.MYSQL80) ? MySql80.start() : MariaDb.start();
                TestDatabase database = TestDatabase.create(server, "accounts", "history", "messaging")) {
            execute(database, "create user 'node'@'%' identified by 'opened4it'");
            execute(database, "grant all on *.* to 'node'@'%'");
            try (SystemNode node = SystemNode.on(
                    database.jdbcUrl(), "node", "opened4it", made("node"), Map.of("PARLEY_NODE_DRAIN_TIME", "1s"))) {
                Party unused = Party.gather(node, 2, 1);
                renew(database, true);
                Await.until(WITHIN, "it finds the door closed", () -> count(node, NOT_YET) > 1);
                execute(database, "alter user 'node'@'%' account unlock");
                Await.until(WITHIN, "it has begun again", () -> count(node, BEGUN) == 1);
                Await.until(
                        WITHIN,
                        "it is ready",
                        () -> node.rest().get("health/ready", null).status() == 200);
                Party unusedNew = Party.gather(node, 2, 1);
                renew(database, true);
                int before = count(node, NOT_YET);
                Await.until(WITHIN, "it finds the door closed again", () -> count(node, NOT_YET) > before);
                node.process().terminate();
                assertEquals(0, node.process().awaitExit(ENDED_WITHIN), node.process()::tail);
                assertEquals(1, count(node, BEGUN));
            }
        }
    }

    @Test
    void aNodeThatIsDrainedDoesNotBeginAgain() throws Exception {
        // I8: an operator's order stands, whatever becomes of the data set meanwhile.
        try (TestDatabase database = TestDatabase.create(
                        Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB,
                        "accounts",
                        "history",
                        "messaging");
                SystemNode node = SystemNode.on(database, made("node"), Map.of("PARLEY_NODE_DRAIN_TIME", "10s"))) {
            String key = node.command("admin-key", "create", "--name", "op", "--scopes", "admin");
            Party party = Party.gather(node, 1, 1);
            List<RawClient> onlookers = new ArrayList<>();
            for (int i = 0; i < ONLOOKERS; i++) {
                RawClient onlooker = RawClient.open(node.webSocketAddress(), push -> {});
                var unused = onlooker.connect(party.people().getFirst().accessToken());
                onlookers.add(onlooker);
            }
            String name = node.admin().get("admin/v1/node", key).json().getString("name");
            Reply drain = node.admin().call("POST", "admin/v1/nodes/" + name + "/drain", key, null);
            assertEquals(202, drain.status(), drain::text);
            renew(database, false);
            Await.until(WITHIN, "it hears of the new epoch", () -> count(node, OVER) == 1);
            assertEquals(0, node.process().awaitExit(WITHIN), node.process()::tail);
            assertFalse(node.process().stderr().contains(BEGUN), node.process()::tail);
            onlookers.forEach(RawClient::close);
        }
    }

    private static int count(SystemNode node, String words) {
        return node.process().stderr().split(words, -1).length - 1;
    }

    /// Gives the data set a new epoch; with `locks` the node's user gets no new connection from then on.
    private void renew(TestDatabase database, boolean locks) throws IOException, SQLException {
        if (locks) {
            execute(database, "alter user 'node'@'%' account lock");
        }
        Map<String, String> environment =
                Map.of("PARLEY_DATABASE_URL", database.jdbcUrl(), "PARLEY_DATABASE_USER", database.user());
        try (ChildProcess renew = ChildJvm.jar(made("renew"), environment, "epoch", "--renew")) {
            assertEquals(0, renew.awaitExit(WITHIN), renew::tail);
        }
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        }
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }
}
