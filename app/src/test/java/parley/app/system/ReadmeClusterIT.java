package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Checkout;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;

/// README's second half hour, as it is typed.
@Tag("faults")
final class ReadmeClusterIT {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final Duration PROVEN_WITHIN = Duration.ofMinutes(10);
    private static final String COMMAND = "java -jar app/target/parley.jar ";

    @TempDir
    private Path folder;

    @Test
    void theProofOfTheReadmeProves() throws IOException {
        // README: a cluster of this machine, broken by its own command line, loses nothing. The words that let
        // nginx read its configuration again are tried as well; how long things take depends on the machine.
        Path data = folder.resolve("data");
        List<String> words = new ArrayList<>();
        for (String word : command().split(" ", -1)) {
            words.add(
                    word.equals("data/cluster/cluster.json")
                            ? data.resolve("cluster.json").toString()
                            : word.startsWith("node-kill,") ? word + ",nginx-reload" : word);
        }
        words.add("--in-time=2m");
        Path own = Files.createDirectory(folder.resolve("cluster"));
        try (ChildProcess cluster = ChildProcess.start(
                own,
                List.of(
                        Checkout.root().resolve("ops/cluster").toString(),
                        "3",
                        "--no-build",
                        "--data",
                        data.toString()),
                Map.of("JAVA_HOME", System.getProperty("java.home")))) {
            String unused = cluster.awaitLine(READY_WITHIN, "cluster ready ");
            Path here = Files.createDirectory(folder.resolve("verify"));
            try (ChildProcess run = ChildJvm.jar(
                    here, Map.of("JAVA_HOME", System.getProperty("java.home")), words.toArray(String[]::new))) {
                assertEquals(0, run.awaitExit(PROVEN_WITHIN), run::tail);
                List<String> said = run.stdout().lines().toList();
                assertEquals("verdict nothing lost", said.getLast());
                String page = said.get(said.size() - 2);
                assertTrue(page.matches("report verify-out/[0-9]{8}T[0-9]{6}Z-[0-9]+/report.html"), page);
                assertTrue(Files.exists(here.resolve(page.substring("report ".length()))), page);
                assertTrue(run.stderr().contains("nginx-reload: new workers"), run.stderr());
            }
            cluster.terminate();
            assertEquals(0, cluster.awaitExit(Duration.ofMinutes(1)), cluster::tail);
        }
    }

    private static String command() throws IOException {
        List<String> found = Files.readString(Checkout.root().resolve("README.md"))
                .lines()
                .filter(line -> line.startsWith(COMMAND + "verify --cluster"))
                .toList();
        assertEquals(1, found.size(), "README has one proof of a cluster");
        return found.getFirst().substring(COMMAND.length());
    }
}
