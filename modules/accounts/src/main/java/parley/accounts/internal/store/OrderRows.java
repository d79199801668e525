package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import parley.kernel.Dialect;

/// `accounts_order`: rows are added, read by their time and removed.
public final class OrderRows {
    public static final int END_SESSION = 1;
    public static final int DRAIN = 2;

    private OrderRows() {}

    public record Order(long id, int kind, String target, long orderedMillis) {}

    public static void insert(Connection connection, Dialect dialect, long id, int kind, String target)
            throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_order (id, kind, target, ordered_at) values (?, ?, ?, " + dialect.nowMillis()
                        + ")",
                id,
                kind,
                target);
    }

    /// Given since `sinceMillis` on the database's clock.
    public static List<Order> since(Connection connection, long sinceMillis) throws SQLException {
        return Sql.query(
                connection,
                "select id, kind, target, ordered_at from accounts_order where ordered_at >= ?",
                row -> new Order(row.getLong(1), row.getInt(2), row.getString(3), row.getLong(4)),
                sinceMillis);
    }

    /// Removes up to `rowsMax` that are older than `keptMillis`; answers how many.
    public static int clean(Connection connection, Dialect dialect, long keptMillis, int rowsMax) throws SQLException {
        return Sql.update(
                connection,
                "delete from accounts_order where ordered_at < " + dialect.nowMillis() + " - ? limit ?",
                keptMillis,
                rowsMax);
    }
}
