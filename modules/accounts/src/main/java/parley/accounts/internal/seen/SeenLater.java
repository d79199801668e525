package parley.accounts.internal.seen;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import parley.accounts.LastSeen;
import parley.accounts.internal.store.DeletionRows;
import parley.accounts.internal.store.SeenRows;
import parley.kernel.AccountId;
import parley.kernel.Database;

/// Keeps the times in memory and writes them behind, the newest of each account. Thread-safe.
public final class SeenLater implements LastSeen, AutoCloseable {
    private static final Logger LOG = System.getLogger(SeenLater.class.getName());
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final int STATEMENT_ROWS_MAX = 500;
    private static final int ROUND_STATEMENTS_MAX = 20;

    private final Database database;
    private final int waitingMax;
    private final Duration writeEvery;
    private final Counter dropped;
    private final Map<AccountId, Long> waiting = new ConcurrentHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /// Once started it writes every `writeEvery`; at most `waitingMax` accounts (give or take the threads that note at
    /// the
    /// same moment) wait to be written.
    public SeenLater(Database database, int waitingMax, Duration writeEvery, MeterRegistry metrics) {
        this.database = database;
        this.waitingMax = waitingMax;
        this.writeEvery = writeEvery;
        this.dropped = Counter.builder("parley.accounts.seen.dropped")
                .description("Times of last being seen that found no room to wait in")
                .register(metrics);
        Gauge unused = Gauge.builder("parley.accounts.seen.waiting", waiting, Map::size)
                .description("Times of last being seen that wait to be written")
                .register(metrics);
        this.thread = Thread.ofVirtual().name("accounts-seen").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void note(AccountId account, Instant when) {
        if (waiting.size() >= waitingMax && !waiting.containsKey(account)) {
            dropped.increment();
        } else {
            long unused = waiting.merge(account, when.toEpochMilli(), Math::max);
        }
    }

    @Override
    public Optional<Instant> find(AccountId account) {
        Long noted = waiting.get(account);
        return noted != null
                ? Optional.of(Instant.ofEpochMilli(noted))
                : database.read(connection -> SeenRows.find(connection, account))
                        .map(Instant::ofEpochMilli);
    }

    private void run() {
        boolean wasGood = true;
        try {
            while (!stopped.await(writeEvery.toMillis(), TimeUnit.MILLISECONDS)) {
                wasGood = keepUp(wasGood);
            }
        } catch (InterruptedException stop) {
            return;
        }
        boolean unused = keepUp(wasGood);
    }

    private boolean keepUp(boolean log) {
        try {
            int statements = 0;
            int rows;
            do {
                rows = write();
                statements++;
            } while (rows == STATEMENT_ROWS_MAX && statements < ROUND_STATEMENTS_MAX);
            return true;
        } catch (RuntimeException fault) {
            if (log) {
                LOG.log(Level.WARNING, "who was last seen when cannot be written for now", fault);
            }
            return false;
        }
    }

    /// Writes some of what waits; how many rows.
    private int write() {
        List<Map.Entry<AccountId, Long>> rows = waiting.entrySet().stream()
                .limit(STATEMENT_ROWS_MAX)
                .map(row -> Map.entry(row.getKey(), row.getValue()))
                .sorted(Map.Entry.comparingByKey())
                .toList();
        if (!rows.isEmpty()) {
            database.transact(connection -> {
                // Of a deleted account nothing is written any more: that would stay.
                Set<AccountId> deleted = DeletionRows.deleted(
                        connection, rows.stream().map(Map.Entry::getKey).toList());
                SeenRows.put(
                        connection,
                        rows.stream()
                                .filter(row -> !deleted.contains(row.getKey()))
                                .toList());
                return true;
            });
            // What was noted meanwhile stays and is written next time.
            rows.forEach(row -> waiting.remove(row.getKey(), row.getValue()));
        }
        return rows.size();
    }

    /// Writes what waits, once more, and ends.
    @Override
    public void close() {
        stopped.countDown();
        try {
            if (!thread.join(CLOSE_WITHIN)) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
