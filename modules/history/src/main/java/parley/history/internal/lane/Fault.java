package parley.history.internal.lane;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// What a fault inside a batch's transaction means for the batch.
enum Fault {
    /// Deadlock or lock time-out: the same batch may succeed now.
    RETRY,
    /// The connection or the server is gone.
    LOST,
    /// The server is there and cannot write for now: disk full, read-only, shutting down; or this node's
    /// epoch is over.
    UNABLE,
    /// Anything else: one of the appends is at fault, or a bug.
    REFUSED;

    static Fault of(Dialect dialect, Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SQLException fault) {
                return of(dialect, fault);
            }
        }
        return REFUSED;
    }

    private static Fault of(Dialect dialect, SQLException fault) {
        if (fault instanceof EpochOverException) {
            return UNABLE;
        }
        if (Database.isRetryable(fault)) {
            return RETRY;
        }
        return dialect == Dialect.H2 ? ofH2(fault) : ofServer(fault);
    }

    /// Codes of H2's `ErrorCode`: 90131 a concurrent update; 90007, 90067, 90098, 90121 closed; 90028,
    /// 90030, 90031 file errors.
    private static Fault ofH2(SQLException fault) {
        return switch (fault.getErrorCode()) {
            case 90131 -> RETRY;
            case 90007, 90067, 90098, 90121 -> LOST;
            case 90028, 90030, 90031 -> UNABLE;
            default -> isConnectionFault(fault) ? LOST : REFUSED;
        };
    }

    /// 1053 shutdown, 1927 and 4031 connection killed or timed out, 2006 and 2013 gone; 1021 and 1114
    /// disk or table full, 1290 and 1836 read-only, 1317 interrupted, 1969 and 3024 took too long, 1040
    /// and 1203 too many connections.
    private static Fault ofServer(SQLException fault) {
        return switch (fault.getErrorCode()) {
            case 1053, 1927, 2006, 2013, 4031 -> LOST;
            case 1021, 1040, 1114, 1203, 1290, 1317, 1836, 1969, 3024 -> UNABLE;
            default -> isConnectionFault(fault) ? LOST : REFUSED;
        };
    }

    private static boolean isConnectionFault(SQLException fault) {
        String state = fault.getSQLState();
        return fault instanceof SQLRecoverableException
                || fault instanceof SQLNonTransientConnectionException
                || fault instanceof SQLTransientConnectionException
                || (state != null && state.startsWith("08"));
    }
}
