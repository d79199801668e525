package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;

/// Who comes in a [Storm]: people who are in one conversation each, so that connecting has something to
/// read.
final class StormPeople {
    private static final Duration MADE_WITHIN = Duration.ofMinutes(2);
    private static final int MEMBERS = 100;

    private StormPeople() {}

    /// Makes `count` of them, a multiple of 100; their tokens.
    static List<String> tokens(ClusterOf cluster, Path folder, int count) {
        try {
            Path own = Files.createDirectories(folder.resolve("bench"));
            Path people = own.resolve("people.jsonl");
            Map<String, String> environment = Map.of(
                    "PARLEY_DATABASE_URL", cluster.database().jdbcUrl(),
                    "PARLEY_DATABASE_USER", cluster.database().user());
            try (ChildProcess bench = ChildJvm.jar(
                    own,
                    environment,
                    "bench",
                    "prepare",
                    "--accounts=" + count,
                    "--conversations=" + count / MEMBERS,
                    "--members=" + MEMBERS,
                    "--out=" + people)) {
                assertEquals(0, bench.awaitExit(MADE_WITHIN), bench::tail);
            }
            return Files.readAllLines(people).stream()
                    .map(line -> line.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1"))
                    .toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
