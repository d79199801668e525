package parley.messaging.internal.conversation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.Database;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// What is kept for a time only.
@ExtendWith(LeakChecker.class)
@EachEngine("messaging")
final class HousekeepingIT {
    private final Database database;

    HousekeepingIT(TestDatabase database) {
        this.database = database.database();
    }

    @Test
    void endedMembershipsAndRequestsGoAfterTheirTimeAndNothingElse() throws SQLException {
        // Design 5: removed rows are kept 30 days.
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            String now = database.dialect().nowMillis();
            for (int i = 1; i <= 4; i++) {
                int unused = statement.executeUpdate("insert into messaging_membership values (1, " + i + ", "
                        + (i % 2 + 1) + ", 3, 1, 1, 0, " + now + ", " + now + " - " + (i <= 2 ? 100_000 : 0) + ")");
                unused = statement.executeUpdate("insert into messaging_created values (1, X'0" + i + "', 5, X'00', "
                        + now + " - " + (i <= 2 ? 100_000 : 0) + ")");
            }
        }
        assertEquals(3, Housekeeping.purge(database, Duration.ofSeconds(50)));
        assertEquals(3, count("messaging_membership"));
        assertEquals(2, count("messaging_created"));
        assertEquals(0, Housekeeping.purge(database, Duration.ofSeconds(50)));
    }

    private int count(String table) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from " + table)) {
            return row.next() ? row.getInt(1) : -1;
        }
    }
}
