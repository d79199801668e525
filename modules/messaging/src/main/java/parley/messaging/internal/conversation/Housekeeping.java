package parley.messaging.internal.conversation;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import parley.kernel.Database;
import parley.kernel.Unavailable;

/// Deletes what is kept for a time only: memberships that ended and requests to create, both 30 days.
/// Every node does it, a few rows at a time; two at once only share the work. Runs until it is closed.
public final class Housekeeping implements AutoCloseable {
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration EVERY = Duration.ofHours(1);
    private static final int ROWS_PER_TRANSACTION = 500;
    private static final int TRANSACTIONS_MAX = 200;

    private static final Logger LOG = System.getLogger(Housekeeping.class.getName());

    private final Database database;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("messaging-housekeeping").factory());

    public Housekeeping(Database database) {
        this.database = database;
        long first = ThreadLocalRandom.current().nextLong(EVERY.toMillis() / 10, EVERY.toMillis());
        var unused = timer.scheduleWithFixedDelay(this::run, first, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            int rows = purge(database, KEPT);
            if (rows > 0) {
                LOG.log(
                        Level.INFO,
                        "deleted {0} rows of memberships and requests older than {1} days",
                        rows,
                        KEPT.toDays());
            }
        } catch (Unavailable away) {
            LOG.log(Level.INFO, "the database is away; housekeeping waits for the next turn", away);
        } catch (RuntimeException | Error bug) {
            LOG.log(Level.ERROR, "housekeeping failed", bug);
        }
    }

    /// Deletes what is older than `kept`; answers how many rows, at most 200,000 of both kinds.
    static int purge(Database database, Duration kept) {
        long before = database.read(connection -> MembershipRows.now(connection, database.dialect())) - kept.toMillis();
        int total = 0;
        for (int i = 0; i < TRANSACTIONS_MAX; i++) {
            int memberships =
                    database.transact(connection -> MembershipRows.purge(connection, before, ROWS_PER_TRANSACTION));
            int requests =
                    database.transact(connection -> CreationRows.purge(connection, before, ROWS_PER_TRANSACTION));
            total += memberships + requests;
            if (memberships < ROWS_PER_TRANSACTION && requests < ROWS_PER_TRANSACTION) {
                break;
            }
        }
        return total;
    }

    @Override
    public void close() {
        var unused = timer.shutdownNow();
    }
}
