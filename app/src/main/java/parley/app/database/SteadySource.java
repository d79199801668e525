package parley.app.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Opens the pool's connections, and tries again after a short pause when it cannot. The pool itself
/// waits twice as long after each failure, up to five seconds: so long would reads fail after the
/// database is back. Thread-safe; the pool asks from one thread at a time.
final class SteadySource implements DataSource {
    private static final System.Logger LOG = System.getLogger(SteadySource.class.getName());
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private final DriverDataSource driver;
    private volatile @Nullable HikariDataSource pool;
    private volatile Databases.Guard guard = none -> {};

    SteadySource(String url, @Nullable String user, @Nullable String password) {
        this.driver = new DriverDataSource(url, null, new Properties(), user, password);
    }

    /// From now on it tries until `served` is closed; before, a failure is told at once.
    void serve(HikariDataSource served) {
        pool = served;
    }

    /// Each new connection must pass `by`; one that does not is as good as none.
    void guard(Databases.Guard by) {
        guard = by;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return connect(driver::getConnection);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return connect(() -> driver.getConnection(user, password));
    }

    private interface Attempt {
        Connection connect() throws SQLException;
    }

    private Connection connect(Attempt attempt) throws SQLException {
        for (boolean isFirst = true; ; isFirst = false) {
            try {
                return guarded(attempt.connect());
            } catch (SQLException fault) {
                HikariDataSource served = pool;
                if (served == null
                        || served.isClosed()
                        || Thread.currentThread().isInterrupted()) {
                    throw fault;
                }
                if (isFirst) {
                    LOG.log(Level.WARNING, "the pool cannot connect to the database and tries on", fault);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private Connection guarded(Connection connection) throws SQLException {
        boolean hasPassed = false;
        try {
            guard.check(connection);
            hasPassed = true;
            return connection;
        } finally {
            if (!hasPassed) {
                connection.close();
            }
        }
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return driver.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        driver.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        driver.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return driver.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return driver.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return driver.isWrapperFor(type);
    }
}
