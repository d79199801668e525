package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;
import static parley.history.internal.TestLog.newConversation;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Appended;
import parley.history.AppendResult.Repeated;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// Many threads and two nodes on one database.
@EachEngine("history")
@ExtendWith(LeakChecker.class)
final class HistoryRaceIT {
    private final TestLog log;
    private final TestLog spare;

    /// Embedded there is one node: decision 0005.
    private final TestLog second;

    HistoryRaceIT(TestDatabase database) {
        this.log = new TestLog(database.database());
        this.spare = new TestLog(database.database());
        this.second = database.database().dialect() == Dialect.H2 ? log : spare;
    }

    @AfterEach
    void close() {
        log.close();
        spare.close();
    }

    @Test
    void racedRepeatsOfTwoNodesAreOneMessage() {
        // I3: whoever repeats a send, on whatever node, at whatever moment, learns one and the same number.
        Seeds.each(3, seed -> {
            ConversationId conversation = log.created();
            AccountId author = newAccount();
            List<List<AppendResult>> answers = inParallel(8, thread -> {
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, 300).boxed().toList());
                Collections.shuffle(order, new Random(seed + thread));
                List<Append> appends = order.stream()
                        .map(i -> message(conversation, author, "k" + i, "b" + i))
                        .toList();
                List<AppendResult> results = (thread % 2 == 0 ? log : second).appendAll(appends);
                List<AppendResult> byKey = new ArrayList<>(Collections.nCopies(300, results.getFirst()));
                for (int i = 0; i < 300; i++) {
                    byKey.set(order.get(i), results.get(i));
                }
                return byKey;
            });
            assertEquals(301, log.head(conversation).head());
            for (int i = 0; i < 300; i++) {
                int key = i;
                Set<Long> numbers = new HashSet<>();
                answers.forEach(byKey -> numbers.add(seq(byKey.get(key))));
                assertEquals(1, numbers.size());
                assertEquals(
                        1,
                        answers.stream()
                                .filter(byKey -> byKey.get(key) instanceof Appended)
                                .count());
            }
        });
    }

    @Test
    void aConversationIsCreatedOnce() {
        // Two nodes write the first entry at once: one is Appended, the others hear that it exists.
        for (int round = 0; round < 20; round++) {
            ConversationId conversation = newConversation();
            List<AppendResult> results = inParallel(
                    4, thread -> (thread % 2 == 0 ? log : second).history.append(TestLog.first(conversation, null)));
            assertEquals(1, results.stream().filter(Appended.class::isInstance).count());
            assertEquals(
                    3,
                    results.stream()
                            .filter(new AppendResult.WrongState(true)::equals)
                            .count());
            assertEquals(1, log.head(conversation).head());
        }
    }

    @Test
    void numbersStayDenseUnderFaults() {
        // I2: eight threads on two nodes append at random while transactions deadlock, break and lose
        // their connection: each conversation stays 1, 2, 3 ..., each answer is true, order is kept.
        Seeds.each(2, seed -> {
            breakTransactionsAtRandom(log, seed);
            breakTransactionsAtRandom(second, seed + 1);
            List<ConversationId> conversations =
                    IntStream.range(0, 6).mapToObj(i -> log.created()).toList();
            List<List<Sent>> sent = inParallel(8, thread -> send(seed, thread, conversations));
            for (ConversationId conversation : conversations) {
                check(conversation, sent);
            }
        });
    }

    private record Sent(Append append, AppendResult result) {}

    private List<Sent> send(long seed, int thread, List<ConversationId> conversations) {
        Random random = new Random(seed * 31 + thread);
        AccountId author = newAccount();
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ConversationId conversation = conversations.get(random.nextInt(conversations.size()));
            String key = random.nextInt(3) == 0 ? null : "k" + i;
            appends.add(message(conversation, author, key, thread + "-" + i));
        }
        List<AppendResult> results = (thread % 2 == 0 ? log : second).appendAll(appends);
        return IntStream.range(0, 400)
                .mapToObj(i -> new Sent(appends.get(i), results.get(i)))
                .toList();
    }

    private void check(ConversationId conversation, List<List<Sent>> sent) {
        List<Entry> entries = log.all(conversation);
        Map<Long, String> bodies = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            assertEquals(i + 1, entries.get(i).seq());
            assertEquals(i, entries.get(i).messages());
            bodies.put(entries.get(i).seq(), TestLog.text(entries.get(i)));
        }
        int appended = 0;
        for (List<Sent> thread : sent) {
            long last = 0;
            for (Sent one : thread) {
                if (one.append().conversation().equals(conversation)) {
                    Appended result = assertInstanceOf(Appended.class, one.result());
                    assertTrue(result.seq() > last);
                    last = result.seq();
                    byte[] body = one.append().entries().getFirst().body();
                    assertEquals(new String(body, StandardCharsets.UTF_8), bodies.get(result.seq()));
                    appended++;
                }
            }
        }
        assertEquals(entries.size() - 1, appended);
        Set<Long> told = new HashSet<>();
        log.ports.told(conversation).forEach(entry -> assertTrue(told.add(entry.seq())));
        spare.ports.told(conversation).forEach(entry -> assertTrue(told.add(entry.seq())));
        assertEquals(entries.size(), told.size());
    }

    /// Never twice in a row in one lane: a fault that comes again and again is the append's own.
    private static void breakTransactionsAtRandom(TestLog log, long seed) {
        Random random = new Random(seed);
        ThreadLocal<Boolean> failed = ThreadLocal.withInitial(() -> false);
        log.ports.projecting = (connection, batch) -> {
            int dice = failed.get() ? 100 : roll(random);
            failed.set(dice <= 2);
            fail(connection, dice);
        };
    }

    private static int roll(Random random) {
        synchronized (random) {
            return random.nextInt(12);
        }
    }

    private static void fail(Connection connection, int dice) throws SQLException {
        switch (dice) {
            case 0 -> throw new SQLException("deadlock", "40001", 1213);
            case 1 -> throw new IllegalStateException("a fault that comes once");
            case 2 -> connection.close();
            default -> {}
        }
    }

    private static long seq(AppendResult result) {
        return switch (result) {
            case Appended appended -> appended.seq();
            case Repeated repeated -> repeated.seq();
            default -> throw new AssertionError(result);
        };
    }

    private interface Job<T> {
        T run(int thread);
    }

    private static <T> List<T> inParallel(int threads, Job<T> job) {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> jobs = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                jobs.add(() -> job.run(thread));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> done : pool.invokeAll(jobs)) {
                results.add(done.get());
            }
            return results;
        } catch (Exception fault) {
            throw new AssertionError(fault);
        }
    }
}
