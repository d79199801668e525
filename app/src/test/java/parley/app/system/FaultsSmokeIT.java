package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.ChaosProxy;
import parley.testkit.RedisFailover;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.Verdict;

/// What [ClusterIT] cannot break, for it takes Redis behind sentinels and a clock that jumps, or more
/// time: once and briefly, one after the other. How long anything takes is not judged.
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsSmokeIT {
    private static final VerifiedCluster.Size SIZE =
            new VerifiedCluster.Size(Duration.ofSeconds(2), 30, 5, 5, new Bounds(50, 10, Duration.ofMinutes(2)));

    private static final Duration BRIEF = Duration.ofMillis(500);
    private static final int STORM = 500;
    private static final Duration STORM_BACK_MAX = Duration.ofMinutes(2);
    private static final int STORM_COMES_SECONDS = 2;
    private static final long SLOW_BYTES_PER_SECOND = 6_000;
    private static final List<String> CLOCKS = List.of("brief-clock-forward", "brief-clock-back");

    private final Set<String> proven = new HashSet<>();
    private Path folder = Path.of("");
    private Optional<FakedClock> clock = Optional.empty();
    private RedisFailover redis;
    private ClusterOf cluster;
    private VerifiedCluster verified;

    @BeforeAll
    void start(@TempDir Path temporary) {
        folder = temporary;
        clock = FakedClock.in(folder);
        redis = RedisFailover.start();
        cluster = ClusterOf.start(
                3,
                folder,
                Map.of(
                        "PARLEY_REDIS_URL", redis.url(),
                        // A clock that jumps must not end what people signed in with.
                        "PARLEY_ACCOUNTS_ACCESS_TOKEN_LIFETIME", "24h",
                        // A crowd comes from one address.
                        "PARLEY_SESSIONS_LIMITS_HANDSHAKES_PER_ADDRESS_MAX", "2000"),
                clock.map(FakedClock::environment).orElse(Map.of()));
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
    void restartsAStormTwoMastersAndClocksLoseNothing() {
        // I1-I6, I8: all nodes restart one after another under load, with slow readers among the others; a node dies
        // under a crowd, which comes to the others; sentinels put the replica in the place of a master that goes on
        // taking writes; the clock of a node jumps by +1 h and by -2 h, and back. Nothing that was acknowledged is
        // lost, and every device holds 1..head in order.
        List<String> tokens = StormPeople.tokens(cluster, folder, STORM);
        try (ChaosProxy slow = ChaosProxy.to(cluster.nginx().port())) {
            // Both lead through nginx.
            List<String> addresses = List.of(
                    "http://127.0.0.1:" + slow.port() + "/",
                    verified.addresses().getFirst());
            VerifiedCluster.eachSeed(seed -> {
                List<Fault> faults = faults(tokens, slow, seed);
                Verdict verdict = verified.run("rare", seed, SIZE, faults, addresses);
                assertTrue(verdict.holds(), () -> "seed " + seed + ": " + verdict.word() + " " + verdict.examples());
                faults.forEach(fault -> proven.add(fault.name()));
            });
        }
    }

    private List<Fault> faults(List<String> tokens, ChaosProxy slow, long seed) {
        List<Fault> faults = new ArrayList<>();
        faults.add(ClusterFaults.rollingRestartWithSlowReaders(cluster, slow, SLOW_BYTES_PER_SECOND, seed));
        faults.add(ClusterFaults.storm(
                cluster, STORM, STORM_BACK_MAX, () -> new Storm(tokens, cluster.ports(), STORM_COMES_SECONDS)));
        faults.add(ClusterFaults.failover(redis));
        clock.ifPresent(faked -> {
            faults.add(ClusterFaults.clock("clock-forward", cluster, faked, 3_600));
            faults.add(ClusterFaults.clock("clock-back", cluster, faked, -7_200));
        });
        return faults.stream()
                .map(fault -> ClusterFaults.briefAndAlone(BRIEF, fault))
                .toList();
    }

    @Test
    @Order(2)
    void theClockJumpedAsWell() {
        // Where libfaketime is missing, this is what a run shows as skipped.
        FaultTable.assume(clock.isPresent(), String.join(", ", CLOCKS), FakedClock.MISSING);
        assertTrue(proven.containsAll(CLOCKS), proven.toString());
    }
}
