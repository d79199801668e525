package parley.history.internal.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.Dialect;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

/// How a lane's connection locks and waits.
@EachEngine("history")
final class LaneLocksIT {
    private static final int HEADS = 100;

    private final TestDatabase database;
    private final Dialect dialect;

    LaneLocksIT(TestDatabase database) {
        this.database = database;
        this.dialect = database.engine().dialect();
    }

    @Test
    void headsAreLockedByPointsOfThePrimaryKey() throws SQLException {
        // With half of all keys in the list an optimiser would scan, and lock, every head.
        fill();
        LaneSql sql = new LaneSql(dialect);
        for (int count : List.of(1, 8, 64)) {
            assertPoints(sql.lockHeads(count), count, 1);
            if (count <= sql.keysPerLookUp()) {
                assertPoints(sql.knownKeys(count), count, 3);
            }
        }
    }

    @Test
    void aLockOnSomeHeadsLeavesTheOthersFree() throws SQLException {
        // Two lanes, two nodes: neither waits for heads that it does not share with the other.
        fill();
        LaneConnections connections = new LaneConnections(database.database(), LaneLimits.defaults());
        try (LaneSession even = new LaneSession(connections);
                LaneSession odd = new LaneSession(connections)) {
            LaneSession.Heads evens = even.lockHeads(ids(0));
            LaneSession.Heads odds = odd.lockHeads(ids(1));
            assertEquals(HEADS / 2, evens.byConversation().size());
            assertEquals(HEADS / 2, odds.byConversation().size());
            even.rollBack();
            odd.rollBack();
        }
    }

    @Test
    void aFrozenNodeLosesItsLocksSoon() throws SQLException {
        // Design 3.4: the database ends an idle transaction of a lane after 5 seconds.
        try (Connection connection = new LaneConnections(database.database(), LaneLimits.defaults()).open();
                Statement statement = connection.createStatement()) {
            assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
            String select = switch (dialect) {
                case H2 -> "select lock_timeout() / 1000, 5";
                case MARIADB -> "select @@innodb_lock_wait_timeout, @@idle_transaction_timeout";
                case MYSQL -> "select @@innodb_lock_wait_timeout, @@wait_timeout";
            };
            try (ResultSet row = statement.executeQuery(select)) {
                assertTrue(row.next());
                assertEquals(3, row.getInt(1));
                assertEquals(5, row.getInt(2));
            }
            connection.rollback();
        }
    }

    private static List<Long> ids(int parity) {
        return LongStream.rangeClosed(1, HEADS)
                .filter(id -> id % 2 == parity)
                .boxed()
                .toList();
    }

    private void assertPoints(String select, int count, int columns) throws SQLException {
        Set<String> types = new HashSet<>();
        try (Connection connection = database.connect();
                PreparedStatement explain = connection.prepareStatement("explain " + select)) {
            for (int i = 0; i < count; i++) {
                explain.setLong(columns * i + 1, i + 1);
                if (columns == 3) {
                    explain.setLong(3 * i + 2, 1);
                    explain.setBytes(3 * i + 3, new byte[] {'k'});
                }
            }
            try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                    types.add(dialect == Dialect.H2 ? scanOfH2(rows.getString(1)) : rows.getString("type"));
                }
            }
        }
        assertTrue(Set.of("range", "const").containsAll(types), types + " for " + select);
    }

    /// H2 names the index in a comment of the plan.
    private static String scanOfH2(String plan) {
        return plan.toLowerCase(Locale.ROOT).contains("primary_key") ? "range" : plan;
    }

    private void fill() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 1; i <= HEADS; i++) {
                int unused = statement.executeUpdate("insert into history_head values (" + i
                        + ", 1, 0, 0, 1, 0, 1, 1) on duplicate key update head = values(head)");
                unused = statement.executeUpdate("insert into history_sent values (" + i + ", 1, x'6b', 1, 1, 1, x'00')"
                        + " on duplicate key update seq = values(seq)");
            }
        }
    }
}
