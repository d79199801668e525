package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Statements with their arguments: numbers, text, bytes, null.
public final class Sql {
    private Sql() {}

    /// Reads one row.
    public interface Row<R> {
        R read(ResultSet row) throws SQLException;
    }

    public static <R> List<R> query(Connection connection, String sql, Row<R> row, @Nullable Object... arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            List<R> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(row.read(result));
                }
            }
            return rows;
        }
    }

    public static <R> Optional<R> first(Connection connection, String sql, Row<R> row, @Nullable Object... arguments)
            throws SQLException {
        return query(connection, sql, row, arguments).stream().findFirst();
    }

    /// How many rows it touched.
    public static int update(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            return statement.executeUpdate();
        }
    }

    /// `count` placeholders, or groups of them, with commas.
    public static String repeated(String placeholder, int count) {
        return String.join(",", Collections.nCopies(count, placeholder));
    }

    public static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }
}
