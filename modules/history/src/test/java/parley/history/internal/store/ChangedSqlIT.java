package parley.history.internal.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import parley.kernel.Dialect;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

/// How the engines read the heads that changed.
@EachEngine("history")
final class ChangedSqlIT {
    private static final int HEADS = 2_000;
    private static final String INDEX = "history_head_changed";

    private final TestDatabase database;

    ChangedSqlIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void changedHeadsAreARangeOfTheIndexInItsOrder() throws SQLException {
        // A look at what changed costs what changed, however many conversations there are.
        fill();
        Dialect dialect = database.engine().dialect();
        String select = new ReadSql(dialect, Duration.ofSeconds(3)).changed();
        String plain = select.substring(select.indexOf("select "));
        for (long from : new long[] {HEADS - 10, HEADS / 2, 0}) {
            try (Connection connection = database.connect();
                    PreparedStatement explain = connection.prepareStatement("explain " + plain)) {
                explain.setLong(1, from);
                explain.setLong(2, from + HEADS);
                explain.setLong(3, from);
                explain.setLong(4, 0);
                explain.setInt(5, 1_000);
                try (ResultSet plan = explain.executeQuery()) {
                    assertTrue(plan.next());
                    if (dialect == Dialect.H2) {
                        String text = plan.getString(1).toLowerCase(Locale.ROOT);
                        assertTrue(text.contains(INDEX) && !text.contains("tablescan"), text);
                    } else {
                        String extra = String.valueOf(plan.getString("Extra"));
                        assertTrue("range".equals(plan.getString("type")), plan.getString("type"));
                        assertTrue(INDEX.equals(plan.getString("key")), plan.getString("key"));
                        assertTrue(!extra.contains("filesort"), extra);
                    }
                }
            }
        }
    }

    private void fill() throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert =
                        connection.prepareStatement("insert into history_head values (?, 1, 0, 0, 1, 0, 1, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= HEADS; i++) {
                insert.setLong(1, i);
                insert.setLong(2, i);
                insert.addBatch();
            }
            int[] unused = insert.executeBatch();
            connection.commit();
        }
    }
}
