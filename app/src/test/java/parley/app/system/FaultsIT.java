package parley.app.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testkit.Await;
import parley.testkit.Seeds;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.VerifyRun;

/// Each fault alone, as long as it is meant to be, on three nodes behind nginx under the traffic of
/// `parley verify`, and its verdict.
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    private static final VerifiedCluster.Size SIZE = new VerifiedCluster.Size(
            Duration.ofSeconds(12), 100, 9, 40, new Bounds(200, 100, Await.promised(Duration.ofSeconds(5))));

    private static final Duration AWAY = Duration.ofSeconds(10);

    private ClusterOf cluster;
    private VerifiedCluster verified;

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = ClusterOf.start(3, folder, Map.of());
        verified = new VerifiedCluster(cluster, folder);
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node-kill",
                "node-stop",
                "rolling-restart",
                "redis-kill-empty",
                "redis-stop",
                "redis-flushall",
                "redis-client-kill",
                "redis-away-from-a-node",
                "database-kill",
                "database-stop",
                "database-away-from-a-node",
                "nginx-kill",
                "nginx-reload"
            })
    void nothingIsLost(String name) {
        // I1-I5, I8: no acknowledged message is lost or reordered, every device holds 1..head in order, and all is as
        // before within 5 s of the end of the fault.
        Seeds.each(1, seed -> verified.assertHolds(name, seed, SIZE, List.of(fault(name, seed))));
    }

    private Fault fault(String name, long seed) {
        int node = 1 + new Random(seed).nextInt(3);
        return switch (name) {
            case "redis-away-from-a-node" -> ClusterFaults.redisAway(cluster, node, AWAY);
            case "database-away-from-a-node" -> ClusterFaults.databaseAway(cluster, node, AWAY);
            default -> VerifyRun.named(name, new ClusterParts(cluster), seed);
        };
    }
}
