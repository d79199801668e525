package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The scripts of `ops`, in a checkout whose path has a space, with a JDK and a Maven that only tell
/// what they were asked.
final class OpsScriptsTest {
    private static final List<String> SCRIPTS = List.of(
            "run",
            "test",
            "echo",
            "protocol-profile",
            "cluster",
            "lib.sh",
            "obtain.sh",
            "cluster.sh",
            "cluster-parts.sh");
    private static final Duration RUN_MAX = Duration.ofMinutes(1);

    private Path checkout = Path.of("");
    private Path bin = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        Path folder = Checkout.temporaryFolder("a checkout");
        checkout = Files.createDirectories(folder.resolve("the checkout"));
        bin = Files.createDirectories(folder.resolve("bin"));
        Path ops = Files.createDirectories(checkout.resolve("ops"));
        for (String file : SCRIPTS) {
            Files.copy(Checkout.root().resolve("ops").resolve(file), ops.resolve(file));
        }
        Path jdk = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(jdk.resolveSibling("release"), "JAVA_VERSION=\"25.0.3\"\n");
        script(jdk.resolve("java"), "for word; do echo \"<$word>\"; done");
        script(jdk.resolve("javac"), "exit 0");
        script(bin.resolve("node"), "echo 20");
        script(bin.resolve("npm"), "exit 0");
        Files.writeString(checkout.resolve("pom.xml"), "");
    }

    @Test
    void theLastLineCountsAllReportsOfThisRun() throws IOException {
        // "ops/test" ends with the sum, also beside reports of an earlier run.
        report("modules/history", "surefire", "Old", 99, 9, 0);
        script(
                bin.resolve("mvn"),
                "set -e",
                reporting("modules/history", "surefire", "A", 5, 0, 1),
                reporting("app", "failsafe", "B", 7, 0, 0));
        ChildProcess run = run("test", "--quick");
        assertEquals(0, run.awaitExit(RUN_MAX), run.tail());
        assertEquals("11 passed, 0 failed, 1 skipped", lastLine(run));
    }

    @Test
    void aFailedTestIsCountedAndFailsTheRun() throws IOException {
        // The exit code says what the last line says, whatever Maven makes of it.
        script(bin.resolve("mvn"), reporting("app", "surefire", "A", 5, 2, 0), "printf 'no end of line'");
        ChildProcess run = run("test", "--quick");
        assertEquals(1, run.awaitExit(RUN_MAX), run.tail());
        assertEquals("3 passed, 2 failed, 0 skipped", lastLine(run));
    }

    @Test
    void aRunWithoutTestsOrWithAFailedBuildFails() throws IOException {
        // Nothing that ran is no success.
        script(bin.resolve("mvn"), "exit 0");
        ChildProcess empty = run("test", "--quick");
        assertEquals(1, empty.awaitExit(RUN_MAX), empty.tail());
        assertEquals("0 passed, 0 failed, 0 skipped", lastLine(empty));
        script(bin.resolve("mvn"), reporting("app", "surefire", "A", 5, 0, 0), "exit 7");
        ChildProcess broken = run("test", "--quick");
        assertEquals(7, broken.awaitExit(RUN_MAX), broken.tail());
        assertEquals("5 passed, 0 failed, 0 skipped", lastLine(broken));
    }

    @Test
    void optionsReachMaven() throws IOException {
        // Engines, seeds and the long tests are chosen by properties of the build.
        script(bin.resolve("mvn"), "for word; do echo \"<$word>\"; done");
        ChildProcess run =
                run("test", "--quick", "--engine", "h2,mysql80", "--seeds=@7", "--faults", "--", "-pl", "app");
        int unused = run.awaitExit(RUN_MAX);
        String words = String.join(
                ">\n<",
                "<test",
                "-Dparley.engine=h2,mysql80",
                "-Dparley.seeds=@7",
                "-Dparley.tests.excluded=long",
                "-pl",
                "app>");
        assertTrue(run.stdout().contains(words), run.tail());
    }

    @Test
    void longTestsRunOnlyWhenAskedFor() throws IOException {
        // The build leaves out benchmarks and long tests by itself; `--faults` lets in the latter.
        script(bin.resolve("mvn"), "for word; do echo \"<$word>\"; done");
        ChildProcess run = run("test", "--quick");
        int unused = run.awaitExit(RUN_MAX);
        assertFalse(run.stdout().contains("excluded"), run.tail());
        String pom = Files.readString(Checkout.root().resolve("pom.xml"));
        assertTrue(pom.contains("<parley.tests.excluded>long,faults</parley.tests.excluded>"));
        ChildProcess usage = run("test", "--help");
        assertEquals(0, usage.awaitExit(RUN_MAX), usage.tail());
        assertTrue(usage.stdout().contains("--faults ") && usage.stdout().contains("--seeds N "), usage.tail());
    }

    @Test
    void wrongOptionsEndWithTwo() throws IOException {
        // Usage errors have their own exit code and change nothing.
        for (List<String> words : List.of(
                List.of("test", "--engine", "oracle"),
                List.of("test", "--seeds", "many"),
                List.of("test", "--seeds"),
                List.of("test", "--fast"),
                List.of("run", "--port", "http"),
                List.of("run", "--port", "70000"),
                List.of("run", "--data"),
                List.of("run", "serve"),
                List.of("echo", "--port", "x"),
                List.of("echo", "9001"),
                List.of("protocol-profile", "--port", "x"),
                List.of("protocol-profile", "--channels", "all"),
                List.of("cluster", "0"),
                List.of("cluster", "10"),
                List.of("cluster", "--port-base", "80"),
                List.of("cluster", "start"),
                List.of("cluster", "reload", "--fresh"))) {
            ChildProcess run = run(words.toArray(String[]::new));
            assertEquals(2, run.awaitExit(RUN_MAX), words.toString());
        }
    }

    @Test
    void aFreshJarIsServedWithoutABuild() throws IOException {
        // Start to ready is short once built: Maven is not even asked.
        jar(Instant.now().plusSeconds(60));
        script(bin.resolve("mvn"), "echo built >&2");
        ChildProcess run = run("run", "--port", "18080", "--data", "/a b");
        assertEquals(0, run.awaitExit(RUN_MAX), run.tail());
        assertFalse(run.stderr().contains("built"), run.tail());
        assertFalse(run.stderr().contains("built"), run.tail());
        String jar = checkout.resolve("app/target/parley.jar").toRealPath().toString();
        assertTrue(run.stdout().endsWith("<-jar>\n<" + jar + ">\n<serve>\n<--data>\n</a b>\n"), run.tail());
        assertTrue(run.stdout().contains("<-XX:+UseCompactObjectHeaders>"), run.tail());
    }

    @Test
    void aNewerSourceIsBuiltFirst() throws IOException {
        // What is served is what the sources say; only main sources count.
        jar(Instant.now().plusSeconds(60));
        Path source = Files.createDirectories(checkout.resolve("modules/kernel/src/main/java"))
                .resolve("A.java");
        script(bin.resolve("mvn"), "echo built >&2");
        Files.writeString(source, "class A {}");
        assertFalse(served().contains("built"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
        assertTrue(served().contains("built"));
        Files.delete(source);
        Files.setLastModifiedTime(
                source.getParent(), FileTime.from(Instant.now().plusSeconds(240)));
        assertTrue(served().contains("built"), "a deleted file");
    }

    @Test
    void aFailedBuildIsNotServed() throws IOException {
        // No old program behind a new source.
        script(bin.resolve("mvn"), "echo broken >&2; exit 1");
        ChildProcess run = run("run");
        assertEquals(1, run.awaitExit(RUN_MAX), run.tail());
        assertEquals("", run.stdout());
        assertTrue(run.stderr().contains("The build failed"), run.tail());
    }

    @Test
    void theEchoIsBuiltOnceAndServed() throws IOException {
        // What conformance suites speak to is what the sources say, and starts at once when they have not changed.
        Path target = Files.createDirectories(checkout.resolve("modules/sessions/target"));
        script(bin.resolve("mvn"), "echo built >&2", "echo one.jar > modules/sessions/target/test-classpath.txt");
        ChildProcess first = run("echo", "--port", "7");
        assertEquals(0, first.awaitExit(RUN_MAX), first.tail());
        assertTrue(first.stderr().contains("built"), first.tail());
        assertTrue(first.stdout().contains(target.toRealPath() + "/classes:one.jar>\n"), first.tail());
        assertTrue(first.stdout().endsWith("<parley.sessions.internal.transport.EchoServer>\n<7>\n"), first.tail());
        Files.setLastModifiedTime(
                target.resolve("test-program"), FileTime.from(Instant.now().plusSeconds(60)));
        ChildProcess second = run("echo");
        assertEquals(0, second.awaitExit(RUN_MAX), second.tail());
        assertFalse(second.stderr().contains("built"), second.tail());
        assertTrue(second.stdout().endsWith("<9001>\n"), second.tail());
    }

    private String served() throws IOException {
        ChildProcess run = run("run");
        assertEquals(0, run.awaitExit(RUN_MAX), run.tail());
        return run.stderr();
    }

    private ChildProcess run(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/bash"));
        command.add(checkout.resolve("ops").resolve(words[0]).toString());
        command.addAll(List.of(words).subList(1, words.length));
        Path folder = Files.createTempDirectory(bin.getParent(), "run");
        String path = bin + ":" + System.getenv("PATH");
        String jdk = bin.resolveSibling("jdk").toString();
        return ChildProcess.start(folder, command, Map.of("PATH", path, "JAVA_HOME", jdk, "PARLEY_JAVA_OPTS", ""));
    }

    private static String lastLine(ChildProcess run) {
        String text = run.stdout();
        assertTrue(text.endsWith("\n"), text);
        return text.lines().toList().getLast();
    }

    private void jar(Instant time) throws IOException {
        Path jar = Files.createDirectories(checkout.resolve("app/target")).resolve("parley.jar");
        Files.writeString(jar, "");
        Files.setLastModifiedTime(jar, FileTime.from(time));
    }

    private static String suite(String name, int tests, int failures, int skipped) {
        return "<testsuite name=\"" + name + "\" time=\"0.1\" tests=\"" + tests + "\" errors=\"0\" skipped=\"" + skipped
                + "\" failures=\"" + failures + "\">";
    }

    private void report(String module, String plugin, String name, int tests, int failures, int skipped)
            throws IOException {
        Path folder = Files.createDirectories(checkout.resolve(module).resolve("target/" + plugin + "-reports"));
        Files.writeString(
                folder.resolve("TEST-" + name + ".xml"), suite(name, tests, failures, skipped) + "\n</testsuite>\n");
    }

    /// A line of a script, run in the checkout, that writes such a report.
    private static String reporting(String module, String plugin, String name, int tests, int failures, int skipped) {
        String folder = module + "/target/" + plugin + "-reports";
        return "mkdir -p " + folder + "; echo '<?xml?>\n" + suite(name, tests, failures, skipped) + "</testsuite>' > "
                + folder + "/TEST-" + name + ".xml";
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
