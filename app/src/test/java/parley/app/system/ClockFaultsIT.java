package parley.app.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.testkit.Checkout;

/// As [FaultsIT], with libfaketime between one of three nodes and its clock; skipped where it is not.
@Tag("faults")
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClockFaultsIT {
    private static final VerifiedCluster.Size SIZE = VerifiedCluster.Size.OF_A_FAULT;

    private Path clock = Path.of("");
    private ClusterOf cluster;
    private VerifiedCluster verified;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Optional<Path> library = library();
        FaultTable.assume(
                library.isPresent(),
                "clock-forward, clock-back",
                "libfaketime is not there, so no clock can be made to jump");
        clock = Files.writeString(folder.resolve("clock"), "+0\n");
        cluster = ClusterOf.start(
                3,
                folder,
                // A clock that jumps must not end what people signed in with.
                Map.of("PARLEY_ACCOUNTS_ACCESS_TOKEN_LIFETIME", "24h"),
                faked(library.get()));
        verified = new VerifiedCluster(cluster, folder);
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /// The wall clock alone: what waits goes by the other one.
    private Map<String, String> faked(Path library) {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", clock.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1",
                // Else each timed wait of a JVM is over at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /// Debian's package libfaketime, installed or unpacked by `ops/test`.
    private static Optional<Path> library() {
        return Stream.of(Path.of("/usr/lib"), Checkout.cache().resolve("servers/root/usr/lib"))
                .filter(Files::isDirectory)
                .flatMap(ClockFaultsIT::children)
                .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList().stream();
        } catch (IOException unreadable) {
            return Stream.of();
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
