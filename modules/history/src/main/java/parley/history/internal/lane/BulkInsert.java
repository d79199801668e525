package parley.history.internal.lane;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.kernel.Dialect;

/// Inserts many rows with few round trips. MariaDB takes a batch in one packet by its bulk protocol, H2
/// runs a plain batch in-process; MySQL has neither and gets server-prepared statements of 128, 64, 32
/// ... 1 rows, so that the set of statements stays small.
final class BulkInsert<T> {
    private static final int ROWS_PER_STATEMENT = 128;

    private final String insert;
    private final String row;
    private final String suffix;
    private final int columns;
    private final Binder<T> binder;

    /// Sets the columns of one row, from the left to the right.
    interface Binder<T> {
        void bind(Row at, T value) throws SQLException;
    }

    /// `row` has one `?` per each of `columns`.
    BulkInsert(String insert, String row, String suffix, int columns, Binder<T> binder) {
        this.insert = insert;
        this.row = row;
        this.suffix = suffix;
        this.columns = columns;
        this.binder = binder;
    }

    void run(LaneSession session, List<T> values) throws SQLException {
        if (session.dialect() == Dialect.MYSQL) {
            runInChunks(session, values);
        } else if (!values.isEmpty()) {
            runAsBatch(session, values);
        }
    }

    private void runAsBatch(LaneSession session, List<T> values) throws SQLException {
        PreparedStatement statement = session.prepare(insert + row + suffix);
        if (values.size() == 1) {
            binder.bind(new Row(statement, 0), values.getFirst());
            int unused = statement.executeUpdate();
            return;
        }
        statement.clearBatch();
        for (T value : values) {
            binder.bind(new Row(statement, 0), value);
            statement.addBatch();
        }
        int[] unused = statement.executeBatch();
    }

    private void runInChunks(LaneSession session, List<T> values) throws SQLException {
        int from = 0;
        while (from < values.size()) {
            int size = Integer.highestOneBit(Math.min(ROWS_PER_STATEMENT, values.size() - from));
            PreparedStatement statement = session.prepare(insert + LaneSql.list(row, size) + suffix);
            for (int i = 0; i < size; i++) {
                binder.bind(new Row(statement, i * columns), values.get(from + i));
            }
            int unused = statement.executeUpdate();
            from += size;
        }
    }

    /// The parameters of one row, set one after another.
    static final class Row {
        private final PreparedStatement statement;
        private int last;

        private Row(PreparedStatement statement, int last) {
            this.statement = statement;
            this.last = last;
        }

        void setLong(long value) throws SQLException {
            last++;
            statement.setLong(last, value);
        }

        void setInt(int value) throws SQLException {
            last++;
            statement.setInt(last, value);
        }

        void setBytes(byte @Nullable [] value) throws SQLException {
            last++;
            statement.setBytes(last, value);
        }
    }
}
