package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import parley.app.verify.SignedUpPeople;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.Verdict;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;

/// Runs of `parley verify` on a [ClusterOf]: through nginx and at each node.
final class VerifiedCluster {
    private static final Duration PUSHES_MAX = Duration.ofSeconds(60);

    private final ClusterOf cluster;
    private final Path folder;

    /// `folder` takes a folder for each run.
    VerifiedCluster(ClusterOf cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
    }

    /// How much happens. `bounds` is what the verdict asks.
    record Size(Duration duration, double rate, int people, int big, Bounds bounds) {}

    /// Ways in for clients: nginx first, then each node.
    List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        addresses.add("http://127.0.0.1:" + cluster.nginx().port() + "/");
        cluster.nodes().forEach(node -> addresses.add(node.address()));
        return addresses;
    }

    /// Everything that `faults` break holds, or the test fails with what does not.
    void assertHolds(String name, long seed, Size size, List<Fault> faults) {
        Verdict verdict = run(name, seed, size, faults, addresses());
        assertTrue(verdict.holds(), () -> name + ": " + verdict.word() + " " + verdict.examples());
    }

    /// The verdict of one run, which is printed with what the report says of its faults.
    Verdict run(String name, long seed, Size size, List<Fault> faults, List<String> addresses) {
        Path out = folder.resolve(name + "-" + seed);
        VerifyPlan plan = new VerifyPlan(
                seed,
                size.duration(),
                size.rate(),
                addresses,
                size.people(),
                size.big(),
                faults,
                out,
                size.bounds(),
                PUSHES_MAX,
                name);
        Verdict verdict =
                VerifyRun.run(plan, new SignedUpPeople(addresses), VerifyRun.bySql(cluster::connect), line -> {});
        System.out.println(name + " with seed " + seed + ": " + verdict.word());
        told(out).forEach(System.out::println);
        return verdict;
    }

    private static List<String> told(Path out) {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(out.resolve("report.json")))) {
            return reader.readObject().getJsonArray("healing").getValuesAs(JsonObject.class).stream()
                    .map(JsonObject::toString)
                    .toList();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
