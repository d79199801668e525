package parley.app.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// As [FaultsIT], with libfaketime between one of three nodes and its clock; skipped where it is not.
@Tag("faults")
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClockFaultsIT {
    private static final VerifiedCluster.Size SIZE = VerifiedCluster.Size.OF_A_FAULT;

    private FakedClock clock;
    private ClusterOf cluster;
    private VerifiedCluster verified;

    @BeforeAll
    void start(@TempDir Path folder) {
        Optional<FakedClock> faked = FakedClock.in(folder);
        FaultTable.assume(faked.isPresent(), "clock-forward, clock-back", FakedClock.MISSING);
        clock = faked.get();
        cluster = ClusterOf.start(
                3,
                folder,
                // A clock that jumps must not end what people signed in with.
                Map.of("PARLEY_ACCOUNTS_ACCESS_TOKEN_LIFETIME", "24h"),
                clock.environment());
        verified = new VerifiedCluster(cluster, folder);
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"clock-forward,3600", "clock-back,-7200"})
    void theWallClockDecidesNothing(String name, int seconds) {
        // Order, repeats and resumption do not read the clock of a node: it jumps by +1 h and by -2 h, and back.
        VerifiedCluster.eachSeed(seed ->
                verified.assertHolds(name, seed, SIZE, List.of(ClusterFaults.clock(name, cluster, clock, seconds))));
    }
}
