package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Rows of numbers gathered for one statement, sent together. Prepared when the first one comes, so a
/// kind of change that a batch does not have costs nothing. For one thread.
final class Rows implements AutoCloseable {
    private final Connection connection;
    private final String sql;
    private @Nullable PreparedStatement statement;

    Rows(Connection connection, String sql) {
        this.connection = connection;
        this.sql = sql;
    }

    void add(long... values) throws SQLException {
        PreparedStatement prepared = statement;
        if (prepared == null) {
            prepared = connection.prepareStatement(sql);
            statement = prepared;
        }
        for (int i = 0; i < values.length; i++) {
            prepared.setLong(i + 1, values[i]);
        }
        prepared.addBatch();
    }

    void execute() throws SQLException {
        if (statement != null) {
            int[] unused = statement.executeBatch();
        }
    }

    @Override
    public void close() throws SQLException {
        if (statement != null) {
            statement.close();
        }
    }
}
