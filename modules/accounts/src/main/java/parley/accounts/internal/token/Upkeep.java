package parley.accounts.internal.token;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import parley.accounts.internal.store.OrderRows;
import parley.accounts.internal.store.Sql;
import parley.kernel.Database;

/// The module's one background thread: reads revocations and orders every second and when it is asked
/// to, signing keys every thirty, and removes rows that are over. While the database is away it keeps
/// trying and says so once.
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Upkeep.class.getName());
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(100);
    private static final int KEYS_EVERY_POLLS = 30;
    private static final int CLEAN_EVERY_POLLS = 600;

    /// A round between the regular ones.
    private static final int ASKED = -1;

    private static final int CLEAN_ROWS_MAX = 500;
    private static final int CLEAN_CHUNKS_MAX = 40;
    private static final Duration KEPT = Duration.ofDays(1);
    private static final Duration ORDERS_KEPT = Duration.ofHours(1);

    private final RevocationFeed feed;
    private final SigningKeys keys;
    private final Database database;
    private final InstantSource clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    Upkeep(RevocationFeed feed, SigningKeys keys, Database database, InstantSource clock) {
        this.feed = feed;
        this.keys = keys;
        this.database = database;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("accounts-upkeep").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        boolean wasGood = true;
        try {
            long beat = System.nanoTime();
            for (int round = 0; !stopped.await(BETWEEN_POLLS.toMillis(), TimeUnit.MILLISECONDS); ) {
                boolean asked = feed.orders().awaitLook(beat + POLL.toNanos() - System.nanoTime());
                if (!asked) {
                    round++;
                    beat = System.nanoTime();
                }
                boolean isGood = keepUp(asked ? ASKED : round, wasGood);
                if (isGood && !wasGood) {
                    LOG.log(Level.INFO, "revocations are read again");
                }
                wasGood = isGood;
            }
        } catch (InterruptedException stop) {
            // Closed: nothing is left to do.
        }
    }

    private boolean keepUp(int round, boolean log) {
        try {
            feed.poll();
            if (round % KEYS_EVERY_POLLS == 0) {
                feed.pollWide();
                keys.reload();
            }
            if (round % CLEAN_EVERY_POLLS == 0) {
                clean();
            }
            return true;
        } catch (RuntimeException | Error fault) {
            // Whatever it is: orders and bans must act once it is over.
            if (log) {
                LOG.log(Level.WARNING, "revocations and signing keys cannot be read for now", fault);
            }
            return false;
        }
    }

    /// Removes devices that can neither use nor renew a token since a day, and revocations of tokens
    /// that are over. A bounded number each time.
    void clean() {
        long before = clock.millis() - KEPT.toMillis();
        inChunks(() -> cleanRevocations(before));
        inChunks(() -> cleanDevices(before));
        inChunks(this::cleanOrders);
    }

    /// Repeats `step`, which answers how many rows it removed, while it finds a full chunk.
    private static void inChunks(IntSupplier step) {
        int chunks = 0;
        int removed;
        do {
            removed = step.getAsInt();
            chunks++;
        } while (removed == CLEAN_ROWS_MAX && chunks < CLEAN_CHUNKS_MAX);
    }

    private int cleanRevocations(long before) {
        return database.transact(connection -> Sql.update(
                connection, "delete from accounts_revocation where until_at < ? limit ?", before, CLEAN_ROWS_MAX));
    }

    private int cleanOrders() {
        return database.transact(
                connection -> OrderRows.clean(connection, database.dialect(), ORDERS_KEPT.toMillis(), CLEAN_ROWS_MAX));
    }

    private int cleanDevices(long before) {
        List<Long> devices = database.read(connection -> Sql.query(
                connection,
                "select id from accounts_device where refresh_until < ? and token_until < ? limit ?",
                row -> row.getLong(1),
                before,
                before,
                CLEAN_ROWS_MAX));
        if (!devices.isEmpty()) {
            String in = " in (" + Sql.repeated("?", devices.size()) + ")";
            int unused = database.transact(connection ->
                    Sql.update(connection, "delete from accounts_refresh where device" + in, devices.toArray())
                            + Sql.update(connection, "delete from accounts_device where id" + in, devices.toArray()));
        }
        return devices.size();
    }

    @Override
    public void close() {
        stopped.countDown();
        feed.orders().look();
        try {
            boolean unused = thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
