package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Engine;
import parley.testkit.RedisServer;
import parley.testkit.TestDatabase;

/// Redis dies, stands still or forgets everything while people send and read. Beside the node under test
/// another one without Redis does the same work on the same database: it tells what is usual on this
/// machine at this moment.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisFaultIT {
    private static final Duration REDIS_TIME_MAX = Duration.ofMillis(200);

    private static final Duration FAULT_TIME = Duration.ofMillis(1_500);

    /// A machine that stands still for a moment must not make a node busy.
    private static final String QUEUE_WAIT_MAX = "10s";

    private static final int PEOPLE = 3;
    private static final int WINDOW = 4;

    private final RedisServer redis = RedisServer.start();
    private final TestDatabase database = TestDatabase.create(
            Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB,
            "accounts",
            "history",
            "messaging");
    private SystemNode node;
    private SystemNode plain;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        node = SystemNode.on(
                database,
                Files.createDirectory(folder.resolve("node")),
                Map.of(
                        "PARLEY_REDIS_URL",
                        redis.url(),
                        "PARLEY_CLUSTER_SECRET",
                        "a secret of this test",
                        "PARLEY_HISTORY_HOT_NODE_BYTES_MAX",
                        "0",
                        "PARLEY_HISTORY_QUEUE_WAIT_MAX",
                        QUEUE_WAIT_MAX,
                        "PARLEY_ADMIN_METRICS_OPEN",
                        "true"));
        plain = SystemNode.on(
                database,
                Files.createDirectory(folder.resolve("plain")),
                Map.of("PARLEY_HISTORY_QUEUE_WAIT_MAX", QUEUE_WAIT_MAX));
    }

    @AfterAll
    void close() {
        node.close();
        plain.close();
        database.close();
        redis.close();
    }

    @Test
    void noSendFailsAndNoAnswerChangesWhateverBecomesOfRedis() throws SQLException {
        // I5: killed, restarted empty, frozen, flushed under sends and reads. No send fails, nobody waits
        // longer than Redis' time-out more than usual, no read is answered an error or anything else.
        Party party = Party.gather(node, PEOPLE, 2);
        Party usualParty = Party.gather(plain, PEOPLE, 2);
        Load load = Load.start(node, party);
        Load usual = Load.start(plain, usualParty);
        try (Watcher watcher = new Watcher(party.people().getFirst(), party.conversations())) {
            watcher.connect(node.webSocketAddress());
            awaitReadsFromRedis();
            during(load, redis::kill9);
            during(load, redis::restart);
            awaitReadsFromRedis();
            during(load, redis::freeze);
            during(load, redis::thaw);
            awaitReadsFromRedis();
            during(load, redis::flush);
            awaitReadsFromRedis();
            load.stop();
            usual.stop();
            System.out.println("with Redis:    " + load);
            System.out.println("without Redis: " + usual);
            watcher.awaitAcknowledged(load.record);
            try (Connection connection = database.connect()) {
                LogTables log = new LogTables(connection);
                log.check(party.conversations(), load.record, true);
                watcher.compare(log);
                load.reader.compare(log);
            }
            load.assertNoErrors();
            load.assertNotSlowerThan(usual);
        } finally {
            load.close();
            usual.close();
        }
    }

    /// Waits until more entries than now were found in Redis: the node does use it.
    private void awaitReadsFromRedis() {
        double before = entriesFromRedis();
        Await.until(Duration.ofSeconds(20), "reads find entries in Redis", () -> entriesFromRedis() > before);
    }

    private double entriesFromRedis() {
        return node.admin()
                .get("metrics", null)
                .text()
                .lines()
                .filter(line -> line.startsWith("parley_history_entries_read_total{tier=\"redis\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Lets sends and reads go on for a while after `fault`.
    private static void during(Load load, Runnable fault) {
        fault.run();
        long began = System.nanoTime();
        int sends = load.record.acknowledged();
        int reads = load.reader.answers().size();
        Await.until(
                Duration.ofSeconds(20),
                "sends and reads go on",
                () -> System.nanoTime() - began > FAULT_TIME.toNanos()
                        && load.record.acknowledged() > sends + 20
                        && load.reader.answers().size() > reads + 10);
    }

    /// Sends and reads at one node.
    private static final class Load implements AutoCloseable {
        private final SendRecord record = new SendRecord();
        private final List<Sender> senders;
        private final Reader reader;

        private Load(SystemNode node, Party party) {
            this.senders = party.senders(record, WINDOW, node.webSocketAddress());
            this.reader = Reader.start(node.webSocketAddress(), party.people().getLast(), party.conversations());
        }

        static Load start(SystemNode node, Party party) {
            Load load = new Load(node, party);
            load.senders.forEach(sender -> sender.flow(party.conversations()));
            return load;
        }

        void stop() {
            senders.forEach(Sender::stop);
            reader.stop();
            senders.forEach(Sender::assertOpen);
        }

        void assertNoErrors() {
            record.assertNothingBroken();
            assertEquals(Map.of(), record.refusals());
            reader.answers().forEach(answer -> assertFalse(answer.isError(), answer.toString()));
        }

        void assertNotSlowerThan(Load usual) {
            long more = REDIS_TIME_MAX.toMillis();
            assertTrue(record.millis(0.5) <= usual.record.millis(0.5) + more, "sends as a rule");
            assertTrue(reader.millis(0.5) <= usual.reader.millis(0.5) + more, "reads as a rule");
            long most = Await.promised(REDIS_TIME_MAX).toMillis();
            assertTrue(record.millis(1) <= usual.record.millis(1) + most, "the slowest send");
            assertTrue(reader.millis(1) <= usual.reader.millis(1) + most, "the slowest read");
        }

        @Override
        public String toString() {
            return record + "; " + reader.answers().size() + " reads: median " + reader.millis(0.5) + " ms, 99% "
                    + reader.millis(0.99) + " ms, slowest " + reader.millis(1) + " ms";
        }

        @Override
        public void close() {
            senders.forEach(Sender::close);
            reader.close();
        }
    }
}
