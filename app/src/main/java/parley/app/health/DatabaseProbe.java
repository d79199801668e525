package parley.app.health;

import java.sql.SQLException;
import java.sql.Statement;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.kernel.Probe;
import parley.kernel.Unavailable;

/// Whether the database answers a statement.
public final class DatabaseProbe implements Probe {
    private final Database database;

    public DatabaseProbe(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public Health check() {
        try {
            return database.read(connection -> ask(connection.createStatement()));
        } catch (Unavailable | IllegalStateException fault) {
            return Health.down("the database does not answer");
        }
    }

    private static Health ask(Statement opened) throws SQLException {
        try (Statement statement = opened) {
            statement.setQueryTimeout(1);
            boolean unused = statement.execute("select 1");
            return Health.up();
        }
    }
}
