package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import parley.app.verify.SignedUpPeople;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.Seeds;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.Verdict;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;

/// Runs of `parley verify` on a [ClusterOf]: through nginx and at each node.
final class VerifiedCluster {
    private static final Duration PUSHES_MAX = Duration.ofSeconds(60);

    private static final Path RED = Checkout.root().resolve("app/target/verify-red");

    private final ClusterOf cluster;
    private final Path folder;

    /// `folder` takes a folder for each run; that of a red one is copied to `app/target/verify-red`.
    VerifiedCluster(ClusterOf cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
    }

    /// How much happens. `bounds` is what the verdict asks.
    record Size(Duration duration, double rate, int people, int big, Bounds bounds) {
        /// For one fault that is judged by all that is promised; what comes behind it is waited for.
        static final Size OF_A_FAULT =
                new Size(Duration.ofSeconds(8), 80, 9, 40, new Bounds(200, 100, Await.promised(Duration.ofSeconds(5))));
    }

    /// Ways in for clients: nginx first, then each node.
    List<String> addresses() {
        List<String> addresses = new ArrayList<>();
        addresses.add("http://127.0.0.1:" + cluster.nginx().port() + "/");
        cluster.nodes().forEach(node -> addresses.add(node.address()));
        return addresses;
    }

    /// As [Seeds#each] with one seed, but one that fails keeps no other from being tried.
    static void eachSeed(Seeds.Trial trial) {
        assertAll(Seeds.stream(1).mapToObj(seed -> () -> trial.run(seed)));
    }

    /// Everything that `faults` break holds, or the test fails with what does not.
    void assertHolds(String name, long seed, Size size, List<Fault> faults) {
        Verdict verdict = run(name, seed, size, faults, addresses());
        assertTrue(
                verdict.holds(), () -> name + " with seed " + seed + ": " + verdict.word() + " " + verdict.examples());
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
        List<JsonObject> healing = healing(out);
        healing.forEach(System.out::println);
        FaultTable.add(seed, verdict.word(), healing);
        if (!verdict.holds()) {
            keep(out);
        }
        return verdict;
    }

    private static void keep(Path out) {
        Path kept = RED.resolve(out.getFileName());
        try {
            Path unusedFolder = Files.createDirectories(kept);
            for (String name : List.of(VerifyRun.RECORD, "report.json", "report.html")) {
                Path unused = Files.copy(out.resolve(name), kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            System.out.println("kept in " + kept);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static List<JsonObject> healing(Path out) {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(out.resolve("report.json")))) {
            return List.copyOf(reader.readObject().getJsonArray("healing").getValuesAs(JsonObject.class));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
