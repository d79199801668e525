package parley.app.system;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import parley.testkit.TestDatabase;

/// A look at the tables past the program.
final class Rows {
    /// The trail of what operators did also holds what was refused to them; when somebody was last seen is
    /// written some time after; a node writes its own row every second.
    private static final Set<String> NOT_COMPARED = Set.of("accounts_audit", "accounts_seen", "messaging_loop");

    private Rows() {}

    /// The one number that `sql` gives.
    static long number(TestDatabase database, String sql) {
        return Long.parseLong(text(database, sql));
    }

    /// What every table holds, as a checksum each: equal before and after something that changes
    /// nothing.
    static Map<String, String> checksums(TestDatabase database) {
        Map<String, String> sums = new TreeMap<>();
        for (String table : tables(database)) {
            sums.put(table, column(database, "checksum table " + table + " extended", 2));
        }
        return sums;
    }

    /// All of the modules' tables, also those that are new.
    private static List<String> tables(TestDatabase database) {
        String names = text(
                database,
                "select group_concat(table_name) from information_schema.tables where table_schema = database()"
                        + " and table_name regexp '^(accounts|history|messaging)_'");
        return Arrays.stream(names.split(",", -1))
                .filter(name -> !NOT_COMPARED.contains(name))
                .toList();
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
