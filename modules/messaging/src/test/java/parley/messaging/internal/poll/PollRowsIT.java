package parley.messaging.internal.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import parley.kernel.Dialect;
import parley.messaging.internal.poll.PollRows.Changed;
import parley.messaging.internal.poll.PollRows.Place;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

/// How the engines read the memberships that changed.
@EachEngine("messaging")
final class PollRowsIT {
    private static final int ROWS = 2_000;
    private static final int ROWS_PER_TIME = 7;
    private static final String INDEX = "messaging_membership_member_at";

    private final TestDatabase database;
    private final Dialect dialect;

    PollRowsIT(TestDatabase database) throws SQLException {
        this.database = database;
        this.dialect = database.engine().dialect();
        fill();
    }

    @Test
    void changedMembershipsAreARangeOfTheIndexInItsOrder() throws SQLException {
        // A look at what changed costs what changed, however many memberships there are.
        for (long from : new long[] {ROWS / ROWS_PER_TIME - 2, 100, 0}) {
            try (Connection connection = database.connect();
                    PreparedStatement explain =
                            connection.prepareStatement("explain " + PollRows.changedSql(dialect))) {
                long[] parameters = {from, 1_000_000, from, 0, 0, 0, 1_000};
                for (int i = 0; i < parameters.length; i++) {
                    explain.setLong(i + 1, parameters[i]);
                }
                try (ResultSet plan = explain.executeQuery()) {
                    assertTrue(plan.next());
                    if (dialect == Dialect.H2) {
                        String text = plan.getString(1).toLowerCase(Locale.ROOT);
                        assertTrue(text.contains(INDEX) && !text.contains("tablescan"), text);
                    } else {
                        String extra = String.valueOf(plan.getString("Extra"));
                        assertEquals("range", plan.getString("type"));
                        assertEquals(INDEX, plan.getString("key"));
                        assertTrue(!extra.contains("filesort"), extra);
                    }
                }
            }
        }
    }

    @Test
    void pagesHoldEveryRowOnce() throws SQLException {
        // I5: more rows than a page holds, and many of the same time, are read without loss.
        for (int limit : new int[] {1, 7, 50, 10_000}) {
            List<Changed> all = new ArrayList<>();
            try (Connection connection = database.connect()) {
                Place last = new Place(200, 0, 0);
                while (true) {
                    List<Changed> page = PollRows.changed(connection, dialect, last, 220, limit);
                    all.addAll(page);
                    if (page.size() < limit) {
                        break;
                    }
                    Changed end = page.getLast();
                    last = new Place(
                            end.memberAt(),
                            end.account().value(),
                            end.conversation().value());
                }
            }
            assertEquals(21 * ROWS_PER_TIME, all.size(), "pages of " + limit);
            assertEquals(all.size(), all.stream().distinct().count());
            assertEquals(200, all.getFirst().memberAt());
            assertEquals(220, all.getLast().memberAt());
        }
    }

    /// Of each time the memberships of one account in all that have the same remainder, and others.
    private void fill() throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement("insert into messaging_membership"
                        + " values (?, ?, 1, 3, 1, 0, 0, 0, ?)"
                        + " on duplicate key update member_at = values(member_at)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < ROWS; i++) {
                insert.setLong(1, 1 + i % 3);
                insert.setLong(2, 1 + i);
                insert.setLong(3, i / ROWS_PER_TIME);
                insert.addBatch();
            }
            int[] unused = insert.executeBatch();
            connection.commit();
        }
    }
}
