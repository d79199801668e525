package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Engine;
import parley.testkit.TestDatabase;

/// The server is killed in the middle of sends, and started again.
class KillNodeIT {
    private static final int PEOPLE = 4;
    private static final int CONVERSATIONS = 2;
    private static final int WINDOW = 32;
    private static final int ACKNOWLEDGED_MIN = 900;
    private static final int KILLS_OF_LONG_RUN = 8;

    @Test
    void nothingAcknowledgedIsLostWithTheEmbeddedDatabase(@TempDir Path folder) throws SQLException {
        // I1-I4: kill -9 in the middle of 1,000 sends. Every acknowledged message is there once, numbers
        // are dense, a repeat of an unanswered send gets one number, who comes back misses nothing.
        killEmbedded(folder, 1);
    }

    @Test
    void nothingAcknowledgedIsLostOnADatabaseServer(@TempDir Path folder) throws SQLException {
        // The same on a server: what the killed node left open there neither blocks nor commits late.
        killOnServer(folder, 1);
    }

    @Test
    @Tag("faults")
    void nothingIsLostInManyKills(@TempDir Path folder) throws SQLException, IOException {
        // The same again and again with the same data.
        killEmbedded(Files.createDirectory(folder.resolve("embedded")), KILLS_OF_LONG_RUN);
        killOnServer(Files.createDirectory(folder.resolve("server")), KILLS_OF_LONG_RUN);
    }

    private static void killEmbedded(Path folder, int kills) throws SQLException {
        try (SystemNode node = SystemNode.embedded(folder)) {
            Run run = new Run(node);
            run.killAgainAndAgain(kills);
            run.compareAfterLastKill(() -> embedded(folder));
        }
    }

    private static void killOnServer(Path folder, int kills) throws SQLException {
        Engine engine = Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB;
        try (TestDatabase database = TestDatabase.create(engine, "accounts", "history", "messaging");
                SystemNode node = SystemNode.on(database, folder, Map.of())) {
            Run run = new Run(node);
            run.killAgainAndAgain(kills);
            run.compareAfterLastKill(database::connect);
        }
    }

    static Connection embedded(Path folder) throws SQLException {
        return DriverManager.getConnection(TestDatabase.h2Url(folder.resolve("data/parley")), "sa", "");
    }

    @FunctionalInterface
    private interface Tables {
        Connection open() throws SQLException;
    }

    /// People who send through kills of their node, and one who only looks on.
    private static final class Run {
        private final SystemNode node;
        private final Party party;
        private final SendRecord record = new SendRecord();
        private final Watcher watcher;

        Run(SystemNode node) {
            this.node = node;
            this.party = Party.gather(node, PEOPLE, CONVERSATIONS);
            this.watcher = new Watcher(party.people().getLast(), party.conversations());
        }

        void killAgainAndAgain(int kills) {
            watcher.connect(node.webSocketAddress());
            for (int kill = 1; kill <= kills; kill++) {
                sendUntilKilled();
                List<Send> open = record.open();
                assertFalse(open.isEmpty(), "the kill must come while sends are on their way");
                System.out.println("killed: " + record);
                node.restart();
                watcher.connect(node.webSocketAddress());
                repeatTwice(open);
            }
        }

        private void sendUntilKilled() {
            int before = record.acknowledged();
            List<Sender> senders = party.senders(record, WINDOW, node.webSocketAddress());
            senders.forEach(sender -> sender.flow(party.conversations()));
            Await.until(
                    Duration.ofSeconds(20),
                    "sends are acknowledged",
                    () -> record.acknowledged() >= before + ACKNOWLEDGED_MIN);
            node.process().kill9();
            senders.forEach(Sender::awaitAnswers);
            senders.forEach(Sender::close);
        }

        /// From two connections at once, so that the repeats race each other; the record notices when
        /// they are told different numbers.
        private void repeatTwice(List<Send> open) {
            for (Rest.Person person : party.people()) {
                List<Send> own = open.stream()
                        .filter(send -> send.sender().equals(person))
                        .toList();
                try (Sender one = Sender.connect(node.webSocketAddress(), person, record, WINDOW);
                        Sender two = Sender.connect(node.webSocketAddress(), person, record, WINDOW)) {
                    Thread racing = Thread.startVirtualThread(() -> two.repeat(own));
                    one.repeat(own);
                    one.awaitAnswers();
                    Await.until("the other connection has sent all", () -> racing.join(Duration.ofMillis(1)));
                    two.awaitAnswers();
                }
            }
        }

        /// The watcher first, while the node serves; then the tables, when nobody has them open.
        void compareAfterLastKill(Tables tables) throws SQLException {
            System.out.println("at the end: " + record);
            watcher.awaitAcknowledged(record);
            watcher.close();
            node.process().kill9();
            try (Connection connection = tables.open()) {
                LogTables log = new LogTables(connection);
                log.check(party.conversations(), record, true);
                watcher.compare(log);
            }
        }
    }
}
