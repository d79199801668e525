package parley.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.testkit.Await;
import parley.testkit.Engine;
import parley.testkit.MariaDb;
import parley.testkit.SqlReplica;
import parley.testkit.SqlServer;
import parley.testkit.TestServers;
import picocli.CommandLine;

/// I1, told honestly: `check-config --live` asks the real database and says what a message survives there.
final class LiveCheckIT {
    private static final String KILL_AND_POWER =
            "An acknowledged message survives the end of the database's process and a power cut of its host, ";

    private static final int NOBODY_LISTENS = 1;

    @TempDir
    Path folder;

    private record Ran(int code, String out, String err) {}

    private Ran check(String yaml, String... more) throws IOException {
        Path config = Files.writeString(folder.resolve("live.yaml"), yaml);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] arguments = new String[3 + more.length];
        arguments[0] = "check-config";
        arguments[1] = "--config";
        arguments[2] = config.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return new Ran(command.execute(arguments), out.toString(), err.toString());
    }

    private Ran live(SqlServer server) throws IOException {
        Ran ran = check(yaml(server.port(), "root"), "--live");
        assertEquals(0, ran.code(), ran.err());
        return ran;
    }

    private static String yaml(int port, String user) {
        return "database:\n  url: jdbc:mariadb://127.0.0.1:" + port + "/?allowPublicKeyRetrieval=true\n  user: " + user
                + "\n  connect-time: 3s\n";
    }

    private static void assertTold(Ran ran, String... parts) {
        for (String part : parts) {
            assertTrue(ran.out().contains(part), part + " in\n" + ran.out());
        }
    }

    @Test
    void withoutABinlogNothingCanTakeOver() throws IOException {
        // Settings as they are, below one sentence.
        assumeTrue(Engine.selected().contains(Engine.MARIADB));
        assertTold(
                live(TestServers.mariaDb()),
                KILL_AND_POWER + "but may be lost in the loss of its host with a failover (it writes no binlog",
                "\nserver: MariaDB 10.11",
                "\ninnodb_flush_log_at_trx_commit: 1\n",
                "\nlog_bin: OFF\n",
                "\nreplicas_connected: 0\n");
    }

    @Test
    void aBinlogThatIsNotSyncedLosesInAPowerCut() throws IOException {
        // MariaDB's own default.
        assumeTrue(Engine.selected().contains(Engine.MARIADB));
        try (MariaDb server = MariaDb.start("--log-bin", "--sync-binlog=0")) {
            assertTold(
                    live(server),
                    "An acknowledged message survives the end of the database's process, but may be lost in a power"
                            + " cut of its host (sync_binlog is 0), and in the loss of its host with a failover (no"
                            + " replica is connected).",
                    "\nsync_binlog: 0\n");
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("servers")
    void aReplicaThatNobodyWaitsForMayLackTheNewest(Engine engine) throws IOException {
        // Asynchronous replication: the sentence says so, and how many replicas are connected.
        SqlReplica.Mode mode = SqlReplica.Mode.ASYNCHRONOUS;
        try (SqlServer primary = SqlReplica.startPrimary(engine, mode);
                SqlReplica replica = SqlReplica.follow(primary, mode)) {
            replica.awaitCaughtUp();
            assertTold(
                    live(primary),
                    KILL_AND_POWER + "but may be lost in the loss of its host with a failover (replication is",
                    "\nreplicas_connected: 1\n");
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("servers")
    void aReplicaThatEachCommitWaitsForHasIt(Engine engine) throws IOException, SQLException {
        // Semi-synchronous, AFTER_SYNC, endless; a time-out takes it back, and so does the other wait point.
        SqlReplica.Mode mode = SqlReplica.Mode.SEMI_SYNCHRONOUS;
        try (SqlServer primary = SqlReplica.startPrimary(engine, mode);
                SqlReplica replica = SqlReplica.follow(primary, mode)) {
            assertTold(
                    live(primary),
                    "An acknowledged message survives the end of the database's process, a power cut of its host and the"
                            + " loss of its host with a failover (each commit waits until a replica has it; promote",
                    "wait_point: AFTER_SYNC\n",
                    "clients: 1\n");
            replica.cut();
            Await.until("too few", () -> live(primary).out().contains("because 0 of 1 are connected"));
            String prefix = "rpl_semi_sync_" + (engine == Engine.MYSQL80 ? "source_" : "master_");
            set(primary, prefix + "timeout = 2000");
            assertTold(live(primary), "within 2000 ms is acknowledged without one");
            set(primary, prefix + "timeout = 4294967295");
            set(primary, prefix + "wait_point = AFTER_COMMIT");
            assertTold(live(primary), "with the wait point AFTER_COMMIT others read a message");
        }
    }

    static Stream<Engine> servers() {
        return Engine.selected().stream().filter(engine -> engine != Engine.H2);
    }

    private static void set(SqlServer server, String assignment) throws SQLException {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute("set global " + assignment);
        }
    }

    @Test
    void mySqlIsAskedByItsOwnNames() throws IOException, SQLException {
        // Replicas are seen with a right that Parley needs for nothing else: without it they are "not seen".
        assumeTrue(Engine.selected().contains(Engine.MYSQL80));
        SqlServer server = TestServers.mySql80();
        assertTold(
                live(server),
                KILL_AND_POWER + "but may be lost in the loss of its host with a failover (it writes no binlog",
                "\nserver: MySQL 8.0",
                "\nreplicas_connected: 0\n");
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute("create user live@'%'");
            try {
                assertTold(
                        check(yaml(server.port(), "live"), "--live"),
                        "\nreplicas_connected: not seen, the database's user lacks the right REPLICATION SLAVE\n");
            } finally {
                boolean unusedToo = statement.execute("drop user live@'%'");
            }
        }
    }

    @Test
    void theEmbeddedDatabaseHasASentenceOfItsOwn() throws IOException {
        // Nothing is opened for it, so a node may be running.
        Ran ran = check("{}\n", "--live", "--data", folder.resolve("data").toString());
        assertEquals(0, ran.code(), ran.err());
        assertTold(ran, KILL_AND_POWER + "but may be lost in the loss of its host with a failover (the embedded");
        assertFalse(Files.exists(folder.resolve("data")));
        assertFalse(check("{}\n").out().contains("acknowledged message"), "only when asked for");
    }

    @Test
    void aDatabaseThatIsAwayIsOneSentenceAndOne() throws IOException {
        // Exit code 1; the configuration was printed before.
        Ran ran = check(yaml(NOBODY_LISTENS, "root"), "--live");
        assertEquals(1, ran.code());
        assertEquals(1, ran.err().lines().count(), ran.err());
        assertTrue(ran.err().contains("cannot be used"), ran.err());
        assertTold(ran, "\ndatabase.user: root");
        assertEquals(0, check(yaml(NOBODY_LISTENS, "root")).code(), "without --live nobody connects");
    }
}
