package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakChecker.class)
@ParameterizedClass(allowZeroInvocations = true)
@MethodSource("servers")
final class SqlServerIT {
    private final SqlServer server;

    SqlServerIT(SqlServer server) {
        this.server = server;
    }

    static Stream<SqlServer> servers() {
        return Engine.selected().stream().filter(engine -> engine != Engine.H2).map(SqlServerIT::start);
    }

    private static SqlServer start(Engine engine) {
        String flag = "--innodb-lock-wait-timeout=7";
        return engine == Engine.MARIADB ? MariaDb.start(flag) : MySql80.start(flag);
    }

    @Test
    void flushesAtEachCommitAndTakesFlagsOfTheCaller() throws SQLException {
        // A test that proves durability stands on these settings.
        assertEquals("1", one("select @@innodb_flush_log_at_trx_commit"));
        assertEquals("0", one("select @@log_bin"));
        assertEquals("7", one("select @@innodb_lock_wait_timeout"));
        assertEquals("utf8mb4_bin", one("select @@collation_server"));
    }

    @Test
    void committedRowsSurviveKillAndRestartOnTheSamePort() throws SQLException {
        // A killed server comes back under its address with what was committed.
        try (TestDatabase database = TestDatabase.create(server)) {
            int port = server.port();
            long pid = server.process().pid();
            run(database, "create table kept (id int primary key)");
            run(database, "insert into kept values (1)");
            server.kill9();
            assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
            assertThrows(SQLException.class, database::connect);
            server.restart();
            assertEquals(port, server.port());
            // The pool may first hand out a connection that the kill broke.
            Await.until("the row", () -> database.database().<Integer>read(SqlServerIT::keptRows) == 1);
        }
    }

    @Test
    void aFrozenServerAnswersNothingUntilItIsThawed() throws Exception {
        // SIGSTOP is how tests make a server hang.
        try (Connection connection = server.connect("mysql")) {
            server.freeze();
            try {
                assertFalse(connection.isValid(1));
            } finally {
                server.thaw();
            }
        }
        Await.until("an answer after the thaw", () -> one("select 1").equals("1"));
    }

    private String one(String query) throws SQLException {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            assertTrue(rows.next());
            return rows.getString(1);
        }
    }

    private static void run(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        }
    }

    private static int keptRows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from kept")) {
            assertTrue(rows.next());
            return rows.getInt(1);
        }
    }
}
