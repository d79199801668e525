package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.app.verify.SignedUpPeople;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.Engine;
import parley.testkit.FreePort;
import parley.testkit.TestDatabase;
import parley.verify.Bounds;
import parley.verify.Invariant;
import parley.verify.Verdict;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;

/// `parley verify` on one real node. How long things take depends on the machine, so that is not judged.
final class VerifyIT {
    private static final Bounds BOUNDS = new Bounds(20, 20, Duration.ofMinutes(2));
    private static final Duration RUN_MAX = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void aNodeThatIsKilledLosesNothing() {
        // Exit code 0: a node that dies in the middle of traffic and comes back loses and reorders nothing.
        try (TestDatabase database = TestDatabase.create(Engine.MARIADB, "accounts", "history", "messaging");
                Launched node = new Launched(folder, database)) {
            node.start();
            Path out = folder.resolve("out");
            ChildProcess run = ChildJvm.jar(
                    made(folder.resolve("verify")),
                    Map.of(),
                    "verify",
                    "--cluster",
                    node.file().toString(),
                    "--duration=5s",
                    "--rate=60",
                    "--people=6",
                    "--big=30",
                    "--faults=node-kill",
                    "--in-time=2m",
                    "--out",
                    out.toString());
            String verdict = run.awaitLine(RUN_MAX, "verdict ");
            assertEquals("verdict nothing lost", verdict, () -> told(out).toString());
            assertEquals(0, run.awaitExit(Duration.ofSeconds(20)));
            JsonObject report = report(out);
            JsonObject fault = report.getJsonArray("faults").getJsonObject(1);
            assertTrue(fault.getString("effect").endsWith(" died"), fault.toString());
            JsonObject devices = report.getJsonObject("devices");
            assertTrue(
                    devices.toString().contains("\"sdk\"") && devices.toString().contains("\"raw\""));
            assertTrue(readable(out.resolve("report.html")).contains("nothing lost"));
            assertEquals(0, peopleLeft(database), "its people are removed");
        }
    }

    @Test
    void aRunThatIsEndedOrKilledLeavesNobodyBehind() {
        // SIGTERM and Ctrl-C: its people are removed before it ends; after a kill -9 --clean does it.
        try (TestDatabase database = TestDatabase.create(Engine.MARIADB, "accounts", "history", "messaging");
                Launched node = new Launched(folder, database)) {
            node.start();
            try (ChildProcess run = begun(node, "ended")) {
                run.terminate();
                assertEquals(143, run.awaitExit(Duration.ofSeconds(90)), run::tail);
            }
            assertEquals(0, peopleLeft(database));
            try (ChildProcess run = begun(node, "killed")) {
                run.kill9();
            }
            assertEquals(5, peopleLeft(database));
            try (ChildProcess clean = ChildJvm.jar(
                    made(folder.resolve("clean")),
                    Map.of(),
                    "verify",
                    "--clean",
                    "--cluster",
                    node.file().toString())) {
                assertEquals(0, clean.awaitExit(Duration.ofSeconds(60)), clean::tail);
                assertEquals("removed 5 accounts", clean.stdout().strip());
            }
            assertEquals(0, peopleLeft(database));
        }
    }

    /// A long run, once people chat.
    private ChildProcess begun(Launched node, String name) {
        ChildProcess run = ChildJvm.jar(
                made(folder.resolve(name)),
                Map.of(),
                "verify",
                "--cluster",
                node.file().toString(),
                "--duration=10m",
                "--rate=20",
                "--people=4",
                "--big=5");
        Await.until(RUN_MAX, "people chat", () -> run.stderr().contains("phase warm-up") || !run.isAlive());
        assertTrue(run.isAlive(), run.tail());
        return run;
    }

    private static int peopleLeft(TestDatabase database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select count(*) from accounts_account where handle like 'verify.%'")) {
            assertTrue(row.next());
            return row.getInt(1);
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }

    @Test
    void aRowThatIsGoneIsFound() {
        // Exit code 4 stands for this verdict: what was acknowledged and is not in the tables is lost.
        AtomicBoolean isTampered = new AtomicBoolean();
        try (TestDatabase database = TestDatabase.create(Engine.MARIADB, "accounts", "history", "messaging");
                SystemNode node = SystemNode.on(database, folder, Map.of())) {
            List<String> addresses = List.of(node.address());
            VerifyPlan plan = new VerifyPlan(
                    7,
                    Duration.ofSeconds(2),
                    60,
                    addresses,
                    4,
                    5,
                    List.of(),
                    folder.resolve("out"),
                    BOUNDS,
                    Duration.ofSeconds(30),
                    "a row is deleted");
            Verdict verdict = VerifyRun.run(
                    plan,
                    new SignedUpPeople(addresses),
                    VerifyRun.bySql(() -> {
                        if (isTampered.compareAndSet(false, true)) {
                            deleteMessage(database);
                        }
                        return database.connect();
                    }),
                    line -> {});
            assertTrue(verdict.broken().keySet().containsAll(List.of(Invariant.I1, Invariant.I3)), verdict.toString());
            assertTrue(verdict.broken().containsKey(Invariant.I14), verdict.toString());
            VerifyRun.Again again = VerifyRun.again(folder.resolve("out"), Optional.empty());
            assertEquals(BOUNDS, again.bounds(), "the record says by what it is judged");
            assertEquals(verdict.broken(), again.verdict().broken());
        }
    }

    private static void deleteMessage(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertEquals(
                    1, statement.executeUpdate("delete from history_entry where kind = 1 order by seq desc limit 1"));
        }
    }

    @Test
    @Tag("faults")
    void theEmbeddedDatabaseIsReadByItsNode() throws IOException {
        // Where nobody else can open the database, the node itself tells, and the verdict says so.
        try (SystemNode node = SystemNode.embedded(folder)) {
            Path key = Files.writeString(folder.resolve("key"), node.adminKey());
            Map<String, String> environment = new HashMap<>();
            environment.put("PARLEY_HTTP_PORT", port(node.address()));
            environment.put("PARLEY_ADMIN_PORT", port(node.adminAddress()));
            Path out = folder.resolve("out");
            ChildProcess run = ChildJvm.jar(
                    made(folder.resolve("verify")),
                    environment,
                    "verify",
                    "--duration=2s",
                    "--rate=60",
                    "--people=4",
                    "--big=4",
                    "--in-time=2m",
                    "--admin-key-file",
                    key.toString(),
                    "--out",
                    out.toString());
            String verdict = run.awaitLine(RUN_MAX, "verdict ");
            assertEquals("verdict nothing lost", verdict, () -> told(out).toString());
            assertEquals(
                    "the node itself, by its operators' listener",
                    report(out).getJsonObject("tables").getString("source"));
            assertEquals(0, run.awaitExit(Duration.ofSeconds(20)));
            assertTrue(run.stderr().contains("removed 4 accounts"), run.stderr());
            try (ChildProcess clean = ChildJvm.jar(
                    made(folder.resolve("clean")),
                    environment,
                    "verify",
                    "--clean",
                    "--admin-key-file",
                    key.toString())) {
                assertEquals(0, clean.awaitExit(Duration.ofSeconds(60)), clean::tail);
                assertEquals("removed 0 accounts", clean.stdout().strip(), "nobody was left");
            }
        }
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static String port(String address) {
        return address.replaceAll(".*:([0-9]+)/", "$1");
    }

    private static JsonObject told(Path out) {
        return report(out).getJsonObject("invariants");
    }

    private static JsonObject report(Path out) {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(out.resolve("report.json")))) {
            return reader.readObject();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static String readable(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /// A node that somebody else can start again: a script does it, and a file says what runs where.
    private static final class Launched implements AutoCloseable {
        private final Path folder;
        private final Path script;
        private final Path file;

        Launched(Path folder, TestDatabase database) {
            this.folder = folder;
            script = folder.resolve("start");
            file = folder.resolve("cluster.json");
            int port = FreePort.next();
            int adminPort = FreePort.next();
            String text = """
                    #!/bin/sh
                    cd '%s' || exit 1
                    PARLEY_DATABASE_URL='%s' PARLEY_DATABASE_USER='%s' PARLEY_DATABASE_PASSWORD='%s' \\
                      PARLEY_HTTP_PORT=%d PARLEY_ADMIN_PORT=%d '%s' -XX:+UseSerialGC -Xmx512m \\
                      --enable-native-access=ALL-UNNAMED -jar '%s' serve --data data >node.out 2>>node.log </dev/null &
                    pid=$!
                    until grep -q 'parley admin' node.out; do kill -0 $pid || exit 1; sleep 0.1; done
                    printf '{"nodes":[{"name":"n1","pid":%%s,"port":%d,"adminPort":%d,"start":["%s"]}],' $pid >new
                    printf '"database":{"pid":0,"port":0,"url":"%s","user":"%s","start":[]}}' >>new
                    mv new cluster.json
                    """.formatted(
                            folder,
                            database.jdbcUrl(),
                            database.user(),
                            database.password(),
                            port,
                            adminPort,
                            Path.of(System.getProperty("java.home"), "bin", "java"),
                            Checkout.root().resolve("app/target/parley.jar"),
                            port,
                            adminPort,
                            script,
                            database.jdbcUrl(),
                            database.user());
            try {
                Path unused = Files.setPosixFilePermissions(
                        Files.writeString(script, text), PosixFilePermissions.fromString("rwx------"));
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }

        void start() {
            try (ChildProcess started = ChildProcess.start(folder, List.of(script.toString()), Map.of())) {
                assertEquals(0, started.awaitExit(Duration.ofSeconds(60)), started.tail());
            }
        }

        Path file() {
            return file;
        }

        @Override
        public void close() {
            try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
                long pid = reader.readObject()
                        .getJsonArray("nodes")
                        .getJsonObject(0)
                        .getJsonNumber("pid")
                        .longValue();
                ProcessHandle.of(pid).ifPresent(node -> {
                    boolean unused = node.destroyForcibly();
                });
            } catch (IOException missing) {
                throw new UncheckedIOException(missing);
            }
        }
    }
}
