package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.ChildProcess;
import parley.testkit.Engine;
import parley.testkit.MariaDb;
import parley.testkit.MySql80;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// SIGTERM in the middle of work.
class DrainUnderLoadIT {
    private static final Duration DRAIN_TIME = Duration.ofSeconds(4);

    /// Between the first and the last who are sent away, at least: far less than the drain time, for a
    /// machine that stands still meanwhile.
    private static final Duration SPREAD_MIN = Duration.ofMillis(500);

    /// Drain time, five seconds for answers and goodbyes, and what a busy machine needs to close things.
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(20);

    private static final int PEOPLE = 4;
    private static final int ONLOOKERS = 8;

    @TempDir
    private Path folder;

    @Test
    void everyAcceptedSendIsAnsweredAndTheNodeEndsWithZero() throws SQLException {
        // I8: whatever of a draining node's clients is in the log, its sender was told so; clients are sent
        // elsewhere (3001) one after another over the drain time; exit 0 within the limit.
        try (TestDatabase database = TestDatabase.create(
                        Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB,
                        "accounts",
                        "history",
                        "messaging");
                SystemNode node = SystemNode.on(database, folder, drainingFor(DRAIN_TIME))) {
            Party party = Party.gather(node, PEOPLE, 2);
            SendRecord record = new SendRecord();
            List<RawClient> onlookers = new ArrayList<>();
            for (int i = 0; i < ONLOOKERS; i++) {
                RawClient onlooker = RawClient.open(node.webSocketAddress(), push -> {});
                var unused = onlooker.connect(party.people().getLast().accessToken());
                onlookers.add(onlooker);
            }
            List<Sender> senders = party.senders(record, 32, node.webSocketAddress());
            senders.forEach(sender -> sender.flow(party.conversations()));
            Await.until("sends are acknowledged", () -> record.acknowledged() > 300);
            node.process().terminate();
            List<Long> goneAfter = awaitSentAway(onlookers);
            assertEquals(0, node.process().awaitExit(ENDED_WITHIN), node.process()::tail);
            senders.forEach(Sender::awaitAnswers);
            long spread = goneAfter.getLast() - goneAfter.getFirst();
            System.out.println(record + "; onlookers were sent away within " + spread + " ms");
            assertTrue(spread >= SPREAD_MIN.toMillis(), goneAfter.toString());
            try (Connection connection = database.connect()) {
                LogTables log = new LogTables(connection);
                log.check(party.conversations(), record, false);
                assertEquals(Set.of(), storedAndNotTold(log, party, record));
            }
            senders.forEach(Sender::close);
        }
    }

    @Test
    void aDatabaseThatStandsStillDoesNotKeepTheNodeFromEnding() {
        // I8 within a limit: sends that nobody can commit are answered as such, and the node ends with 0.
        try (SqlServer server = Engine.selected().contains(Engine.MYSQL80) ? MySql80.start() : MariaDb.start();
                TestDatabase database = TestDatabase.create(server, "accounts", "history", "messaging");
                SystemNode node = SystemNode.on(database, folder, drainingFor(Duration.ofSeconds(2)))) {
            Party party = Party.gather(node, 2, 1);
            SendRecord record = new SendRecord();
            List<Sender> senders = party.senders(record, 8, node.webSocketAddress());
            senders.forEach(sender -> sender.flow(party.conversations()));
            Await.until("sends are acknowledged", () -> record.acknowledged() > 100);
            server.freeze();
            ChildProcess process = node.process();
            process.terminate();
            assertEquals(0, process.awaitExit(ENDED_WITHIN), process::tail);
            server.thaw();
            senders.forEach(Sender::close);
        }
    }

    private static Map<String, String> drainingFor(Duration time) {
        return Map.of("PARLEY_NODE_DRAIN_TIME", time.toSeconds() + "s");
    }

    /// After how many milliseconds each was closed with 3001, in this order.
    private static List<Long> awaitSentAway(List<RawClient> clients) {
        long began = System.nanoTime();
        List<Long> gone = new ArrayList<>();
        Set<RawClient> open = new HashSet<>(clients);
        AtomicInteger sentAway = new AtomicInteger();
        Await.until(ENDED_WITHIN, "all are sent away", () -> {
            for (RawClient client : clients) {
                if (!client.isOpen() && open.remove(client)) {
                    gone.add((System.nanoTime() - began) / 1_000_000);
                    int unused = sentAway.addAndGet(client.awaitClose() == 3001 ? 1 : 0);
                }
            }
            return open.isEmpty();
        });
        assertEquals(clients.size(), sentAway.get());
        return gone;
    }

    private static Set<String> storedAndNotTold(LogTables log, Party party, SendRecord record) throws SQLException {
        Set<String> open = new HashSet<>();
        record.open().forEach(send -> open.add(send.id()));
        Set<String> found = new HashSet<>();
        for (String conversation : party.conversations()) {
            for (LogTables.Row row : log.rows(conversation)) {
                if (row.clientId() != null && open.contains(row.clientId())) {
                    found.add(row.clientId());
                }
            }
        }
        return found;
    }
}
