package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

@EachEngine("probe")
final class EachEngineIT {
    private static final Set<Engine> SEEN = ConcurrentHashMap.newKeySet();

    private final TestDatabase database;

    EachEngineIT(TestDatabase database) {
        this.database = database;
    }

    @AfterAll
    static void everySelectedEngineWasSeen() {
        assertEquals(Set.copyOf(Engine.selected()), SEEN);
    }

    @Test
    void transactionsRunAtReadCommittedOnTheEngineItself() {
        // Store tests rest on the isolation level that production has.
        SEEN.add(database.engine());
        int isolation = database.database().<Integer>read(Connection::getTransactionIsolation);
        assertEquals(Connection.TRANSACTION_READ_COMMITTED, isolation);
        String product =
                database.database().read(connection -> connection.getMetaData().getDatabaseProductName());
        assertTrue(product.equalsIgnoreCase(database.engine().dialect().name()), product);
    }

    @Test
    void textKeepsEveryCharacter() throws SQLException {
        // The schema's character set holds all of Unicode, and compares byte by byte.
        try (Connection connection = database.connect()) {
            execute(connection, "insert into probe_word values ('a\uD83D\uDE00', x'00'), ('A\uD83D\uDE00', x'ff')");
            try (PreparedStatement query =
                    connection.prepareStatement("select word from probe_word where word = 'a\uD83D\uDE00'")) {
                ResultSet rows = query.executeQuery();
                assertTrue(rows.next());
                assertEquals("a\uD83D\uDE00", rows.getString(1));
                assertTrue(!rows.next());
            }
        }
    }

    @Test
    void migrationsLeaveAHistoryPerModuleAndRunOnce() throws SQLException {
        // As the program's own migrate command does.
        Object unused = database.migrate("probe");
        try (Connection connection = database.connect();
                PreparedStatement query =
                        connection.prepareStatement("select count(*) from probe_migrations where version = '1'")) {
            ResultSet rows = query.executeQuery();
            assertTrue(rows.next());
            assertEquals(1, rows.getInt(1));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            boolean unused = statement.execute();
        }
    }
}
