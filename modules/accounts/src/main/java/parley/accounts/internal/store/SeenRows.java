package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import parley.kernel.AccountId;

/// `accounts_seen`: one row per account whose last session ended once.
public final class SeenRows {
    private SeenRows() {}

    public static Optional<Long> find(Connection connection, AccountId account) throws SQLException {
        return Sql.first(
                connection,
                "select seen_at from accounts_seen where account = ?",
                row -> row.getLong(1),
                account.value());
    }

    public static int delete(Connection connection, AccountId account) throws SQLException {
        return Sql.update(connection, "delete from accounts_seen where account = ?", account.value());
    }

    /// Writes `rows` in one statement; a time never goes back. They come in ascending order of accounts,
    /// so that two nodes do not lock each other out.
    public static void put(Connection connection, List<Map.Entry<AccountId, Long>> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Object[] arguments = rows.stream()
                .flatMap(row -> Stream.of(row.getKey().value(), row.getValue()))
                .toArray();
        int unused = Sql.update(
                connection,
                "insert into accounts_seen (account, seen_at) values " + Sql.repeated("(?, ?)", rows.size())
                        + " on duplicate key update seen_at = greatest(seen_at, values(seen_at))",
                arguments);
    }
}
