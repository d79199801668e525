package parley.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import parley.kernel.Dialect;

/// A database server with a user `root` that has no password and may do everything.
public sealed interface SqlServer extends AutoCloseable permits MariaDb, MySql80 {
    int port();

    Dialect dialect();

    /// Address of `database` for JDBC, with the time-outs that a fault test needs: a second to connect,
    /// five for an answer. Empty names no database.
    default String jdbcUrl(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + database
                + "?connectTimeout=1000&socketTimeout=5000&allowPublicKeyRetrieval=true";
    }

    /// A connection of the caller's own as `root`.
    default Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(patient(jdbcUrl(database)), "root", "");
    }

    /// `jdbcUrl` for who looks on and measures nothing: a machine that stands still for a second, which
    /// the time to connect counts up to the end of signing in, is no fault.
    static String patient(String jdbcUrl) {
        return jdbcUrl.replace("connectTimeout=1000", "connectTimeout=10000");
    }

    boolean isAlive();

    ChildProcess process();

    /// SIGKILL: a crash.
    void kill9();

    /// SIGSTOP: connections stay, nothing answers.
    void freeze();

    /// Ends a [#freeze].
    void thaw();

    /// Starts it again on the same port with the same data.
    void restart();

    /// Ends it at once.
    @Override
    void close();
}
