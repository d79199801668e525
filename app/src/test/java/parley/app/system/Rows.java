package parley.app.system;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import parley.testkit.TestDatabase;

/// A look at the tables past the program.
final class Rows {
    private static final List<String> TABLES = List.of(
            "history_head",
            "history_entry",
            "history_sent",
            "messaging_conversation",
            "messaging_member",
            "messaging_membership",
            "messaging_created",
            "messaging_direct",
            "accounts_account",
            "accounts_device",
            "accounts_refresh",
            "accounts_ban",
            "accounts_revocation",
            "accounts_api_key");

    private Rows() {}

    /// The one number that `sql` gives.
    static long number(TestDatabase database, String sql) {
        return Long.parseLong(text(database, sql));
    }

    /// What every table holds, as a checksum each: equal before and after something that changes
    /// nothing.
    static Map<String, String> checksums(TestDatabase database) {
        Map<String, String> sums = new TreeMap<>();
        for (String table : TABLES) {
            sums.put(table, column(database, "checksum table " + table + " extended", 2));
        }
        return sums;
    }

    private static String text(TestDatabase database, String sql) {
        return column(database, sql, 1);
    }

    private static String column(TestDatabase database, String sql, int column) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new IllegalStateException("no row: " + sql);
            }
            return String.valueOf(row.getString(column));
        } catch (SQLException fault) {
            throw new IllegalStateException(sql, fault);
        }
    }
}
