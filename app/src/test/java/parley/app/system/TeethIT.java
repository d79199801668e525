package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import parley.testkit.FreePort;
import parley.testkit.MariaDb;
import parley.testkit.TestDatabase;

/// `parley verify` on one node that has a bug: it must find it. Beside each, the same run without a bug
/// is green.
final class TeethIT {
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
        // Each bug by itself breaks the invariant that is about it.
        check(List.of(), bug);
    }

    @Test
    @Tag("faults")
    void withoutABugNothingIsFound() {
        // The same run is green, so what is found is found because of the bug.
        check(List.of());
    }

    @ParameterizedTest
    @EnumSource(Killed.class)
    @Tag("faults")
    void whatIsAcknowledgedBeforeTheCommitIsFoundLost(Killed killed) {
        // I1: who answers before the commit loses what it acknowledged when the node or the database dies.
        check(List.of(killed), PlantedBug.ACKNOWLEDGES_BEFORE_COMMIT);
    }

    @ParameterizedTest
    @EnumSource(Killed.class)
    @Tag("faults")
    void whatIsAcknowledgedAfterTheCommitIsNotLost(Killed killed) {
        // The same deaths without the bug.
        check(List.of(killed));
    }

    /// What dies in the middle of the traffic.
    enum Killed {
        NODE,
        DATABASE
    }

    private void check(List<Killed> killed, PlantedBug... bugs) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_HTTP_PORT", Integer.toString(FreePort.next()));
        environment.put("PARLEY_ADMIN_PORT", Integer.toString(FreePort.next()));
        if (bugs.length > 0) {
            environment.putAll(PlantedJar.make(folder, bugs).environment());
        }
        try (SystemNode node = SystemNode.on(database, made("node"), environment)) {
            List<HookedFault> faults = new ArrayList<>();
            killed.forEach(one -> faults.add(
                    switch (one) {
                        case NODE -> HookedFault.of(folder, "node-kill", node.process()::kill9, node::restart);
                        case DATABASE -> HookedFault.of(folder, "database-kill", server::kill9, server::restart);
                    }));
            VerifyProcess.Ended ended = VerifyProcess.run(
                    made("run"),
                    database,
                    List.of(node.address()),
                    faults,
                    "--duration=4s",
                    "--rate=150",
                    "--people=6",
                    "--big=6");
            faults.forEach(HookedFault::close);
            judge(ended, node, bugs);
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
            throw new java.io.UncheckedIOException(fault);
        }
    }
}
