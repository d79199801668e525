package parley.history.internal.lane;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// Opens the connections that lanes keep: beside the pool (a lane never waits for it, and its session
/// settings never get into it) where the pool says how, else from the data source.
final class LaneConnections {
    private final Database database;
    private final LaneLimits limits;

    LaneConnections(Database database, LaneLimits limits) {
        this.database = database;
        this.limits = limits;
    }

    Dialect dialect() {
        return database.dialect();
    }

    /// A connection with a lane's session settings: READ COMMITTED, no automatic commit, short waits.
    Connection open() throws SQLException {
        Connection connection = connect(database.dataSource());
        try {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            try (Statement statement = connection.createStatement()) {
                for (String setting : settings()) {
                    statement.execute(setting);
                }
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException fault) {
            connection.close();
            throw fault;
        }
    }

    private static Connection connect(DataSource dataSource) throws SQLException {
        if (dataSource.isWrapperFor(HikariDataSource.class)) {
            HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
            if (pool.getJdbcUrl() != null) {
                return DriverManager.getConnection(pool.getJdbcUrl(), properties(pool));
            }
        }
        return dataSource.getConnection();
    }

    private static Properties properties(HikariDataSource pool) {
        Properties properties = new Properties();
        if (pool.getJdbcUrl().startsWith("jdbc:mariadb:")) {
            // Finite waits where the URL names none; statements prepared once per connection.
            properties.setProperty("connectTimeout", "1000");
            properties.setProperty("socketTimeout", "5000");
            properties.setProperty("useServerPrepStmts", "true");
            properties.keySet().removeIf(key -> pool.getJdbcUrl().contains(key + "="));
        }
        properties.putAll(pool.getDataSourceProperties());
        String user = pool.getCredentials().getUsername();
        String password = pool.getCredentials().getPassword();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    private List<String> settings() {
        long lockWait = limits.lockWaitMax().toSeconds();
        long idle = limits.idleTransactionMax().toSeconds();
        String strict = "set session sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')";
        // The zone: now() in a zone with summer time repeats an hour once a year.
        String zone = "set session time_zone = '+00:00'";
        return switch (dialect()) {
            case H2 -> List.of("set lock_timeout " + limits.lockWaitMax().toMillis());
            case MARIADB ->
                List.of(
                        "set session innodb_lock_wait_timeout = " + lockWait,
                        "set session idle_transaction_timeout = " + idle,
                        strict,
                        zone);
            case MYSQL ->
                List.of(
                        "set session innodb_lock_wait_timeout = " + lockWait,
                        "set session wait_timeout = " + idle,
                        strict,
                        zone);
        };
    }
}
