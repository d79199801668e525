package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.app.teeth.PlantedBug;
import parley.app.teeth.PlantedJar;
import parley.testkit.Await;

/// `parley verify` on two nodes and Redis that have a bug: it must find it. Beside each, the same run
/// without it is green.
@Tag("faults")
final class ClusterTeethIT {
    @TempDir
    Path folder;

    @Test
    void whatIsPushedAsItComesIsFound() {
        // I4: hints of two nodes that write into one conversation cross; without the feed's order devices see that.
        red(PlantedBug.PUSHES_WHAT_COMES, run(cluster -> List.of(), PlantedBug.PUSHES_WHAT_COMES));
    }

    @Test
    void withoutABugNothingIsFound() {
        // The same run is green.
        green(run(cluster -> List.of()));
    }

    @Test
    void withoutThePollAnEmptyRedisIsFound() {
        // I5: Redis is flushed, dies and comes back empty; what was said meanwhile in conversations that are silent
        // since is never pushed on the other node.
        red(PlantedBug.NEVER_POLLS, run(this::redisComesBackEmpty, PlantedBug.NEVER_POLLS));
    }

    @Test
    void withThePollAnEmptyRedisIsNoLoss() {
        // The same with the poll.
        green(run(this::redisComesBackEmpty));
    }

    @Test
    void withoutThePollADeathBeforeTellingIsFound() {
        // I5, I8: a node dies between commit and publish; nobody on the other node ever gets what it committed.
        red(PlantedBug.NEVER_POLLS, run(this::aNodeDies, PlantedBug.NEVER_POLLS, PlantedBug.DIES_BEFORE_IT_TELLS));
    }

    @Test
    void withThePollADeathBeforeTellingIsNoLoss() {
        // The same with the poll.
        green(run(this::aNodeDies, PlantedBug.DIES_BEFORE_IT_TELLS));
    }

    private List<HookedFault> redisComesBackEmpty(ClusterOf cluster) {
        return List.of(HookedFault.of(
                folder,
                "redis-flushall-kill",
                () -> {
                    cluster.redis().flush();
                    cluster.redis().kill9();
                },
                cluster.redis()::restart));
    }

    private List<HookedFault> aNodeDies(ClusterOf cluster) {
        SystemNode node = cluster.node(1);
        return List.of(HookedFault.of(
                folder,
                "node-kill-before-telling",
                () -> {
                    write(node.folder().resolve("halt"));
                    Await.until("the node is dead", () -> !node.process().isAlive());
                },
                () -> {
                    delete(node.folder().resolve("halt"));
                    node.restart();
                }));
    }

    private VerifyProcess.Ended run(Function<ClusterOf, List<HookedFault>> broken, PlantedBug... bugs) {
        Map<String, String> environment =
                bugs.length == 0 ? Map.of() : PlantedJar.make(folder, bugs).environment();
        try (ClusterOf cluster = ClusterOf.start(2, folder, environment)) {
            List<HookedFault> faults = broken.apply(cluster);
            VerifyProcess.Ended ended = VerifyProcess.run(
                    made(folder.resolve("run")),
                    cluster.database(),
                    cluster.nodes().stream().map(SystemNode::address).toList(),
                    faults,
                    "--duration=4s",
                    "--rate=100",
                    "--people=12",
                    "--big=12");
            faults.forEach(HookedFault::close);
            boolean isMet = cluster.nodes().stream()
                    .anyMatch(node -> PlantedJar.wasMet(read(node.folder().resolve("stderr"))));
            assertEquals(bugs.length > 0, isMet, "whether a bug's code ran: " + ended.said());
            return ended;
        }
    }

    private static void green(VerifyProcess.Ended ended) {
        assertEquals("verdict nothing lost", ended.verdict(), ended.said());
        assertEquals(0, ended.code());
    }

    private static void red(PlantedBug bug, VerifyProcess.Ended ended) {
        assertEquals(4, ended.code(), ended.said());
        assertTrue(ended.broken().contains(bug.breaks()), bug + ": " + ended.said());
    }

    /// Of all processes that a node has been.
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void write(Path file) {
        try {
            Path unused = Files.createFile(file);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
