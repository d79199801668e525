package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakChecker.class)
final class ChildProcessIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// A program that starts a server and waits to be killed.
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) {
            System.out.println("server " + RedisServer.start().process().pid());
            LockSupport.park();
        }
    }

    @Test
    void aServerEndsWithItsJvmHoweverThatEnds() {
        // kill -9 of the JVM runs no shutdown hook; its servers end all the same.
        Path folder = Checkout.temporaryFolder("parent");
        try (ChildProcess parent = ChildJvm.main(folder, Map.of(), Parent.class)) {
            String line = parent.awaitLine(SOON, "server ");
            ProcessHandle server = ProcessHandle.of(Long.parseLong(line.substring("server ".length())))
                    .orElseThrow();
            parent.kill9();
            Await.until("end of the orphan", () -> !server.isAlive());
        }
    }

    @Test
    void aServerEndsWithItsJvmOnTermination() {
        // SIGTERM runs the shutdown hook.
        Path folder = Checkout.temporaryFolder("parent");
        try (ChildProcess parent = ChildJvm.main(folder, Map.of(), Parent.class)) {
            String line = parent.awaitLine(SOON, "server ");
            ProcessHandle server = ProcessHandle.of(Long.parseLong(line.substring("server ".length())))
                    .orElseThrow();
            parent.terminate();
            assertEquals(128 + 15, parent.awaitExit(SOON));
            assertFalse(server.isAlive());
        }
    }

    @Test
    void whatAProgramForkedEndsWithIt() {
        // nginx's workers would otherwise go on serving when their master is killed.
        String ticks = "(while :; do echo tick; sleep 0.02; done) & wait";
        List<String> command = List.of("/bin/sh", "-c", ticks);
        try (ChildProcess parent = ChildProcess.start(Checkout.temporaryFolder("shell"), command, Map.of())) {
            String unused = parent.awaitLine(SOON, "tick");
            parent.freeze();
            String frozen = parent.stdout();
            Await.stays(Duration.ofMillis(200), "silence", () -> parent.stdout().equals(frozen));
            parent.thaw();
            Await.until("the fork ticks again", () -> !parent.stdout().equals(frozen));
            parent.kill9();
            String last = parent.stdout();
            Await.stays(Duration.ofMillis(200), "silence", () -> parent.stdout().equals(last));
        }
    }

    @Test
    void outputExitCodeAndEnvironmentAreItsOwn() {
        // System tests read the two ready lines and the exit codes of the program.
        Path folder = Checkout.temporaryFolder("shell");
        List<String> command = List.of("/bin/sh", "-c", "echo \"said $WORD\"; echo problem >&2; exit 3");
        try (ChildProcess first = ChildProcess.start(folder, command, Map.of("WORD", "a b"))) {
            assertEquals(3, first.awaitExit(SOON));
            assertEquals("said a b\n", first.stdout());
            assertEquals("problem\n", first.stderr());
            assertEquals(3, first.exitCode().orElseThrow());
        }
        try (ChildProcess second = ChildProcess.start(folder, command, Map.of("WORD", "again"))) {
            assertEquals("said again", second.awaitLine(SOON, "said"), "an earlier run's output is not this one's");
        }
    }

    @Test
    void aProgramThatEndsBeforeItsLineIsReportedWithItsOutput() {
        // A failing start is explained by what the program said.
        Path folder = Checkout.temporaryFolder("shell");
        List<String> command = List.of("/bin/sh", "-c", "echo cannot >&2; exit 1");
        try (ChildProcess child = ChildProcess.start(folder, command, Map.of())) {
            AssertionError error = assertThrows(AssertionError.class, () -> child.awaitLine(SOON, "ready"));
            assertTrue(String.valueOf(error.getMessage()).contains("cannot"), error.toString());
        }
    }
}
