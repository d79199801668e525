package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests of failovers stand on this.
@ExtendWith(LeakChecker.class)
final class SqlReplicaIT {
    static Stream<Engine> engines() {
        return Engine.selected().stream().filter(engine -> engine != Engine.H2);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("engines")
    void aCutReplicaLacksWhatAnAsynchronousPrimaryAcknowledges(Engine engine) throws SQLException {
        // What was fetched is there after the promotion, and what was committed behind a cut is not.
        try (SqlServer primary = SqlReplica.startPrimary(engine, SqlReplica.Mode.ASYNCHRONOUS);
                SqlReplica replica = SqlReplica.follow(primary, SqlReplica.Mode.ASYNCHRONOUS)) {
            run(primary, "create database d");
            run(primary, "create table d.kept (id int primary key)");
            run(primary, "insert into d.kept values (1)");
            replica.awaitCaughtUp();
            replica.cut();
            run(primary, "insert into d.kept values (2)");
            primary.kill9();
            SqlServer promoted = replica.promote();
            assertEquals("1", one(promoted, "select count(*) from d.kept"));
            run(promoted, "insert into d.kept values (3)");
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("engines")
    void aSemiSynchronousPrimaryAcknowledgesNothingBehindACut(Engine engine) throws SQLException {
        // Without a replica a commit waits, and with it again it goes on.
        SqlReplica.Mode mode = SqlReplica.Mode.SEMI_SYNCHRONOUS;
        try (SqlServer primary = SqlReplica.startPrimary(engine, mode);
                SqlReplica replica = SqlReplica.follow(primary, mode)) {
            run(primary, "create database d");
            run(primary, "create table d.kept (id int primary key)");
            run(primary, "insert into d.kept values (1)");
            replica.cut();
            assertThrows(SQLException.class, () -> run(primary, "insert into d.kept values (2)"));
            assertEquals("1", one(primary, "select count(*) from d.kept"));
            replica.join();
            Await.until(
                    "the commit that waited",
                    () -> one(primary, "select count(*) from d.kept").equals("2"));
            replica.awaitCaughtUp();
            primary.kill9();
            assertEquals("2", one(replica.promote(), "select count(*) from d.kept"));
        }
    }

    private static void run(SqlServer server, String sql) throws SQLException {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        }
    }

    private static String one(SqlServer server, String query) throws SQLException {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }
}
