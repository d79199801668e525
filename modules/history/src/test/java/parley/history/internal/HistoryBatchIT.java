package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Admission.Verdict;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Appended;
import parley.history.AppendResult.Committed;
import parley.history.AppendResult.Failed;
import parley.history.AppendResult.Refused;
import parley.history.AppendResult.Repeated;
import parley.history.AppendResult.Unneeded;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// What happens to the many when one of a batch is refused, fails, or changes the members.
@EachEngine("history")
@ExtendWith(LeakChecker.class)
final class HistoryBatchIT {
    private static final int QUEUE_MAX = 1_000;

    private final TestDatabase database;
    private final TestLog log;
    private final CountDownLatch plugged = new CountDownLatch(1);
    private final CountDownLatch unplug = new CountDownLatch(1);

    HistoryBatchIT(TestDatabase database) {
        this.database = database;
        this.log = new TestLog(database.database(), TestLog.oneLane(QUEUE_MAX));
    }

    @AfterEach
    void close() {
        unplug.countDown();
        log.close();
    }

    /// Hands `appends` in while the lane is held up, so that they gather; then lets it go.
    private List<AppendResult> appendTogether(List<Append> appends, TestLog.Projecting projecting) {
        ConversationId other = log.created();
        log.ports.projecting = (connection, batch) -> {
            plugged.countDown();
            await(unplug);
        };
        List<Future<AppendResult>> plug = log.send(List.of(message(other, newAccount(), null, "plug")));
        await(plugged);
        log.ports.projecting = projecting;
        List<Future<AppendResult>> answers = log.send(appends);
        unplug.countDown();
        assertInstanceOf(Appended.class, TestLog.get(plug.getFirst()));
        return answers.stream().map(TestLog::get).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    @Test
    void whatGathersIsOneTransaction() {
        // Group commit: all that waits, up to the cap, is one batch, and its entries are told in order.
        ConversationId conversation = log.created();
        List<AppendResult> results = appendTogether(messages(conversation, newAccount(), 500), (c, b) -> {});
        assertDense(results, 2);
        assertEquals(500, log.ports.batches.stream().mapToInt(List::size).max().orElse(0));
    }

    @Test
    void onlyTheAppendThatDoesNotFitFails() {
        // One body is too long for its column: it fails, its neighbours keep order and dense numbers.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<Append> appends = new ArrayList<>(messages(conversation, author, 300));
        appends.set(150, message(conversation, author, "bad", "x".repeat(70_000)));
        List<AppendResult> results = new ArrayList<>(appendTogether(appends, (c, b) -> {}));
        Failed failed = assertInstanceOf(Failed.class, results.remove(150));
        assertEquals(16, failed.errorId().length());
        assertDense(results, 2);
        assertEquals(300, log.head(conversation).head());
        // It took no number and no key: a shorter one may use the same client id.
        assertInstanceOf(Appended.class, log.history.append(message(conversation, author, "bad", "short")));
    }

    @Test
    void aProjectionThatFailsOnceFailsNobody() {
        // The batch is rolled back and committed in parts: all get in, each once.
        for (Throwable fault : List.of(new SQLException("once", "HY000", 3_819), new IllegalStateException("once"))) {
            ConversationId conversation = log.created();
            AtomicBoolean failed = new AtomicBoolean();
            log.ports.projecting = (connection, batch) -> {
                if (!failed.getAndSet(true)) {
                    rethrow(fault);
                }
            };
            assertDense(log.appendAll(messages(conversation, newAccount(), 300)), 2);
            assertTrue(failed.get());
            assertEquals(301, log.all(conversation).size());
        }
    }

    @Test
    void aProjectionThatRefusesOneAppendFailsOnlyThat() {
        // In parts after the batch was refused: the culprit alone fails.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<AppendResult> results =
                new ArrayList<>(appendTogether(messages(conversation, author, 200), (connection, batch) -> {
                    for (Committed committed : batch) {
                        if ("k77".equals(committed.append().clientId())) {
                            throw new IllegalStateException("no");
                        }
                    }
                }));
        assertInstanceOf(Failed.class, results.remove(77));
        assertDense(results, 2);
    }

    @Test
    void aDeadlockIsRunAgain() {
        // Deadlock or lock time-out: the whole batch again, at most three times; nobody notices.
        ConversationId conversation = log.created();
        AtomicInteger runs = new AtomicInteger();
        log.ports.projecting = (connection, batch) -> {
            if (runs.incrementAndGet() <= 3) {
                throw new SQLException("deadlock", "40001", 1213);
            }
        };
        assertInstanceOf(Appended.class, log.history.append(message(conversation, newAccount(), "k", "b")));
        runs.set(-10);
        assertEquals(new AppendResult.Busy(), log.history.append(message(conversation, newAccount(), "again", "b")));
        assertEquals(-6, runs.get());
        assertEquals(2, log.head(conversation).head());
    }

    @Test
    void aRefusedSenderTakesNoNumber() {
        // The members changed since these were authorised: each is admitted again, or refused in place.
        ConversationId conversation = log.created();
        AccountId bad = newAccount();
        AccountId done = newAccount();
        log.ports.admitting = (connection, head, append) -> {
            if (append.author().equals(bad)) {
                return new Verdict.Refused(new TestLog.No("out"));
            }
            return new Verdict.Admitted(append.author().equals(done) ? List.<NewEntry>of() : append.entries());
        };
        AccountId good = newAccount();
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            AccountId author = i == 100 ? bad : i == 200 ? done : good;
            appends.add(message(conversation, author, "k" + i, 0, "b" + i));
        }
        List<AppendResult> results = new ArrayList<>(appendTogether(appends, (c, b) -> {}));
        assertEquals(200, assertInstanceOf(Unneeded.class, results.remove(200)).seq());
        assertEquals(new Refused(new TestLog.No("out")), results.remove(100));
        assertDense(results, 2);
    }

    @Test
    void aRemovedMembersWaitingMessagesStayOut() throws SQLException {
        // Design 3.4: admission sees what the entries before changed; a repeat of an earlier committed
        // send still gets its number, whatever the sender's rights are now.
        execute("create table if not exists test_gone (account bigint not null, primary key (account))");
        ConversationId conversation = log.created();
        AccountId removed = newAccount();
        AccountId staying = newAccount();
        Appended before = (Appended) log.history.append(message(conversation, removed, "before", "b"));
        log.ports.admitting = (connection, head, append) -> isGone(connection, append.author())
                ? new Verdict.Refused(new TestLog.No("removed"))
                : new Verdict.Admitted(append.entries());
        List<Append> appends = new ArrayList<>(messages(conversation, removed, 20));
        appends.add(TestLog.membersChange(conversation, staying, 1, "removed"));
        for (int i = 20; i < 200; i++) {
            appends.add(message(conversation, i % 2 == 0 ? removed : staying, "k" + i, "b" + i));
        }
        appends.add(message(conversation, removed, "before", "b"));
        List<AppendResult> results = appendTogether(appends, (connection, batch) -> {
            for (Committed committed : batch) {
                if (committed.append().changesMembers()) {
                    insertGone(connection, removed);
                }
            }
        });
        assertDense(results.subList(0, 21), 3);
        long seq = 23;
        for (int i = 21; i < 201; i++) {
            if (appends.get(i).author().equals(removed)) {
                assertEquals(new Refused(new TestLog.No("removed")), results.get(i));
            } else {
                assertEquals(++seq, ((Appended) results.get(i)).seq());
            }
        }
        assertEquals(new Repeated(before.seq(), before.time()), results.getLast());
        assertEquals(2, log.head(conversation).membersVersion());
    }

    @Test
    void aChangeOfMembersIsTheLastOfItsConversationInABatch() {
        // So that what follows is admitted against the changed tables; other conversations go on.
        ConversationId one = log.created();
        ConversationId other = log.created();
        AccountId author = newAccount();
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            appends.add(
                    i % 10 == 9
                            ? TestLog.membersChange(one, author, 1, "change " + i)
                            : message(one, author, "k" + i, "b"));
            appends.add(message(other, author, "k" + i, "b"));
        }
        List<AppendResult> results = appendTogether(appends, (c, b) -> {});
        assertDense(IntStream.range(0, 90).mapToObj(i -> results.get(2 * i)).toList(), 2);
        assertDense(IntStream.range(0, 90).mapToObj(i -> results.get(2 * i + 1)).toList(), 2);
        int changes = 0;
        for (List<Committed> batch : log.ports.batches) {
            Map<ConversationId, Boolean> sealed = new HashMap<>();
            for (Committed committed : batch) {
                ConversationId conversation = committed.append().conversation();
                assertEquals(false, sealed.getOrDefault(conversation, false));
                sealed.put(conversation, committed.append().changesMembers());
                changes += committed.append().changesMembers() ? 1 : 0;
            }
        }
        assertEquals(9 + 3, changes);
        assertEquals(10, log.head(one).membersVersion());
    }

    @Test
    void aFullLaneAnswersBusyAtOnce() {
        // I7: bounded by count; what is refused is never written, what was taken is.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<AppendResult> results = appendTogether(messages(conversation, author, QUEUE_MAX + 500), (c, b) -> {});
        List<AppendResult> taken = results.stream()
                .filter(result -> !(result instanceof AppendResult.Busy))
                .toList();
        assertEquals(QUEUE_MAX, taken.size());
        assertDense(taken, 2);
        assertEquals(QUEUE_MAX + 1, log.head(conversation).head());
    }

    private static List<Append> messages(ConversationId conversation, AccountId author, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> message(conversation, author, "k" + i, "b" + i))
                .toList();
    }

    private void assertDense(List<AppendResult> results, long first) {
        long expected = first;
        for (AppendResult result : results) {
            assertEquals(expected, assertInstanceOf(Appended.class, result).seq());
            expected++;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        }
    }

    private static boolean isGone(Connection connection, AccountId account) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select 1 from test_gone where account = ?")) {
            select.setLong(1, account.value());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void insertGone(Connection connection, AccountId account) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into test_gone values (?)")) {
            insert.setLong(1, account.value());
            int unused = insert.executeUpdate();
        }
    }

    private static void rethrow(Throwable fault) throws SQLException {
        if (fault instanceof SQLException sql) {
            throw sql;
        }
        throw (RuntimeException) fault;
    }
}
