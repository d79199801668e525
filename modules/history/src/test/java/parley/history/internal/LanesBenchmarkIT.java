package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.newAccount;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.history.Append;
import parley.history.AppendResult.Appended;
import parley.history.NewEntry;
import parley.history.wiring.HistoryConfig;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Engine;
import parley.testkit.MariaDb;
import parley.testkit.MySql80;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// Durable appends per second: 100 conversations, bodies of 256 bytes, 64 senders, a server on this
/// machine that flushes at each commit. Lanes, against one transaction per message on 16 and 64
/// connections, in turns in one run; medians of three. By hand:
///
///     mvn verify -pl modules/history -am -Dtest=None -Dit.test=LanesBenchmarkIT \
///         -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false \
///         -Dparley.tests.excluded=none
@Tag("long")
final class LanesBenchmarkIT {
    private static final int CONVERSATIONS = 100;
    private static final int SENDERS = 64;
    private static final int BODY_BYTES = 256;
    private static final int ROUNDS = 3;
    private static final long ROUND_NANOS = 4_000_000_000L;

    private final List<ConversationId> conversations = new ArrayList<>();
    private long serverPid;

    /// What one round measured.
    private record Rate(
            double perSecond, double p50Millis, double p99Millis, double nodeCpuMicros, double serverCpuMicros) {
        @Override
        public String toString() {
            return "%,.0f/s, p50 %.1f ms, p99 %.1f ms, CPU per message: here %.1f us, server %.1f us"
                    .formatted(perSecond, p50Millis, p99Millis, nodeCpuMicros, serverCpuMicros);
        }
    }

    /// CPU time spent so far, by this process and by the server; says more than a rate on a busy machine.
    private record Spent(long hereNanos, long serverNanos) {
        static Spent now(long serverPid) {
            return new Spent(
                    nanos(ProcessHandle.current()),
                    nanos(ProcessHandle.of(serverPid).orElseThrow()));
        }

        private static long nanos(ProcessHandle process) {
            return process.info().totalCpuDuration().orElseThrow().toNanos();
        }
    }

    private interface Round {
        Rate run() throws Exception;
    }

    @Test
    void lanesAgainstOneTransactionPerMessage() throws Exception {
        // Group commit is what makes the log fast: several times the rate of one transaction per message.
        try (SqlServer server = start();
                TestDatabase database = TestDatabase.create(server, "history");
                TestLog log = new TestLog(database.database(), HistoryConfig.defaults())) {
            serverPid = server.process().pid();
            for (int i = 0; i < CONVERSATIONS; i++) {
                conversations.add(log.created());
            }
            log.ports.keeps = false;
            List<String> names = List.of(
                    "lanes, 32 in flight per sender",
                    "lanes, 1 in flight per sender",
                    "lanes, one sender, 1 in flight",
                    "a transaction each, 16 connections",
                    "a transaction each, 64 connections",
                    "a transaction each, one connection");
            List<Round> rounds = List.of(
                    () -> lanes(log, SENDERS, 32),
                    () -> lanes(log, SENDERS, 1),
                    () -> lanes(log, 1, 1),
                    () -> single(database, 16),
                    () -> single(database, SENDERS),
                    () -> single(database, 1));
            List<List<Rate>> rates = new ArrayList<>();
            rounds.forEach(round -> rates.add(new ArrayList<>()));
            for (int i = 0; i <= ROUNDS; i++) {
                for (int kind = 0; kind < rounds.size(); kind++) {
                    Rate rate = rounds.get(kind).run();
                    if (i > 0) {
                        rates.get(kind).add(rate);
                    }
                }
            }
            List<Rate> medians = rates.stream().map(LanesBenchmarkIT::median).toList();
            for (int kind = 0; kind < rounds.size(); kind++) {
                System.out.println(names.get(kind) + ": " + medians.get(kind));
            }
            double single = Math.max(medians.get(3).perSecond(), medians.get(4).perSecond());
            assertTrue(medians.getFirst().perSecond() > 4 * single, "lanes are slow");
        }
    }

    private static Rate median(List<Rate> rates) {
        List<Rate> sorted = new ArrayList<>(rates);
        sorted.sort((a, b) -> Double.compare(a.perSecond(), b.perSecond()));
        return sorted.get(sorted.size() / 2);
    }

    private static SqlServer start() {
        return Engine.selected().contains(Engine.MYSQL80)
                ? MySql80.start("--innodb-redo-log-capacity=1073741824", "--innodb-buffer-pool-size=1G")
                : MariaDb.start("--innodb-log-file-size=1G", "--innodb-buffer-pool-size=1G");
    }

    private Rate lanes(TestLog log, int senders, int inFlight) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Latencies latencies = new Latencies();
        long began = System.nanoTime();
        List<Thread> threads = IntStream.range(0, senders)
                .mapToObj(i -> Thread.ofVirtual().start(() -> send(log, inFlight, stop, latencies)))
                .toList();
        return finish(threads, stop, latencies, began);
    }

    private void send(TestLog log, int inFlight, AtomicBoolean stop, Latencies latencies) {
        AccountId author = newAccount();
        Semaphore window = new Semaphore(inFlight);
        for (int i = 0; !stop.get(); i++) {
            window.acquireUninterruptibly();
            long began = System.nanoTime();
            log.history.append(message(author, "k" + i), result -> {
                if (result instanceof Appended) {
                    latencies.add(System.nanoTime() - began);
                }
                window.release();
            });
        }
        window.acquireUninterruptibly(inFlight);
    }

    private Append message(AccountId author, String clientId) {
        ConversationId conversation =
                conversations.get(ThreadLocalRandom.current().nextInt(CONVERSATIONS));
        byte[] body = new byte[BODY_BYTES];
        Arrays.fill(body, (byte) 'x');
        NewEntry entry = NewEntry.message(body);
        String key = clientId + "-" + ThreadLocalRandom.current().nextInt();
        return new Append(conversation, author, key, 1, false, new TestLog.Want("send"), List.of(entry));
    }

    private Rate single(TestDatabase database, int connections) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Latencies latencies = new Latencies();
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Connection connection = database.connect();
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            open.add(connection);
        }
        long began = System.nanoTime();
        List<Thread> threads = open.stream()
                .map(connection -> Thread.ofVirtual().start(() -> sendSingly(connection, stop, latencies)))
                .toList();
        Rate rate = finish(threads, stop, latencies, began);
        for (Connection connection : open) {
            connection.close();
        }
        return rate;
    }

    /// The least that a message costs without lanes: head advanced and read, entry inserted, committed.
    private void sendSingly(Connection connection, AtomicBoolean stop, Latencies latencies) {
        AccountId author = newAccount();
        byte[] body = new byte[BODY_BYTES];
        Arrays.fill(body, (byte) 'x');
        try (PreparedStatement update = connection.prepareStatement("update history_head set head = head + 1,"
                        + " messages = messages + 1, changed_at = changed_at + 1 where conversation = ?");
                PreparedStatement select =
                        connection.prepareStatement("select head from history_head where conversation = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "insert into history_entry values (?, ?, 1, ?, null, 0, 1, 1, '', ?)")) {
            while (!stop.get()) {
                long began = System.nanoTime();
                ConversationId conversation =
                        conversations.get(ThreadLocalRandom.current().nextInt(CONVERSATIONS));
                update.setLong(1, conversation.value());
                int unused = update.executeUpdate();
                select.setLong(1, conversation.value());
                long head;
                try (ResultSet row = select.executeQuery()) {
                    boolean unusedRow = row.next();
                    head = row.getLong(1);
                }
                insert.setLong(1, conversation.value());
                insert.setLong(2, head);
                insert.setLong(3, author.value());
                insert.setBytes(4, body);
                unused = insert.executeUpdate();
                connection.commit();
                latencies.add(System.nanoTime() - began);
            }
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private Rate finish(List<Thread> threads, AtomicBoolean stop, Latencies latencies, long began)
            throws InterruptedException {
        Spent before = Spent.now(serverPid);
        Thread first = threads.getFirst();
        boolean unused = first.join(Duration.ofNanos(ROUND_NANOS));
        stop.set(true);
        double seconds = (System.nanoTime() - began) / 1e9;
        long count = latencies.count.get();
        Spent after = Spent.now(serverPid);
        for (Thread thread : threads) {
            thread.join();
        }
        return new Rate(
                count / seconds,
                latencies.millis(0.5),
                latencies.millis(0.99),
                (after.hereNanos() - before.hereNanos()) / 1e3 / count,
                (after.serverNanos() - before.serverNanos()) / 1e3 / count);
    }

    /// Counts in steps of 50 microseconds.
    private static final class Latencies {
        private static final long STEP_NANOS = 50_000;

        private final AtomicLong count = new AtomicLong();
        private final AtomicLong[] steps =
                IntStream.range(0, 20_000).mapToObj(i -> new AtomicLong()).toArray(AtomicLong[]::new);

        void add(long nanos) {
            long unused = count.incrementAndGet();
            unused = steps[(int) Math.min(steps.length - 1, nanos / STEP_NANOS)].incrementAndGet();
        }

        double millis(double quantile) {
            long left = (long) (count.get() * quantile);
            int step = 0;
            while (step < steps.length - 1 && left >= steps[step].get()) {
                left -= steps[step].get();
                step++;
            }
            return step * STEP_NANOS / 1e6;
        }
    }
}
