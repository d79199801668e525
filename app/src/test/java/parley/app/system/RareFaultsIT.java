package parley.app.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.RedisFailover;

/// As [FaultsIT], for what not every machine lets a test do: three nodes with Redis behind sentinels and a
/// database on a small disk. What this machine cannot do is skipped.
@Tag("faults")
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RareFaultsIT {
    private static final VerifiedCluster.Size SIZE = VerifiedCluster.Size.OF_A_FAULT;

    private RedisFailover redis;
    private ClusterOf cluster;
    private VerifiedCluster verified;

    @BeforeAll
    void start(@TempDir Path folder) {
        redis = RedisFailover.start();
        cluster = ClusterOf.start(3, folder, Map.of("PARLEY_REDIS_URL", redis.url()));
        verified = new VerifiedCluster(cluster, folder);
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    @Order(1)
    void aFailoverWithTwoMastersLosesNothing() {
        // I5: sentinels put the replica in the place of a master that only stood still and goes on taking writes.
        VerifiedCluster.eachSeed(
                seed -> verified.assertHolds("redis-failover", seed, SIZE, List.of(ClusterFaults.failover(redis))));
    }

    @Test
    @Order(2)
    void aFullDiskOfTheDatabaseLosesNothing() {
        // I1: what cannot be stored is not acknowledged, and all goes on when there is room again. Takes the database
        // with it, so it is the last one.
        FaultTable.assume(
                SmallDisk.isPossible(),
                "database-disk-full",
                "only root may mount a small file system, so no disk can be filled");
        try (SmallDisk disk = new SmallDisk(cluster.server())) {
            VerifiedCluster.eachSeed(seed ->
                    verified.assertHolds("database-disk-full", seed, SIZE, List.of(ClusterFaults.diskFull(disk))));
        }
    }
}
