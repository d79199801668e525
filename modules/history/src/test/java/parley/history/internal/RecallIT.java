package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Appended;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.NewEntry;
import parley.history.wiring.HistoryConfig;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Health;
import parley.kernel.Secret;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;
import parley.testkit.TestDatabase;

/// A recalled body is in no table, in no memory and in no key of Redis.
@EachEngine("history")
@ExtendWith(LeakChecker.class)
final class RecallIT {
    private static final List<String> TABLES =
            List.of("history_head", "history_entry", "history_sent", "history_edit", "history_reaction");

    private final TestDatabase database;
    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final StatefulRedisConnection<String, byte[]> connection =
            client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    private final HistoryConfig config;
    private final TestLog one;
    private final TestLog other;
    private final AccountId ann = newAccount();

    RecallIT(TestDatabase database) {
        this.database = database;
        config = TestLog.oneLane(1_000)
                .withRedis(HistoryConfig.Redis.of(redis.url(), new Secret("the cluster's secret of this test")));
        one = new TestLog(database.database(), config);
        other = new TestLog(database.database(), config);
        for (TestLog log : List.of(one, other)) {
            Await.until("Redis is connected", () -> log.probe("redis").status() == Health.Status.UP);
        }
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    static Append revision(ConversationId conversation, AccountId author, NewEntry entry) {
        return new Append(conversation, author, null, 1, false, new TestLog.Want("revise"), List.of(entry));
    }

    private static NewEntry edit(long target, String body) {
        return NewEntry.edit(target, TestLog.bytes(body));
    }

    private static long seq(AppendResult result) {
        return assertInstanceOf(Appended.class, result).seq();
    }

    private static List<Entry> read(TestLog log, Head head) {
        return log.history.readForward(head, 0, 1_000);
    }

    @Test
    void aRecalledBodyIsNowhere() throws SQLException {
        // Design section 5: entry, earlier edits, MAC, node caches, Redis; and mutated_seq moves.
        ConversationId conversation = one.created();
        long seq = seq(one.history.append(message(conversation, ann, "id", "SECRET one")));
        long edit = seq(one.history.append(revision(conversation, ann, edit(seq, "SECRET two"))));
        assertEquals(
                "SECRET two", TestLog.text(read(other, one.head(conversation)).get(1)));
        assertEquals("SECRET two", TestLog.text(one.all(conversation).get(1)));
        awaitInRedis(conversation);
        long recall = seq(one.history.append(revision(conversation, ann, NewEntry.recall(seq))));
        assertEquals(recall, one.head(conversation).mutatedSeq());
        assertEquals(List.of(), inTables());
        for (TestLog log : List.of(one, other)) {
            List<Entry> entries = read(log, one.head(conversation));
            assertTrue(entries.get((int) seq - 1).isRecalled());
            assertEquals(0, entries.get((int) edit - 1).body().length);
            assertFalse(isCached(log));
        }
        Await.until("it is out of Redis", () -> inRedis().isEmpty());
        try (Connection look = database.connect();
                Statement statement = look.createStatement();
                ResultSet row =
                        statement.executeQuery("select length(body_mac) from history_sent where client_id = x'6964'")) {
            assertTrue(row.next());
            assertEquals(0, row.getInt(1));
        }
        Append again = message(conversation, ann, "id", "anything");
        assertEquals(
                seq,
                assertInstanceOf(AppendResult.Repeated.class, one.history.append(again))
                        .seq());
    }

    @Test
    void whatWasReadBeforeARecallIsNotKeptAfterIt() {
        // A late fill: a head and a page from before the recall, read and kept after it, on both nodes.
        ConversationId conversation = one.created();
        long seq = seq(one.history.append(message(conversation, ann, null, "SECRET")));
        Head old = one.head(conversation);
        List<Entry> page = read(other, old);
        assertEquals("SECRET", TestLog.text(page.get((int) seq - 1)));
        long unused = seq(one.history.append(revision(conversation, ann, NewEntry.recall(seq))));
        for (TestLog log : List.of(one, other)) {
            assertTrue(read(log, one.head(conversation)).get((int) seq - 1).isRecalled());
            assertTrue(read(log, old).get((int) seq - 1).isRecalled());
            assertFalse(isCached(log));
        }
        Await.until("it is out of Redis", () -> inRedis().isEmpty());
    }

    @Test
    void redisThatWasAwayAtTheRecallIsErasedWhenItIsBack() {
        // I5 and the recall: what could not be erased is owed.
        ConversationId conversation = one.created();
        long seq = seq(one.history.append(message(conversation, ann, null, "SECRET")));
        awaitInRedis(conversation);
        redis.freeze();
        long unused = seq(one.history.append(revision(conversation, ann, NewEntry.recall(seq))));
        // Long enough for the write to be given up.
        Await.until("Redis is away", () -> one.probe("redis").status() == Health.Status.DEGRADED);
        redis.thaw();
        Await.until("it is out of Redis", () -> inRedis().isEmpty());
    }

    @Test
    void aMessageRecalledInItsOwnBatchNeverShowsItsBody() throws SQLException {
        // Whatever gathers in one transaction: what is told to others is what a read would give.
        for (int round = 0; round < 8; round++) {
            ConversationId conversation = one.created();
            List<AppendResult> results = one.appendAll(List.of(
                    message(conversation, ann, "id" + round, "SECRET one"),
                    revision(conversation, ann, edit(2, "SECRET two")),
                    revision(conversation, ann, NewEntry.reaction(2, new NewEntry.Reaction("+1", true), new byte[0])),
                    revision(conversation, ann, NewEntry.recall(2)),
                    revision(conversation, ann, edit(2, "SECRET three")),
                    message(conversation, ann, null, "last")));
            assertInstanceOf(AppendResult.Unneeded.class, results.get(4));
            assertTrue(one.all(conversation).get(1).isRecalled());
            for (List<AppendResult.Committed> batch : List.copyOf(one.ports.batches)) {
                List<Entry> told = batch.stream()
                        .flatMap(committed -> committed.entries().stream())
                        .filter(entry -> entry.conversation().equals(conversation))
                        .toList();
                if (told.stream().anyMatch(entry -> entry.kind() == EntryKind.RECALL)) {
                    assertTrue(
                            told.stream().noneMatch(entry -> TestLog.text(entry).contains("SECRET")));
                }
            }
        }
        assertEquals(List.of(), inTables());
    }

    @Test
    void aRacedEditNeverBringsABodyBack() throws Exception {
        // Two nodes edit, react and recall at once while readers fill the caches.
        AtomicBoolean over = new AtomicBoolean();
        for (int round = 0; round < 3; round++) {
            ConversationId conversation = one.created();
            long seq = seq(one.history.append(message(conversation, ann, "r", "SECRET")));
            over.set(false);
            List<Thread> threads = new ArrayList<>();
            for (TestLog log : List.of(one, other)) {
                threads.add(Thread.ofPlatform().start(() -> {
                    while (!over.get()) {
                        Object unused = log.history.append(revision(conversation, ann, edit(seq, "SECRET" + seq)));
                    }
                }));
                threads.add(Thread.ofPlatform().start(() -> {
                    while (!over.get()) {
                        Object unused = read(log, log.head(conversation));
                    }
                }));
            }
            long recall;
            try {
                Await.until("it was edited", () -> one.head(conversation).head() > 4);
                recall = seq(other.history.append(revision(conversation, ann, NewEntry.recall(seq))));
                assertTrue(read(one, one.head(conversation)).get((int) seq - 1).isRecalled());
            } finally {
                over.set(true);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            assertEquals(recall, one.head(conversation).mutatedSeq(), "nothing changed it after the recall");
            assertFalse(isCached(one) || isCached(other));
        }
        assertEquals(List.of(), inTables());
        Await.until("it is out of Redis", () -> inRedis().isEmpty());
    }

    /// Redis may have been too slow to take what was written: a node without a memory of its own, which is gone
    /// when this returns, puts there what it reads.
    private void awaitInRedis(ConversationId conversation) {
        HistoryConfig.HotLimits hot = HistoryConfig.HotLimits.defaults();
        HistoryConfig.HotLimits none = new HistoryConfig.HotLimits(hot.entriesMax(), hot.bytesMax(), 0, hot.lifetime());
        try (TestLog reader = new TestLog(database.database(), config.withHot(none))) {
            Await.until("it is in Redis", () -> {
                List<Entry> unused = read(reader, one.head(conversation));
                return !inRedis().isEmpty();
            });
        }
    }

    private static boolean isCached(TestLog log) {
        return ((MySqlHistory) log.history)
                .cached().stream().anyMatch(entry -> TestLog.text(entry).contains("SECRET"));
    }

    /// Where the database holds the secret.
    private List<String> inTables() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection look = database.connect();
                Statement statement = look.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet row = statement.executeQuery("select * from " + table)) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            byte[] bytes = row.getObject(i) instanceof Number ? null : row.getBytes(i);
                            if (bytes != null && new String(bytes, StandardCharsets.UTF_8).contains("SECRET")) {
                                found.add(table + "." + row.getMetaData().getColumnName(i));
                            }
                        }
                    }
                }
            }
        }
        return found;
    }

    /// The keys that hold it.
    private List<String> inRedis() {
        return connection.sync().keys("*").stream()
                .filter(key -> connection.sync().lrange(key, 0, -1).stream()
                        .anyMatch(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains("SECRET")))
                .toList();
    }
}
