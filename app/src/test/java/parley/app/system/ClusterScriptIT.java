package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildProcess;

/// `ops/cluster` as an operator uses it, with two nodes, and as programs do that hurt its parts.
class ClusterScriptIT {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration ENDED_WITHIN = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void aClusterStartsIsMendedPartByPartAndEndsWithAllItStarted() throws IOException {
        // "ops/cluster N": all is started and told of; what is killed is started again by the words of
        // cluster.json; SIGTERM ends everything; the next start has the same people.
        Path data = folder.resolve("data");
        Rest.Person person;
        List<Long> processes = new ArrayList<>();
        try (ChildProcess cluster = start("first", "2", "--no-build", "--data", data.toString())) {
            cluster.awaitLine(READY_WITHIN, "cluster ready ");
            JsonObject all = read(data);
            assertEquals("rw-------", permissions(data.resolve("cluster.json")));
            person = new Rest(all.getString("url")).newPerson("ann");
            assertEquals(2, nodes(all).size());
            for (JsonObject node : nodes(all)) {
                awaitUp(node);
            }
            JsonObject hurt = nodes(all).getFirst();
            kill9(hurt);
            startAgain(hurt);
            JsonObject mended = nodes(read(data)).getFirst();
            assertNotEquals(hurt.getInt("pid"), mended.getInt("pid"));
            awaitUp(mended);
            JsonObject redis = all.getJsonObject("redis");
            kill9(redis);
            startAgain(redis);
            nodes(read(data)).forEach(node -> processes.add(pid(node)));
            for (String part : List.of("database", "redis", "nginx")) {
                processes.add(pid(read(data).getJsonObject(part)));
            }
            cluster.terminate();
            assertEquals(0, cluster.awaitExit(ENDED_WITHIN), cluster::tail);
        }
        processes.forEach(pid -> assertFalse(isAlive(pid), "process " + pid + " is left"));
        assertFalse(Files.exists(data.resolve("cluster.json")));
        // Nobody would end what is started now.
        assertRefused("No cluster runs in", "--data", data.toString(), "start", "database");
        try (ChildProcess cluster = start("second", "1", "--no-build", "--data", data.toString())) {
            cluster.awaitLine(READY_WITHIN, "cluster ready ");
            JsonObject all = read(data);
            Rest.Person again = new Rest(all.getString("url")).signIn(person.id(), person.handle(), person.password());
            assertEquals(person.id(), again.id());
            // Whatever becomes of the script, nothing is left behind.
            cluster.kill9();
            Await.until(
                    ENDED_WITHIN,
                    "the parts end with their script",
                    () -> !isAlive(pid(nodes(all).getFirst())) && !isAlive(pid(all.getJsonObject("database"))));
        }
    }

    @Test
    void aFolderThatHoldsSomethingElseIsLeftAlone() throws IOException {
        // "--fresh" deletes and the start protects what is in the folder: not in one that is no cluster's.
        Path data = Files.createDirectory(folder.resolve("precious"));
        Path kept = Files.writeString(Files.createDirectory(data.resolve("log")).resolve("kept"), "kept");
        Path settings = Files.writeString(data.resolve("settings"), "touch " + data.resolve("done") + "\n");
        String before = permissions(data);
        assertRefused("holds something else", "--fresh", "--no-build", "--data", data.toString());
        assertEquals("kept", Files.readString(kept));
        assertTrue(Files.exists(settings)
                && !Files.exists(data.resolve("done"))
                && permissions(data).equals(before));
    }

    private void assertRefused(String why, String... words) throws IOException {
        try (ChildProcess refused = run("ops/cluster", "refused", words)) {
            assertEquals(1, refused.awaitExit(ENDED_WITHIN), refused::tail);
            assertTrue(refused.stderr().contains(why), refused::tail);
        }
    }

    @Test
    @Tag("faults")
    void aRollingRestartMissesNothingAndSaysHowLongPeopleWaited() throws IOException {
        // I8: node by node, drained, ended with 0, ready again, while people chat through nginx; other processes
        // serve afterwards.
        Path data = folder.resolve("data");
        try (ChildProcess cluster = start("first", "2", "--no-build", "--data", data.toString())) {
            cluster.awaitLine(READY_WITHIN, "cluster ready ");
            List<Long> before =
                    nodes(read(data)).stream().map(ClusterScriptIT::pid).toList();
            try (ChildProcess rolling =
                    run("ops/rolling-restart", "rolling", "--no-build", "--data", data.toString())) {
                assertEquals(0, rolling.awaitExit(Duration.ofMinutes(5)), rolling::tail);
                System.out.println(rolling.stdout() + rolling.stderr());
                assertTrue(rolling.stdout().matches("(?s)\\d+ messages .*\nlongest pause \\d+ ms\n"), rolling::tail);
            }
            List<JsonObject> after = nodes(read(data));
            after.forEach(node -> assertFalse(before.contains(pid(node)), node.toString()));
            after.forEach(ClusterScriptIT::awaitUp);
            cluster.terminate();
            assertEquals(0, cluster.awaitExit(ENDED_WITHIN), cluster::tail);
        }
    }

    private ChildProcess start(String name, String... words) throws IOException {
        return run("ops/cluster", name, words);
    }

    private ChildProcess run(String script, String name, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Checkout.root().resolve(script).toString());
        command.addAll(List.of(words));
        return ChildProcess.start(
                Files.createDirectory(folder.resolve(name)),
                command,
                Map.of("JAVA_HOME", System.getProperty("java.home")));
    }

    private void startAgain(JsonObject part) throws IOException {
        List<String> words = part.getJsonArray("start").getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .toList();
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"));
        Path own = Files.createTempDirectory(folder, "start");
        try (ChildProcess starting = ChildProcess.start(own, words, environment)) {
            assertEquals(0, starting.awaitExit(READY_WITHIN), starting::tail);
        }
    }

    private static JsonObject read(Path data) throws IOException {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(data.resolve("cluster.json")))) {
            return reader.readObject();
        }
    }

    private static List<JsonObject> nodes(JsonObject cluster) {
        return cluster.getJsonArray("nodes").getValuesAs(JsonObject.class);
    }

    private static void awaitUp(JsonObject node) {
        Rest rest = new Rest("http://127.0.0.1:" + node.getInt("port") + "/");
        Await.until("the node is up", () -> rest.get("health/ready", null).status() == 200);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static long pid(JsonObject part) {
        return part.getJsonNumber("pid").longValue();
    }

    private static void kill9(JsonObject part) {
        ProcessHandle process = ProcessHandle.of(pid(part)).orElseThrow();
        assertTrue(process.destroyForcibly());
        Await.until("the end of process " + pid(part), () -> !isAlive(pid(part)));
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
