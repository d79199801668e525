package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.MariaDb;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// What polling costs the database: 1,000,000 conversations and memberships, of which 100 conversations
/// change per second; one node that follows 10,000 others. CPU time of the server without a node, with one
/// that polls at its usual pace, and with one that polls every second. By hand:
///
///     mvn verify -pl modules/messaging -am -Dtest=None -Dit.test=PollBenchmarkIT \
///         -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
///         -Dparley.tests.excluded=none
@Tag("long")
final class PollBenchmarkIT {
    private static final int CONVERSATIONS = 1_000_000;
    private static final int FOLLOWED = 10_000;
    private static final int CHANGES_PER_SECOND = 100;

    /// One look ten minutes back in each.
    private static final Duration ROUND = Duration.ofSeconds(30);

    private static final Duration SETTLED = Duration.ofSeconds(16);

    @Test
    void pollingAMillionConversationsCostsTheDatabaseLittle() throws Exception {
        // Figure: less than 5 % of one core of the database per node.
        try (SqlServer server = MariaDb.start("--innodb-buffer-pool-size=2G", "--innodb-log-file-size=512M");
                TestDatabase database = TestDatabase.create(server, "history", "messaging")) {
            fill(database);
            AtomicBoolean changes = new AtomicBoolean(true);
            Thread load = Thread.ofVirtual().start(() -> change(database, changes));
            List<Double> without = new ArrayList<>();
            List<Double> usual = new ArrayList<>();
            List<Double> fast = new ArrayList<>();
            without.add(measure("no node", server));
            DeafBus bus = new DeafBus();
            try (TestNode node =
                    new TestNode(database.database(), bus.connect(), new KnownPeople(), MessagingConfig.defaults())) {
                RecordingHub hub = new RecordingHub(node.module.feeds());
                for (int i = 1; i <= FOLLOWED; i++) {
                    ConversationId conversation = new ConversationId(i);
                    node.module.feeds().follow(conversation);
                    node.module.feeds().reached(conversation, 1);
                }
                Await.stays(SETTLED, "nothing comes", hub.faults::isEmpty);
                for (int i = 0; i < 2; i++) {
                    bus.isSteady = true;
                    usual.add(measure("usual pace", server));
                    bus.isSteady = false;
                    fast.add(measure("every second", server));
                }
                report(node);
            }
            without.add(measure("no node", server));
            changes.set(false);
            load.join();
            double base = mean(without);
            System.out.printf(
                    "polling costs %.2f %% of a core, every second %.2f %%%n", mean(usual) - base, mean(fast) - base);
            assertTrue(mean(fast) - base < 5, "percent of a core");
        }
    }

    private static double mean(List<Double> all) {
        return all.stream().mapToDouble(each -> each).average().orElseThrow();
    }

    private static void report(TestNode node) {
        for (String table : List.of("heads", "memberships")) {
            System.out.printf(
                    "rows of %s: %.0f%n",
                    table,
                    node.registry
                            .get("parley_messaging_poll_rows")
                            .tag("table", table)
                            .counter()
                            .count());
        }
        var looks = node.registry.get("parley_messaging_poll").timer();
        System.out.printf(
                "looks: %d, %.1f ms each%n", looks.count(), looks.mean(java.util.concurrent.TimeUnit.MILLISECONDS));
    }

    /// Percent of a core that the server used in one round.
    private static double measure(String what, SqlServer server) {
        ProcessHandle process = ProcessHandle.of(server.process().pid()).orElseThrow();
        long before = process.info().totalCpuDuration().orElseThrow().toNanos();
        long began = System.nanoTime();
        Await.stays(ROUND, what, () -> true);
        long after = process.info().totalCpuDuration().orElseThrow().toNanos();
        double percent = 100.0 * (after - before) / (System.nanoTime() - began);
        System.out.printf("%s: %.2f %% of a core%n", what, percent);
        return percent;
    }

    /// Those that change are spread over all but the first; a minute's worth of each minute of the last ten.
    private static void fill(TestDatabase database) throws SQLException {
        String now = Dialect.MARIADB.nowMillis();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            int unused = statement.executeUpdate(
                    "insert into history_head select seq, 1, 0, 0, 1, 0, 1, " + now + " - if(seq % 16 = 0 and seq > "
                            + FOLLOWED + ", (seq div 16) * 10 % 600000, 3600000 + seq) from seq_1_to_" + CONVERSATIONS);
            unused = statement.executeUpdate(
                    "insert into messaging_membership select seq % 100000 + 1, seq, 1, 3, 1, 0, 0, 0, " + now
                            + " - if(seq % 16 = 0, (seq div 16) * 10 % 600000, 3600000 + seq) from seq_1_to_"
                            + CONVERSATIONS);
            boolean unusedToo = statement.execute("analyze table history_head, messaging_membership");
        }
    }

    private static void change(TestDatabase database, AtomicBoolean goesOn) {
        String sql = "update history_head set head = head + 1, changed_at = " + Dialect.MARIADB.nowMillis()
                + " where conversation = ?";
        try (Connection connection = database.connect();
                PreparedStatement update = connection.prepareStatement(sql)) {
            long next = System.nanoTime();
            while (goesOn.get()) {
                update.setLong(1, ThreadLocalRandom.current().nextLong(FOLLOWED + 1, CONVERSATIONS + 1));
                int unused = update.executeUpdate();
                next += 1_000_000_000L / CHANGES_PER_SECOND;
                LockSupport.parkNanos(next - System.nanoTime());
            }
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }
}
