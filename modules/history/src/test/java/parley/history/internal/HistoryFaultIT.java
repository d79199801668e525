package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Appended;
import parley.history.AppendResult.Busy;
import parley.history.AppendResult.Repeated;
import parley.history.AppendResult.Unknown;
import parley.history.Entry;
import parley.history.wiring.HistoryConfig;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.testkit.Await;
import parley.testkit.Engine;
import parley.testkit.LeakChecker;
import parley.testkit.MariaDb;
import parley.testkit.MySql80;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// The database dies, freezes or loses a connection in the middle of appends.
@ExtendWith(LeakChecker.class)
final class HistoryFaultIT {
    private static final Duration ANSWER_MAX = Await.promised(Duration.ofSeconds(4));
    private static final Duration RECOVERY_MAX = Await.promised(Duration.ofSeconds(5));

    private final SqlServer server = Engine.selected().contains(Engine.MYSQL80) ? MySql80.start() : MariaDb.start();
    private final TestDatabase database = TestDatabase.create(server, "history");
    private TestLog log = new TestLog(database.database(), HistoryConfig.defaults());

    @AfterEach
    void close() {
        log.close();
        database.close();
        server.close();
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheDatabaseIsKilled() {
        // I1, P4: kill -9 in the middle of sends; every answer within 4 s, back within 5 s by itself.
        crash(() -> {
            server.kill9();
            Await.stays(Duration.ofSeconds(1), "dead", () -> true);
            server.restart();
        });
    }

    @Test
    void aFrozenDatabaseDelaysAndLosesNothing() {
        // The same for SIGSTOP, longer than any time-out of a connection.
        crash(() -> {
            server.freeze();
            Await.stays(Duration.ofSeconds(7), "frozen", () -> true);
            server.thaw();
        });
    }

    @Test
    void aShortFreezeLosesNothing() {
        // The connections survive; what ran out of time was told so and is resolved by repeating.
        crash(() -> {
            server.freeze();
            Await.stays(Duration.ofSeconds(4), "frozen", () -> true);
            server.thaw();
        });
    }

    private void crash(Runnable fault) {
        Senders senders = new Senders();
        senders.start();
        Await.until("appends are flowing", () -> senders.acked.get() > 500);
        fault.run();
        long healed = System.nanoTime();
        long acked = senders.acked.get();
        Await.until(RECOVERY_MAX, "appends flow again", () -> senders.acked.get() > acked + 100);
        long recovery = System.nanoTime() - healed;
        senders.stop();
        System.out.printf(
                "acked %d, busy %d, unknown %d, slowest answer %d ms, recovery %d ms%n",
                senders.acked.get(),
                senders.busy.get(),
                senders.unknown.get(),
                senders.slowestNanos.get() / 1_000_000,
                recovery / 1_000_000);
        assertTrue(senders.slowestNanos.get() <= ANSWER_MAX.toNanos());
        senders.check();
    }

    /// Four conversations, each with a sender who keeps 16 sends in flight and repeats what was not
    /// acknowledged, until told its number.
    private final class Senders {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicInteger acked = new AtomicInteger();
        private final AtomicInteger busy = new AtomicInteger();
        private final AtomicInteger unknown = new AtomicInteger();
        private final AtomicLong slowestNanos = new AtomicLong();
        private final Map<String, Long> numbers = new ConcurrentHashMap<>();
        private final List<ConversationId> conversations = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        void start() {
            for (int i = 0; i < 4; i++) {
                ConversationId conversation = log.created();
                conversations.add(conversation);
                threads.add(Thread.ofVirtual().start(() -> send(conversation)));
            }
        }

        void send(ConversationId conversation) {
            AccountId author = newAccount();
            Semaphore inFlight = new Semaphore(16);
            for (int i = 0; !stop.get(); i++) {
                inFlight.acquireUninterruptibly();
                sendUntilAcked(message(conversation, author, "k" + i, "b" + i), conversation + " b" + i, inFlight);
            }
            inFlight.acquireUninterruptibly(16);
        }

        private void sendUntilAcked(Append append, String name, Semaphore inFlight) {
            long began = System.nanoTime();
            log.history.append(append, result -> {
                long took = System.nanoTime() - began;
                long unused = slowestNanos.accumulateAndGet(took, Math::max);
                switch (result) {
                    case Appended appended -> acknowledge(name, appended.seq(), inFlight);
                    case Repeated repeated -> acknowledge(name, repeated.seq(), inFlight);
                    case Busy refused -> {
                        int unusedCount = busy.incrementAndGet();
                        retry(append, name, inFlight);
                    }
                    case Unknown open -> {
                        int unusedCount = unknown.incrementAndGet();
                        retry(append, name, inFlight);
                    }
                    default -> throw new AssertionError(result);
                }
            });
        }

        private void acknowledge(String name, long seq, Semaphore inFlight) {
            Long before = numbers.put(name, seq);
            assertEquals(null, before);
            int unused = acked.incrementAndGet();
            inFlight.release();
        }

        private void retry(Append append, String name, Semaphore inFlight) {
            Thread unused = Thread.ofVirtual().start(() -> {
                Await.stays(Duration.ofMillis(50), "a pause", () -> true);
                sendUntilAcked(append, name, inFlight);
            });
        }

        void stop() {
            stop.set(true);
            for (Thread thread : threads) {
                try {
                    assertTrue(thread.join(Duration.ofSeconds(15)));
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            }
        }

        /// Every number that was told holds its message, each message is there once, and nothing else.
        void check() {
            Set<String> seen = new HashSet<>();
            for (ConversationId conversation : conversations) {
                List<Entry> entries = log.all(conversation);
                for (int i = 0; i < entries.size(); i++) {
                    assertEquals(i + 1, entries.get(i).seq());
                    if (i > 0) {
                        String name = conversation + " " + TestLog.text(entries.get(i));
                        assertTrue(seen.add(name), name);
                        assertEquals(entries.get(i).seq(), numbers.get(name), name);
                    }
                }
                assertEquals(
                        entries.stream().map(Entry::seq).toList(),
                        log.ports.told(conversation).stream().map(Entry::seq).toList());
            }
            assertEquals(numbers.keySet(), seen);
        }
    }

    @Test
    void anAppendThatWaitsForADeadDatabaseIsBusyAndNeverWritten() {
        // Busy means nothing was written, not even later.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        server.kill9();
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            appends.add(message(conversation, author, "k" + i, "b"));
        }
        long began = System.nanoTime();
        List<AppendResult> results = log.appendAll(appends);
        assertTrue(System.nanoTime() - began <= ANSWER_MAX.toNanos());
        results.forEach(result -> assertEquals(new Busy(), result));
        server.restart();
        Await.until(
                RECOVERY_MAX,
                "the log is back",
                () -> log.history.append(message(conversation, author, "after", "b")) instanceof Appended);
        assertEquals(2, log.head(conversation).head());
    }

    @Test
    void anIdleLanesLostConnectionIsOpenedAgain() throws SQLException {
        // MySQL ends an idle lane's session after seconds, an operator any: the next append does not care.
        ConversationId conversation = log.created();
        for (int i = 0; i < 3; i++) {
            killAllConnections();
            AppendResult result = log.history.append(message(conversation, newAccount(), null, "b"));
            assertEquals(i + 2, assertInstanceOf(Appended.class, result).seq());
        }
    }

    private void killAllConnections() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            List<Long> ids = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("select id from information_schema.processlist"
                    + " where id <> connection_id() and user = 'root'")) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            for (long id : ids) {
                try {
                    boolean unused = statement.execute("kill " + id);
                } catch (SQLException gone) {
                    // It ended by itself meanwhile.
                }
            }
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostIsFound() throws IOException {
        // The connection breaks after the server committed: the outcome is looked up, not guessed.
        try (CutLog cut = new CutLog(TestLog.patient())) {
            ConversationId conversation = cut.log.created();
            cut.cutter.cutNext(CommitCutter.Mode.LOSE_ANSWER, false);
            assertEquals(
                    2,
                    assertInstanceOf(
                                    Appended.class,
                                    cut.log.history.append(message(conversation, newAccount(), null, "b")))
                            .seq());
            assertEquals(1, cut.cutter.cuts());
            assertEquals(2, cut.log.head(conversation).head());
            assertEquals(2, cut.log.ports.told(conversation).size());
        }
    }

    @Test
    void aCommitThatNeverArrivedIsDoneAgain() throws IOException {
        // The connection breaks before the server hears of the commit: found absent, committed once.
        try (CutLog cut = new CutLog(TestLog.patient())) {
            ConversationId conversation = cut.log.created();
            cut.cutter.cutNext(CommitCutter.Mode.LOSE_COMMIT, false);
            AppendResult result = cut.log.history.append(message(conversation, newAccount(), "k", "b"));
            assertEquals(2, assertInstanceOf(Appended.class, result).seq());
            assertEquals(1, cut.cutter.cuts());
            assertEquals(List.of(2L), seqsAfterFirst(cut.log, conversation));
            assertEquals(2, cut.log.ports.told(conversation).size());
        }
    }

    @Test
    void anUnknownOutcomeIsResolvedByRepeating() throws IOException {
        // Nobody can connect until the answer time is over: Unknown; the repeat learns the one number,
        // and the listeners hear of the entry once, although the sender was told Unknown.
        for (CommitCutter.Mode mode : List.of(CommitCutter.Mode.LOSE_ANSWER, CommitCutter.Mode.LOSE_COMMIT)) {
            try (CutLog cut = new CutLog(HistoryConfig.defaults())) {
                ConversationId conversation = cut.log.created();
                Append append = message(conversation, newAccount(), "k", "b");
                cut.cutter.cutNext(mode, true);
                assertEquals(new Unknown(), cut.log.history.append(append));
                cut.cutter.admit();
                AppendResult again = Await.value(
                        RECOVERY_MAX,
                        "the repeat is answered",
                        () -> Optional.of(cut.log.history.append(append)).filter(result -> !(result instanceof Busy)));
                if (mode == CommitCutter.Mode.LOSE_ANSWER) {
                    assertEquals(2, assertInstanceOf(Repeated.class, again).seq());
                } else {
                    assertEquals(2, assertInstanceOf(Appended.class, again).seq());
                }
                assertEquals(List.of(2L), seqsAfterFirst(cut.log, conversation));
                assertEquals(2, cut.log.ports.told(conversation).size());
            }
        }
    }

    private static List<Long> seqsAfterFirst(TestLog log, ConversationId conversation) {
        return log.all(conversation).stream().map(Entry::seq).skip(1).toList();
    }

    /// A log whose connections go through a [CommitCutter].
    private final class CutLog implements AutoCloseable {
        private final CommitCutter cutter = new CommitCutter(server.port());
        private final HikariDataSource pool;
        private final TestLog log;

        CutLog(HistoryConfig limits) throws IOException {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(database.jdbcUrl().replace(":" + server.port() + "/", ":" + cutter.port() + "/"));
            config.setUsername(database.user());
            config.setPassword("");
            config.setConnectionTimeout(1_000);
            config.setInitializationFailTimeout(Await.DEADLINE.toMillis());
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
            pool = new HikariDataSource(config);
            log = new TestLog(new Database(pool, server.dialect()), limits);
        }

        @Override
        public void close() throws IOException {
            log.close();
            pool.close();
            cutter.close();
        }
    }

    @Test
    void closingEndsAlsoWhileAnOutcomeIsUnknown() throws IOException {
        // Drain: with the database away for good, everybody is answered and no thread stays.
        try (CutLog cut = new CutLog(HistoryConfig.defaults())) {
            ConversationId conversation = cut.log.created();
            cut.cutter.cutNext(CommitCutter.Mode.LOSE_ANSWER, true);
            var answer = cut.log.send(List.of(message(conversation, newAccount(), "k", "b")));
            Await.until("the commit is cut", () -> cut.cutter.cuts() == 1);
            cut.log.close();
            assertEquals(new Unknown(), TestLog.get(answer.getFirst()));
        }
    }

    @Test
    void closingAnswersWhatWasAccepted() {
        // Drain: every accepted append is answered, what comes later is busy.
        log.close();
        log = new TestLog(database.database());
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            appends.add(message(conversation, author, "k" + i, "b"));
        }
        var answers = log.send(appends);
        log.close();
        answers.forEach(answer -> assertTrue(answer.isDone()));
        answers.forEach(answer -> assertInstanceOf(Appended.class, TestLog.get(answer)));
        assertEquals(new Busy(), log.history.append(message(conversation, author, "late", "b")));
        log = new TestLog(database.database(), HistoryConfig.defaults());
        assertEquals(3_001, log.head(conversation).head());
    }
}
