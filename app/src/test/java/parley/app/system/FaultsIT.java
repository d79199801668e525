package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.testkit.ChaosProxy;
import parley.verify.Fault;
import parley.verify.Verdict;
import parley.verify.VerifyRun;

/// Each fault alone, as long as it is meant to be, on three nodes behind nginx under the traffic of
/// `parley verify`, and its verdict.
@Tag("faults")
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    private static final VerifiedCluster.Size SIZE = VerifiedCluster.Size.OF_A_FAULT;

    private static final Duration AWAY = Duration.ofSeconds(10);

    private static final int STORM = 5_000;
    private static final Duration STORM_BACK_MAX = Duration.ofSeconds(60);
    private static final long SLOW_BYTES_PER_SECOND = 25_000;

    private Path folder = Path.of("");
    private ClusterOf cluster;
    private VerifiedCluster verified;

    @BeforeAll
    void start(@TempDir Path temporary) {
        folder = temporary;
        // Thousands of clients come from one address.
        cluster = ClusterOf.start(
                3,
                folder,
                Map.of(
                        "PARLEY_SESSIONS_LIMITS_PER_ADDRESS_MAX", "18000",
                        "PARLEY_SESSIONS_LIMITS_HANDSHAKES_PER_ADDRESS_MAX", "2000"));
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
        VerifiedCluster.eachSeed(seed -> verified.assertHolds(name, seed, SIZE, List.of(fault(name, seed))));
    }

    private Fault fault(String name, long seed) {
        int node = 1 + new Random(seed).nextInt(3);
        return switch (name) {
            case "redis-away-from-a-node" -> ClusterFaults.redisAway(cluster, node, AWAY);
            case "database-away-from-a-node" -> ClusterFaults.databaseAway(cluster, node, AWAY);
            default -> VerifyRun.named(name, new ClusterParts(cluster), seed);
        };
    }

    @Test
    void slowReadersLoseNothingInARollingRestart() {
        // I6, I8: those whose network takes less than what they are sent are fed from the log on the next node.
        try (ChaosProxy slow = ChaosProxy.to(cluster.nginx().port())) {
            String address = "http://127.0.0.1:" + slow.port() + "/";
            List<String> addresses = new ArrayList<>(List.of(address, address));
            addresses.addAll(verified.addresses());
            VerifiedCluster.Size busy =
                    new VerifiedCluster.Size(SIZE.duration(), 120, SIZE.people(), SIZE.big(), SIZE.bounds());
            VerifiedCluster.eachSeed(seed -> {
                Fault fault = ClusterFaults.rollingRestartWithSlowReaders(cluster, slow, SLOW_BYTES_PER_SECOND, seed);
                Verdict verdict = verified.run(fault.name(), seed, busy, List.of(fault), addresses);
                assertTrue(verdict.holds(), verdict::toString);
            });
        }
    }

    @Test
    void aStormOfClientsThatComeBackHurtsNobody() {
        // "Reconnect storm of 5,000 clients": all are back on two nodes within 60 s, and the others' chat holds.
        FaultTable.assume(
                openFilesMax() > 2L * STORM + 1_000,
                "reconnect-storm",
                "a process may open " + openFilesMax() + " files here, too few for " + STORM + " clients");
        List<String> tokens = StormPeople.tokens(cluster, folder, STORM);
        VerifiedCluster.eachSeed(seed -> {
            Fault fault =
                    ClusterFaults.storm(cluster, STORM, STORM_BACK_MAX, () -> new Storm(tokens, cluster.ports(), 15));
            verified.assertHolds(fault.name(), seed, SIZE, List.of(fault));
        });
    }

    private static long openFilesMax() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 0;
    }
}
