package parley.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Checkout;
import parley.testkit.Engine;
import parley.testkit.TestDatabase;
import picocli.CommandLine;

/// The commands that end by themselves, on an embedded database and on MariaDB.
final class CommandIT {
    @TempDir
    Path folder;

    private String data = "";

    @BeforeEach
    void chooseFolder() {
        data = folder.resolve("data").toString();
    }

    /// What a command printed and how it ended.
    private record Ran(int code, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return new Ran(command.execute(arguments), out.toString(), err.toString());
    }

    @Test
    void everyCommandHasHelpAndAWrongCommandLineIsUsage() {
        // --help everywhere; exit code 2 is usage.
        for (String command : List.of(
                "",
                "serve",
                "migrate",
                "check-config",
                "token",
                "admin-key",
                "admin-key create",
                "bench",
                "bench prepare",
                "bench clean",
                "verify",
                "bench watch",
                "epoch",
                "version")) {
            List<String> arguments = new ArrayList<>(Stream.of(command.split(" ", 2))
                    .filter(part -> !part.isEmpty())
                    .toList());
            arguments.add("--help");
            Ran ran = run(arguments.toArray(String[]::new));
            assertEquals(0, ran.code(), command);
            assertTrue(ran.out().startsWith("Usage: parley"), ran.out());
        }
        for (String[] wrong : new String[][] {
            {},
            {"fly"},
            {"serve", "--prot", "1"},
            {"token"},
            {"serve", "--port", "x"},
            {"verify", "--duration", "x"},
            {"verify", "--rest", "x"},
            {"verify", "--in-time", "5"},
            {"verify", "--people", "2"},
            {"verify", "--faults", "meteor"},
            {"verify", "--faults", "node-kill"},
            {"verify", "--fault-hook", "junk"},
            {"verify", "--judge", "--in-time", "x", "--out", "."},
            {"verify", "--judge", "--clean"}
        }) {
            assertEquals(2, run(wrong).code(), String.join(" ", wrong));
        }
        assertTrue(run("version").out().startsWith("parley "));
    }

    @Test
    void aFaultIsOneSentenceAndOne() throws IOException {
        // Exit code 1: one sentence on standard error.
        Path config = Files.writeString(folder.resolve("a.yaml"), "http:\n  prot: 1\n");
        for (String command : List.of("serve", "migrate", "check-config")) {
            Ran ran = run(command, "--config", config.toString(), "--data", data);
            assertEquals(1, ran.code());
            assertEquals(1, ran.err().lines().count(), ran.err());
            assertTrue(ran.err().contains("'http.port'"), ran.err());
            assertEquals("", ran.out());
        }
    }

    @Test
    void theShippedConfigurationPasses() {
        // CI runs check-config on every file in config/.
        Ran ran = run(
                "check-config",
                "--config",
                Checkout.root().resolve("config/application.yaml").toString());
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.out().contains("\nhttp.port: 8080  # "), ran.out());
    }

    @Test
    void migrateSaysWhatItWouldDoThenDoesItOnce() {
        // migrate --dry-run prints what it would do.
        Ran dry = run("migrate", "--data", data, "--dry-run");
        assertEquals(0, dry.code(), dry.err());
        assertTrue(dry.lines().contains("would apply history V1 log"), dry.out());
        assertEquals(dry.out(), run("migrate", "--data", data, "--dry-run").out(), "nothing was done");
        Ran real = run("migrate", "--data", data);
        assertEquals(dry.out().replace("would apply", "applied"), real.out());
        assertEquals("the schema is current\n", run("migrate", "--data", data).out());
    }

    @Test
    void theEpochIsPrintedAndRenewed() {
        // epoch prints what clients get with their positions; --renew makes those of before worthless.
        String first = run("epoch", "--data", data).out();
        assertEquals(first, run("epoch", "--data", data).out());
        String second = run("epoch", "--renew", "--data", data).out();
        assertNotEquals(first, second);
        assertEquals(second, run("epoch", "--data", data).out());
    }

    @Test
    void aKeyIsPrintedOnceAndATokenIsOfAnAccount() {
        // admin-key create prints a key once; token prints an access token.
        Ran key = run("admin-key", "create", "--data", data, "--name", "ci", "--scopes", "admin,metrics");
        assertEquals(0, key.code(), key.err());
        assertEquals(1, key.lines().size());
        Ran again = run("admin-key", "create", "--data", data, "--name", "ci", "--scopes", "admin");
        assertEquals(1, again.code());
        assertTrue(run("admin-key", "list", "--data", data).out().startsWith("ci  admin,metrics  "));
        assertFalse(run("admin-key", "list", "--data", data)
                .out()
                .contains(key.lines().getFirst()));
        assertEquals(
                0, run("admin-key", "revoke", "--data", data, "--name", "ci").code());
        assertEquals(
                1, run("admin-key", "revoke", "--data", data, "--name", "ci").code());
        assertEquals(
                1,
                run("admin-key", "create", "--data", data, "--name", "x", "--scopes", "root")
                        .code());

        Ran unknown = run("token", "--data", data, "--account", "nobody");
        assertEquals(1, unknown.code());
        assertTrue(unknown.err().contains("'nobody'"), unknown.err());
    }

    @Test
    void benchFillsAndEmptiesTheDatabase() throws IOException {
        // bench prepare: each account in conversations x members / accounts of them; clean removes all.
        Path file = folder.resolve("tokens.jsonl");
        Ran made = run(
                "bench",
                "prepare",
                "--data",
                data,
                "--accounts",
                "20",
                "--conversations",
                "10",
                "--members",
                "6",
                "--tokens-live",
                "1h",
                "--out",
                file.toString());
        assertEquals(0, made.code(), made.err());
        List<String> lines = Files.readAllLines(file);
        assertEquals(20, lines.size());
        for (String line : lines) {
            assertTrue(
                    line.matches("\\{\"account\":\"[0-9]+\",\"handle\":\"[a-z0-9_.]{3,32}\",\"token\":\"[^\"]+\","
                            + "\"conversations\":\\[\"[0-9]+\",\"[0-9]+\",\"[0-9]+\"]}"),
                    line);
        }
        assertEquals(
                0,
                run("token", "--data", data, "--account", handle(lines.getFirst()))
                        .code());
        assertEquals(
                "removed 20 accounts\n", run("bench", "clean", "--data", data).out());
        assertEquals(
                1,
                run("token", "--data", data, "--account", handle(lines.getFirst()))
                        .code());
        assertEquals(
                "removed 0 accounts\n", run("bench", "clean", "--data", data).out());
        try (Connection connection = java.sql.DriverManager.getConnection(
                TestDatabase.h2Url(Path.of(data).resolve("parley")), "sa", "")) {
            for (String table : List.of(
                    "history_head",
                    "history_entry",
                    "history_sent",
                    "messaging_conversation",
                    "messaging_member",
                    "messaging_membership",
                    "messaging_created")) {
                assertEquals(0, count(connection, table), table);
            }
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /// How many there are in the tree.
    private static long migrations() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.root().resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".sql")).count();
        }
    }

    @Test
    void anotherDatabaseIsMigratedByCommandAndOnlyCheckedByServe() throws SQLException, IOException {
        // serve only validates any other database; newer or dirty schema: a sentence, exit 3.
        try (TestDatabase database = TestDatabase.create(Engine.MARIADB)) {
            String[] config = {"--config", configFor(database)};
            Ran early = run("serve", config[0], config[1]);
            assertEquals(1, early.code());
            assertTrue(early.err().contains("run 'parley migrate' first"), early.err());
            assertEquals(
                    migrations(),
                    run("migrate", config[0], config[1], "--dry-run").lines().size());
            assertEquals(0, run("migrate", config[0], config[1]).code());
            assertEquals(
                    "the schema is current\n",
                    run("migrate", config[0], config[1]).out());

            execute(database, "update history_migrations set success = 0 where version = '1'");
            assertSchemaFault(config, "dirty");
            execute(database, "update history_migrations set success = 1, checksum = 7 where version = '1'");
            assertSchemaFault(config, "another content");
            execute(database, "update history_migrations set version = '99' where version = '1'");
            assertSchemaFault(config, "newer");
        }
    }

    @Test
    void aDatabaseThatIsAwayIsOneSentenceWithinSeconds() {
        // connectTimeout 1 s: no hanging start.
        long begin = System.nanoTime();
        Ran ran = run("serve", "--config", configFor("jdbc:mariadb://127.0.0.1:9/parley", "root"));
        assertEquals(1, ran.code());
        assertTrue(ran.err().contains("jdbc:mariadb://127.0.0.1:9/parley cannot be used"), ran.err());
        assertTrue(System.nanoTime() - begin < 30_000_000_000L, "took too long");
    }

    private static void assertSchemaFault(String[] config, String word) {
        for (String command : List.of("serve", "migrate")) {
            Ran ran = run(command, config[0], config[1]);
            assertEquals(3, ran.code(), ran.err());
            assertTrue(ran.err().contains(word), ran.err());
        }
    }

    private String configFor(TestDatabase database) {
        return configFor(database.jdbcUrl(), database.user());
    }

    private String configFor(String url, String user) {
        try {
            return Files.writeString(
                            folder.resolve("db.yaml"),
                            "database:\n  url: \"" + url + "\"\n  user: " + user + "\n"
                                    + "http:\n  port: 0\nadmin:\n  port: 0\n")
                    .toString();
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate(sql));
        }
    }

    private static int count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from " + table)) {
            assertTrue(rows.next());
            return rows.getInt(1);
        }
    }

    private static String handle(String line) {
        return line.replaceAll(".*\"handle\":\"([^\"]+)\".*", "$1");
    }
}
