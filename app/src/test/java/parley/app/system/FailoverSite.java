package parley.app.system;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import parley.testkit.ChaosProxy;
import parley.testkit.Engine;
import parley.testkit.FreePort;
import parley.testkit.SqlReplica;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// A node whose database has a replica, behind one address that moves to whichever serves.
final class FailoverSite implements AutoCloseable {
    private final SqlServer primary;
    private final SqlReplica replica;
    private final TestDatabase database;
    private final ChaosProxy address;
    private final SystemNode node;
    private SqlServer serving;

    private FailoverSite(SqlReplica.Mode mode, Path folder) {
        Engine engine = Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB;
        primary = SqlReplica.startPrimary(engine, mode);
        serving = primary;
        replica = SqlReplica.follow(primary, mode);
        database = TestDatabase.create(primary, "accounts", "history", "messaging");
        address = ChaosProxy.to(primary.port());
        // Ports that a second start of the node has again.
        node = SystemNode.on(
                url(),
                database.user(),
                database.password(),
                folder,
                Map.of("PARLEY_HTTP_PORT", "" + FreePort.next(), "PARLEY_ADMIN_PORT", "" + FreePort.next()));
    }

    static FailoverSite start(SqlReplica.Mode mode, Path folder) {
        return new FailoverSite(mode, folder);
    }

    SystemNode node() {
        return node;
    }

    SqlReplica replica() {
        return replica;
    }

    /// The database by the address that moves.
    String url() {
        return database.jdbcUrl().replace(":" + primary.port() + "/", ":" + address.port() + "/");
    }

    /// A connection to the server that serves now.
    Connection connect() throws SQLException {
        return serving.connect(database.jdbcUrl().replaceAll(".*/([^/?]+)[?].*", "$1"));
    }

    /// The host of the primary is gone for good.
    void losePrimary() {
        primary.kill9();
    }

    /// The replica takes over, with what it has.
    void failOver() {
        serving = replica.promote();
        address.turnTo(serving.port());
        address.resetAll();
    }

    String epoch() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select epoch from history_dataset")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Override
    public void close() {
        node.close();
        address.close();
        database.close();
        replica.close();
        primary.close();
    }
}
