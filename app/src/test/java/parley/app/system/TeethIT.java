package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.app.teeth.PlantedBug;
import parley.app.teeth.PlantedJar;
import parley.testkit.Await;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.FreePort;
import parley.testkit.MariaDb;
import parley.testkit.TestDatabase;

/// `parley verify` on one node that has a bug: it must find it. Beside each, the same run without a bug
/// is green.
final class TeethIT {
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final long ANSWERED_NANOS = Duration.ofSeconds(1).toNanos();

    private final MariaDb server = MariaDb.start();
    private final TestDatabase database = TestDatabase.create(server, "accounts", "history", "messaging");

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        database.close();
        server.close();
    }

    @Test
    void aNodeThatStoresRepeatsAndLeavesOutWhatWasMissedIsFound() {
        // The verdict has teeth: two bugs in the program itself, both found and named, exit code 4.
        check(List.of(), PlantedBug.KNOWS_NO_REPEAT, PlantedBug.RESUMES_ONE_TOO_FAR);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "KNOWS_NO_REPEAT",
                "RESUMES_ONE_TOO_FAR",
                "PUSHES_TO_WHO_WAS_REMOVED",
                "REMEMBERS_THE_END",
                "SHOWS_OLD_CONTENT"
            })
    @Tag("faults")
    void aBugOfOneNodeIsFound(PlantedBug bug) {
        // Each bug by itself breaks the invariant that is about it, also on a slow machine.
        check(LONG, List.of(), bug);
    }

    @Test
    @Tag("faults")
    void withoutABugNothingIsFound() {
        // The same run is green, so what is found is found because of the bug.
        check(LONG, List.of());
    }

    @ParameterizedTest
    @EnumSource(names = {"NODE_DIES", "DATABASE_DIES"})
    @Tag("faults")
    void whatIsAcknowledgedBeforeTheCommitIsFoundLost(Event event) {
        // I1: who answers before the commit loses what it acknowledged when the node or the database dies. It dies
        // while something is acknowledged and not committed.
        check(List.of(event), PlantedBug.ACKNOWLEDGES_BEFORE_COMMIT);
    }

    @Test
    @Tag("faults")
    void whoGoesOnInANewEpochIsFound() {
        // Positions of an epoch that is over mean nothing: a server that goes on from them is found, whatever the new
        // epoch holds.
        check(List.of(Event.EPOCH_ENDS), PlantedBug.GOES_ON_IN_A_NEW_EPOCH);
    }

    @ParameterizedTest
    @EnumSource(Event.class)
    @Tag("faults")
    void withoutABugNothingIsFoundThen(Event event) {
        // The same events without a bug. An epoch that ended for nothing is no loss, and is told.
        VerifyProcess.Ended ended = check(List.of(event));
        assertEquals(event == Event.EPOCH_ENDS, ended.said().contains("for nothing"), ended.said());
    }

    /// What happens in the middle of the traffic.
    enum Event {
        NODE_DIES,
        DATABASE_DIES,
        EPOCH_ENDS
    }

    private VerifyProcess.Ended check(List<Event> events, PlantedBug... bugs) {
        return check(SHORT, events, bugs);
    }

    private VerifyProcess.Ended check(Duration duration, List<Event> events, PlantedBug... bugs) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_HTTP_PORT", Integer.toString(FreePort.next()));
        environment.put("PARLEY_ADMIN_PORT", Integer.toString(FreePort.next()));
        if (bugs.length > 0) {
            environment.putAll(PlantedJar.make(folder, bugs).environment());
        }
        try (SystemNode node = SystemNode.on(database, made("node"), environment)) {
            boolean isLate = List.of(bugs).contains(PlantedBug.ACKNOWLEDGES_BEFORE_COMMIT);
            List<HookedFault> faults =
                    events.stream().map(event -> fault(event, node, isLate)).toList();
            VerifyProcess.Ended ended = VerifyProcess.run(
                    made("run"),
                    database,
                    List.of(node.address()),
                    faults,
                    "--duration=" + duration.toSeconds() + "s",
                    "--rate=150",
                    "--people=6",
                    "--big=6");
            faults.forEach(HookedFault::close);
            judge(ended, node, bugs);
            return ended;
        }
    }

    private HookedFault fault(Event event, SystemNode node, boolean isLate) {
        return switch (event) {
            case NODE_DIES ->
                HookedFault.of(folder, "node-dies", () -> dies(isLate, node.process()::kill9), node::restart);
            case DATABASE_DIES ->
                HookedFault.of(folder, "database-dies", () -> dies(isLate, server::kill9), server::restart);
            case EPOCH_ENDS ->
                HookedFault.of(
                        folder,
                        "epoch-ends",
                        this::renewEpoch,
                        () -> Await.until(
                                "the node has begun again",
                                () -> node.process().stderr().contains("the node has begun again")));
        };
    }

    /// With the bug: while it holds back what was acknowledged.
    private void dies(boolean isLate, Runnable death) {
        if (!isLate) {
            death.run();
            return;
        }
        Path hold = made("node/hold");
        Await.until("something is acknowledged and not committed", () -> Files.exists(folder.resolve("node/held")));
        long since = System.nanoTime();
        Await.until("who sent it has the answer", () -> System.nanoTime() - since > ANSWERED_NANOS);
        death.run();
        try {
            Files.delete(hold);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private void renewEpoch() {
        Map<String, String> environment =
                Map.of("PARLEY_DATABASE_URL", database.jdbcUrl(), "PARLEY_DATABASE_USER", database.user());
        try (ChildProcess renew = ChildJvm.jar(made("renew"), environment, "epoch", "--renew")) {
            assertEquals(0, renew.awaitExit(Duration.ofSeconds(60)), renew.tail());
        }
    }

    private static void judge(VerifyProcess.Ended ended, SystemNode node, PlantedBug... bugs) {
        if (bugs.length == 0) {
            assertEquals("verdict nothing lost", ended.verdict(), ended.said());
            assertEquals(0, ended.code());
            return;
        }
        assertEquals(4, ended.code(), ended.said());
        for (PlantedBug bug : bugs) {
            assertTrue(ended.broken().contains(bug.breaks()), bug + ": " + ended.said());
        }
        assertTrue(PlantedJar.wasMet(node.process().stderr()), "the bug's code never ran");
    }

    private Path made(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
