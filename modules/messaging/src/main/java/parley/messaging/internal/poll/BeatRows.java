package parley.messaging.internal.poll;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import parley.kernel.Dialect;

/// Statements on `messaging_loop`, on a connection that the caller owns.
final class BeatRows {
    private BeatRows() {}

    /// What a node committed last; `ageMillis` ago by the database's clock.
    record Beat(long node, long beat, long ageMillis) {}

    static void write(Connection connection, Dialect dialect, long node, long beat) throws SQLException {
        String sql = "insert into messaging_loop (node, beat, beat_at) values (?, ?, " + dialect.nowMillis()
                + ") on duplicate key update beat = values(beat), beat_at = values(beat_at)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, node);
            statement.setLong(2, beat);
            int unused = statement.executeUpdate();
        }
    }

    /// The beats that are at most `ageMillis` old; at most 1,000.
    static List<Beat> read(Connection connection, Dialect dialect, long ageMillis) throws SQLException {
        String now = dialect.nowMillis();
        String sql = "select node, beat, " + now + " - beat_at from messaging_loop where beat_at >= " + now
                + " - ? limit 1000";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, ageMillis);
            List<Beat> beats = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    beats.add(new Beat(row.getLong(1), row.getLong(2), row.getLong(3)));
                }
            }
            return beats;
        }
    }

    /// Deletes up to 1,000 rows that are older than `ageMillis`.
    static int purge(Connection connection, Dialect dialect, long ageMillis) throws SQLException {
        String sql = "delete from messaging_loop where beat_at < " + dialect.nowMillis() + " - ? limit 1000";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, ageMillis);
            return statement.executeUpdate();
        }
    }
}
