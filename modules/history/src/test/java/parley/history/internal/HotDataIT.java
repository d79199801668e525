package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
import parley.history.internal.hot.SegmentForge;
import parley.history.wiring.HistoryConfig;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Health;
import parley.kernel.Secret;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// Recent entries from memory and from Redis are the same entries as those of the database, always.
@EachEngine("history")
@ExtendWith(LeakChecker.class)
final class HotDataIT {
    private static final Secret SECRET = new Secret("the cluster's secret of this test");
    private static final Duration READ_MAX = Await.promised(Duration.ofMillis(200));

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final StatefulRedisConnection<String, byte[]> connection =
            client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    private final RedisCommands<String, byte[]> commands = connection.sync();
    private final HistoryConfig withRedis = TestLog.patient().withRedis(HistoryConfig.Redis.of(redis.url(), SECRET));

    /// Writes, and keeps hot data in its memory and in Redis.
    private final TestLog writer;

    /// Has nothing in its memory, so that it reads from Redis.
    private final TestLog reader;

    /// Has neither.
    private final TestLog plain;

    HotDataIT(TestDatabase database) {
        HistoryConfig.HotLimits hot = HistoryConfig.HotLimits.defaults();
        HistoryConfig.HotLimits none = new HistoryConfig.HotLimits(hot.entriesMax(), hot.bytesMax(), 0, hot.lifetime());
        writer = new TestLog(database.database(), withRedis);
        reader = new TestLog(database.database(), withRedis.withHot(none));
        plain = new TestLog(database.database(), TestLog.patient().withHot(none));
        for (TestLog log : List.of(writer, reader)) {
            Await.until("Redis is connected", () -> log.probe("redis").status() == Health.Status.UP);
        }
    }

    @AfterEach
    void close() {
        writer.close();
        reader.close();
        plain.close();
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    private static String key(ConversationId conversation) {
        return "history:{" + conversation + "}:recent";
    }

    private ConversationId filled(int messages) {
        ConversationId conversation = writer.created();
        AccountId author = newAccount();
        IntStream.range(0, messages)
                .forEach(i -> assertInstanceOf(
                        Appended.class, writer.history.append(message(conversation, author, "k" + i, "body " + i))));
        awaitInRedis(conversation, messages + 1);
        return conversation;
    }

    /// Waits until another node can read the newest entries without the database.
    private void awaitInRedis(ConversationId conversation, int head) {
        Await.until("entry " + head + " is in Redis", () -> {
            double before = reader.read("redis");
            int unused = reader.history
                    .readBackward(writer.head(conversation), head + 1L, 1)
                    .size();
            return reader.read("redis") > before;
        });
    }

    @Test
    void anotherNodeReadsRecentEntriesFromRedis() {
        // Written after the commit, believed by signature, position and mutatedSeq.
        ConversationId conversation = filled(50);
        double node = writer.read("node");
        // A Redis that was slow for a moment is made good by a read.
        Await.until("from Redis alone", () -> {
            double database = reader.read("database");
            assertSame(conversation);
            return reader.read("database") == database;
        });
        assertTrue(writer.read("node") >= node + 2 * 51);
        assertTrue(commands.pttl(key(conversation)) > Duration.ofHours(23).toMillis());
    }

    @Test
    void whatRedisHoldsIsBounded() {
        // I7: at most 200 entries and 256 KiB per conversation.
        ConversationId conversation = filled(300);
        assertTrue(held(conversation) <= 256 * 1024);
        assertTrue(commands.llen(key(conversation)) <= 200);
        AccountId author = newAccount();
        for (int i = 0; i < 40; i++) {
            assertInstanceOf(
                    Appended.class, writer.history.append(message(conversation, author, "l" + i, "x".repeat(16_000))));
        }
        awaitInRedis(conversation, 341);
        assertTrue(held(conversation) <= 256 * 1024);
        // As the runbook has it: a value of more is refused together with the connection.
        String unused = commands.configSet("proto-max-bulk-len", "1mb");
        List<Append> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(message(conversation, author, "m" + i, "x".repeat(16_000)));
        }
        writer.appendAll(many).forEach(result -> assertInstanceOf(Appended.class, result));
        awaitInRedis(conversation, 641);
        assertTrue(held(conversation) <= 256 * 1024);
    }

    private long held(ConversationId conversation) {
        return commands.lrange(key(conversation), 0, -1).stream()
                .mapToLong(bytes -> bytes.length - 48)
                .sum();
    }

    @Test
    void aPoisonedCacheFoolsNobody() {
        // Wrong body under a wrong MAC, another conversation's genuine segment, another epoch, truncated,
        // foreign bytes, a future number: each is ignored and counted, the reader gets the truth.
        ConversationId conversation = filled(30);
        ConversationId other = filled(30);
        Head head = writer.head(conversation);
        SegmentForge forge = new SegmentForge(SECRET, writer.history.epoch());
        List<Entry> lie = lies(head);
        byte[] genuine = forge.segment(head.mutatedSeq(), lie);
        byte[] wrongBody = genuine.clone();
        wrongBody[wrongBody.length - 40] ^= 1;
        List<byte[]> poisons = List.of(
                wrongBody,
                genuineOf(other),
                new SegmentForge(SECRET, "other").segment(head.mutatedSeq(), lie),
                new SegmentForge(new Secret("another secret"), writer.history.epoch()).segment(head.mutatedSeq(), lie),
                Arrays.copyOf(genuine, genuine.length - 1),
                Arrays.copyOf(genuine, 10),
                new byte[0],
                new byte[500]);
        for (byte[] poison : poisons) {
            double invalid = reader.counter("parley.history.redis.invalid");
            // Again each time: what the reader fills in, after Redis was slow, pushes the poison out.
            Await.until("seen and counted", () -> {
                Long unused = commands.del(key(conversation));
                unused = commands.rpush(key(conversation), prefixed(poison));
                assertSame(conversation);
                return reader.counter("parley.history.redis.invalid") > invalid;
            });
        }
    }

    @Test
    void entriesAboveTheHeadAreIgnoredAndRaiseAnAlarm() {
        // Genuine entries of this epoch above the head: the database went back. Nobody reads them.
        ConversationId conversation = filled(30);
        Head head = writer.head(conversation);
        Head future = new Head(conversation, head.head() + 30, 60, 0, 1, 0, head.time());
        byte[] ahead = prefixed(new SegmentForge(SECRET, writer.history.epoch()).segment(0, lies(future)));
        assertEquals(Health.Status.UP, reader.probe("history").status());
        // A read that Redis did not answer in time sees nothing of it.
        Await.until("the alarm is raised", () -> {
            Long unused = commands.del(key(conversation));
            unused = commands.rpush(key(conversation), ahead);
            assertSame(conversation);
            return reader.probe("history").status() == Health.Status.DEGRADED;
        });
    }

    @Test
    void aLateFillCannotBringOldContentBack() {
        // A genuine segment from before the last change of an earlier entry proves nothing any more.
        ConversationId conversation = filled(30);
        List<byte[]> before = commands.lrange(key(conversation), 0, -1);
        assertInstanceOf(Appended.class, writer.history.append(change(conversation, EntryKind.RECALL, 5)));
        Head head = writer.head(conversation);
        assertEquals(32, head.mutatedSeq());
        awaitInRedis(conversation, 32);
        Long unused = commands.rpush(key(conversation), before.toArray(byte[][]::new));
        double found = reader.read("redis");
        assertEquals(31, reader.history.readForward(head, 0, 31).size());
        assertEquals(found, reader.read("redis"));
        assertSame(conversation);
    }

    @Test
    void readsAreTheSameWithAndWithoutCache() {
        // Random appends, changes and pages through two nodes: cache or none, the same entries.
        Seeds.each(3, seed -> {
            Random random = new Random(seed);
            List<ConversationId> conversations =
                    IntStream.range(0, 3).mapToObj(i -> writer.created()).toList();
            for (int step = 0; step < 400; step++) {
                ConversationId conversation = conversations.get(random.nextInt(3));
                TestLog log = random.nextBoolean() ? writer : reader;
                if (random.nextInt(30) == 0) {
                    long target = 1 + random.nextLong(writer.head(conversation).head());
                    EntryKind kind = random.nextBoolean() ? EntryKind.EDIT : EntryKind.RECALL;
                    AppendResult result = log.history.append(change(conversation, kind, target));
                    assertTrue(result instanceof Appended || result instanceof AppendResult.Unneeded);
                } else if (random.nextInt(3) > 0) {
                    List<Append> some = IntStream.range(0, 1 + random.nextInt(20))
                            .mapToObj(i -> message(conversation, newAccount(), null, "b" + random.nextInt()))
                            .toList();
                    log.appendAll(some).forEach(result -> assertInstanceOf(Appended.class, result));
                } else {
                    assertSamePage(conversation, random);
                }
                if (random.nextInt(200) == 0) {
                    redis.flush();
                }
            }
            conversations.forEach(this::assertSame);
        });
        assertTrue(reader.read("redis") > 0);
    }

    @Test
    void noFaultOfRedisChangesAnAnswerOrHoldsAReaderUp() {
        // I5: frozen, thawed, killed, restarted empty, flushed; no send fails, no read waits longer than
        // the command's time-out, and hot data comes back by itself.
        ConversationId conversation = filled(100);
        faulty(conversation, redis::freeze);
        assertEquals(Health.Status.DEGRADED, reader.probe("redis").status());
        faulty(conversation, redis::thaw);
        faulty(conversation, redis::kill9);
        assertEquals(Health.Status.DEGRADED, reader.probe("redis").status());
        faulty(conversation, redis::restart);
        Await.until("hot data is back", () -> {
            assertInstanceOf(Appended.class, writer.history.append(message(conversation, newAccount(), null, "again")));
            double before = reader.read("redis");
            int unused = reader.history
                    .readBackward(writer.head(conversation), Long.MAX_VALUE, 1)
                    .size();
            return reader.read("redis") > before;
        });
        faulty(conversation, redis::flush);
        Await.until("health is up", () -> reader.probe("redis").status() == Health.Status.UP);
    }

    private void faulty(ConversationId conversation, Runnable fault) {
        fault.run();
        long slowest = 0;
        for (int i = 0; i < 30; i++) {
            assertInstanceOf(Appended.class, writer.history.append(message(conversation, newAccount(), "f" + i, "b")));
            Head head = plain.head(conversation);
            long began = System.nanoTime();
            List<Entry> found = reader.history.readBackward(head, Long.MAX_VALUE, 20);
            slowest = Math.max(slowest, System.nanoTime() - began);
            assertEntries(plain.history.readBackward(head, Long.MAX_VALUE, 20), found);
        }
        assertTrue(slowest <= READ_MAX.toNanos(), "a read took " + slowest / 1_000_000 + " ms");
    }

    @Test
    void withoutRedisNothingOfItIsStarted() {
        // One node alone: no client, no thread, no probe.
        assertEquals(
                List.of("history", "durability"),
                plain.history.probes().stream().map(probe -> probe.name()).toList());
        assertTrue(plain.registry.find("parley.history.redis.breaker").gauges().isEmpty());
    }

    private static Append change(ConversationId conversation, EntryKind kind, long target) {
        NewEntry entry = new NewEntry(kind, target, new byte[0], TestLog.bytes("changed"));
        return new Append(conversation, newAccount(), null, 1, false, new TestLog.Want("change"), List.of(entry));
    }

    /// The newest ten entries of the head, with other bodies.
    private static List<Entry> lies(Head head) {
        List<Entry> lies = new ArrayList<>();
        for (long seq = head.head() - 9; seq <= head.head(); seq++) {
            lies.add(new Entry(
                    head.conversation(),
                    seq,
                    EntryKind.MESSAGE,
                    newAccount(),
                    null,
                    0,
                    head.time(),
                    seq - 1,
                    new byte[0],
                    TestLog.bytes("a lie"),
                    Entry.Revision.NONE));
        }
        return lies;
    }

    private byte[] genuineOf(ConversationId other) {
        byte[] element = commands.lindex(key(other), -1);
        return Arrays.copyOfRange(element, 64, element.length);
    }

    private static byte[] prefixed(byte[] segment) {
        byte[] numbers =
                "%016d%016d%016d%016d".formatted(segment.length, 10, 10, 0).getBytes(StandardCharsets.US_ASCII);
        byte[] element = Arrays.copyOf(numbers, numbers.length + segment.length);
        System.arraycopy(segment, 0, element, numbers.length, segment.length);
        return element;
    }

    private void assertSame(ConversationId conversation) {
        Head head = plain.head(conversation);
        List<Entry> truth = plain.all(conversation);
        for (TestLog log : List.of(writer, reader)) {
            assertEntries(truth, log.all(conversation));
            List<Entry> newest = truth.reversed().subList(0, Math.min(1_000, truth.size()));
            assertEntries(newest, log.history.readBackward(head, Long.MAX_VALUE, 1_000));
        }
    }

    private void assertSamePage(ConversationId conversation, Random random) {
        Head head = plain.head(conversation);
        long from = random.nextLong(head.head() + 3);
        int limit = 1 + random.nextInt(250);
        for (TestLog log : List.of(writer, reader)) {
            assertEntries(plain.history.readForward(head, from, limit), log.history.readForward(head, from, limit));
            assertEntries(plain.history.readBackward(head, from, limit), log.history.readBackward(head, from, limit));
        }
    }

    private static void assertEntries(List<Entry> expected, List<Entry> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertTrue(
                    TestLog.same(expected.get(i), found.get(i)),
                    "entry " + expected.get(i).seq());
        }
    }
}
