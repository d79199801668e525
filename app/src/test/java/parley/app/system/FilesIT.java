package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// A node that may open no more files keeps whom it has, refuses who is new, and recovers by itself.
class FilesIT {
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
    private static final Duration NOTICED_MAX = Duration.ofSeconds(10);
    private static final int SESSIONS = 60;

    @TempDir
    Path folder;

    @Test
    void aRunningNodeOutlivesALoweredLimitOfFiles() throws Exception {
        // Existing sessions stay and send; new connections are closed at once; after the limit is raised they are let
        // in, and the listener is the same.
        Assumptions.assumeTrue(Files.isExecutable(PRLIMIT), "prlimit is not installed");
        try (SystemNode node = SystemNode.embedded(folder, Map.of("PARLEY_ADMIN_METRICS_OPEN", "true"))) {
            Rest.Person person = node.rest().newPerson("files");
            List<RawHttp> others = new ArrayList<>();
            try (RawClient client = RawClient.open(node.webSocketAddress())) {
                JsonObject unused = client.connect(person.accessToken());
                String conversation = client.call(
                                "conversation.create",
                                "{\"id\":\"g\",\"kind\":\"group\",\"title\":\"G\",\"members\":[]}")
                        .getString("conversation");
                for (int i = 0; i < SESSIONS; i++) {
                    others.add(new RawHttp(node.address()));
                    assertEquals(101, upgrade(others.getLast()));
                }
                String before = limit(node, Integer.toString(openFiles(node) - 10));
                // Not over a new connection: one in the moment before it is noticed would end the listener.
                Await.until(
                        NOTICED_MAX, "noticed", () -> node.process().stderr().contains("files are scarce"));
                assertEquals(1, metric(node, "parley_files_scarce"));
                for (int i = 0; i < 40; i++) {
                    try (RawHttp refused = new RawHttp(node.address())) {
                        assertEquals("", refused.send(RawHttp.upgrade("")).all());
                    }
                    JsonObject sent = client.call("message.send", message(conversation, i));
                    assertTrue(sent.containsKey("seq"), sent::toString);
                }
                assertTrue(metric(node, "parley_files_refused_total") >= 40);
                assertTrue(node.admin().get("health/ready", null).text().contains("\"files\""));
                String unusedLimit = limit(node, before);
                Await.until(NOTICED_MAX, "recovered", () -> metric(node, "parley_files_scarce") == 0);
                try (RawHttp welcome = new RawHttp(node.address())) {
                    assertEquals(101, upgrade(welcome));
                }
                assertTrue(client.isOpen());
                assertTrue(
                        client.call("message.send", message(conversation, 99)).containsKey("seq"));
            } finally {
                others.forEach(RawHttp::close);
            }
        }
    }

    private static int upgrade(RawHttp client) {
        return client.send(RawHttp.upgrade("")).status();
    }

    private static String message(String conversation, int number) {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"" + number + "\",\"body\":{\"text\":\"x\"}}";
    }

    private static double metric(SystemNode node, String name) {
        return node.admin()
                .get("metrics", null)
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static int openFiles(SystemNode node) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + node.process().pid() + "/fd"))) {
            return (int) files.count();
        }
    }

    /// Sets the soft limit of open files; answers what it was.
    private static String limit(SystemNode node, String soft) throws Exception {
        String pid = Long.toString(node.process().pid());
        String before = run(PRLIMIT.toString(), "--pid", pid, "--nofile", "--output", "SOFT", "--noheadings");
        String unused = run(PRLIMIT.toString(), "--pid", pid, "--nofile=" + soft + ":");
        return before.strip();
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
