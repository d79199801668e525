package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import parley.kernel.Dialect;
import parley.messaging.internal.member.BatchChanges.Marker;

/// Moves the read markers of those who sent something: the one statement of this module that every batch
/// of sends carries, so its form is chosen for speed. Stateless.
///
/// An insert of many rows that finds its rows there; drivers send plain updates, and on servers before
/// MariaDB 11.5 also a batch of such inserts, row by row. In statements of 128, 64 ... 1 rows, so that
/// there are few different ones and each is prepared once per connection.
final class MarkerRows {
    private static final int ROWS_MAX = 128;

    // If the row were not there, its owner would be a member without a membership: damaged data, and what
    // is written then shows the least.
    private static final String INTO = "insert into messaging_membership (account, conversation, state, role,"
            + " visible_from, read_seq, read_messages, changed_at, member_at) values ";
    private static final String ROW = "(?, ?, 1, 3, ?, ?, ?, 0, 0)";
    private static final String MOVE = " on duplicate key update"
            + " read_messages = greatest(read_messages, values(read_messages)),"
            + " read_seq = greatest(read_seq, values(read_seq))";

    private final Dialect dialect;

    MarkerRows(Dialect dialect) {
        this.dialect = dialect;
    }

    /// `markers` in the order of their keys.
    void write(Connection connection, Map<BatchChanges.Key, Marker> markers) throws SQLException {
        List<Map.Entry<BatchChanges.Key, Marker>> rows = new ArrayList<>(markers.entrySet());
        if (rows.isEmpty()) {
            return;
        }
        if (dialect == Dialect.H2) {
            writeBatch(connection, rows);
            return;
        }
        for (int from = 0; from < rows.size(); ) {
            int count = Math.min(ROWS_MAX, Integer.highestOneBit(rows.size() - from));
            writeTogether(connection, rows.subList(from, from + count));
            from += count;
        }
    }

    private static void writeTogether(Connection connection, List<Map.Entry<BatchChanges.Key, Marker>> rows)
            throws SQLException {
        String sql = INTO + String.join(", ", Collections.nCopies(rows.size(), ROW)) + MOVE;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Map.Entry<BatchChanges.Key, Marker> row : rows) {
                parameter = set(statement, parameter, row);
            }
            int unused = statement.executeUpdate();
        }
    }

    /// The embedded database knows no round trips: a batch is the same to it and prepared once.
    private static void writeBatch(Connection connection, List<Map.Entry<BatchChanges.Key, Marker>> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INTO + ROW + MOVE)) {
            for (Map.Entry<BatchChanges.Key, Marker> row : rows) {
                int unused = set(statement, 1, row);
                statement.addBatch();
            }
            int[] unused = statement.executeBatch();
        }
    }

    private static int set(PreparedStatement statement, int first, Map.Entry<BatchChanges.Key, Marker> row)
            throws SQLException {
        long seq = row.getValue().seq();
        statement.setLong(first, row.getKey().account().value());
        statement.setLong(first + 1, row.getKey().conversation().value());
        statement.setLong(first + 2, seq);
        statement.setLong(first + 3, seq);
        statement.setLong(first + 4, row.getValue().messages());
        return first + 5;
    }
}
