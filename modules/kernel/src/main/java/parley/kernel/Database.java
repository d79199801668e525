package parley.kernel;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Runs units of work in short database transactions on pooled connections (READ COMMITTED, set by the
/// pool).
///
/// Every method blocks its caller for a connection and for the statements; call it on a virtual thread.
/// Thread-safe.
public final class Database {
    private static final int RETRIES_MAX = 3;

    private final DataSource dataSource;
    private final Dialect dialect;

    public Database(DataSource dataSource, Dialect dialect) {
        this.dataSource = dataSource;
        this.dialect = dialect;
    }

    public Dialect dialect() {
        return dialect;
    }

    public DataSource dataSource() {
        return dataSource;
    }

    /// Runs `work` in one transaction: committed when it returns, rolled back when it throws. A deadlock
    /// or lock time-out is run again from the start, at most three times with jitter, so `work` must
    /// have no effect outside the database.
    ///
    /// Throws [Unavailable] when the database does not answer; whether the transaction was committed is
    /// unknown then. Any other SQL error is a bug and comes as [IllegalStateException].
    public <R extends @Nullable Object> R transact(Work<R> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = dataSource.getConnection()) {
                return transactOn(connection, work);
            } catch (SQLException fault) {
                if (!isRetryable(fault) || attempt > RETRIES_MAX) {
                    throw translate(fault);
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000, 10_000_000) * attempt);
            }
        }
    }

    /// Runs statements that only read, each seeing what is committed at its start. Faults as in
    /// [#transact].
    public <R extends @Nullable Object> R read(Work<R> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.run(connection);
        } catch (SQLException fault) {
            throw translate(fault);
        }
    }

    /// True for a deadlock or a lock time-out: nothing of the transaction happened and the same work may
    /// succeed now.
    public static boolean isRetryable(SQLException fault) {
        // 1213 and 1205: MySQL and MariaDB; 40001 and 50200: H2 (deadlock, lock time-out).
        return switch (fault.getErrorCode()) {
            case 1213, 1205, 40001, 50200 -> true;
            default -> false;
        };
    }

    /// True when a unique key refused the row.
    public static boolean isDuplicateKey(SQLException fault) {
        return fault.getErrorCode() == 1062 || "23505".equals(fault.getSQLState());
    }

    /// True when the connection or the server is gone or did not answer in time, so the outcome of what
    /// ran is unknown.
    public static boolean isUnavailable(SQLException fault) {
        String state = fault.getSQLState();
        return fault instanceof SQLRecoverableException
                || fault instanceof SQLTransientException
                || (state != null && (state.startsWith("08") || state.startsWith("90") || state.startsWith("70")));
    }

    /// The unchecked form of `fault`: [Unavailable] or [IllegalStateException], the cause kept.
    public static RuntimeException translate(SQLException fault) {
        if (isUnavailable(fault) || isRetryable(fault)) {
            return new Unavailable("database", fault);
        }
        return new IllegalStateException("database refused a statement", fault);
    }

    private static <R extends @Nullable Object> R transactOn(Connection connection, Work<R> work) throws SQLException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            R result = work.run(connection);
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                rollBack(connection);
            }
            restore(connection);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException lost) {
            // The connection is gone, and with it the transaction; the first fault is the one to report.
        }
    }

    private static void restore(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            // The pool throws a broken connection away when it comes back.
        }
    }
}
