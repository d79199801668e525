package parley.testkit;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Classes of `parley.jar`, loaded and linked in one run and kept beside it for the next ones: half the
/// processor time of a start, of which a run of all tests has many. Made once for each jar.
final class StartCache {
    private static final Duration RUN_MAX = Duration.ofMinutes(2);
    private static final Map<String, String> ANY_PORT = Map.of("PARLEY_HTTP_PORT", "0", "PARLEY_ADMIN_PORT", "0");

    private StartCache() {}

    /// The options that make `java`, a command with its options, use the cache for `jar`. None where it
    /// could not be made: then every start takes its time.
    static synchronized List<String> options(List<String> java, Path jar) {
        try {
            Path cache = jar.resolveSibling("start-"
                    + Files.getLastModifiedTime(jar).toMillis() + "-"
                    + Integer.toHexString(java.hashCode()) + ".aot");
            if (!Files.exists(cache) && !make(java, jar, cache)) {
                return List.of();
            }
            // The JVM would warn on standard output when it cannot use it.
            return List.of("-XX:AOTCache=" + cache, "-Xlog:disable");
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Runs the program until it is ready, and ends it as an operator does: the JVM then writes the cache.
    private static boolean make(List<String> java, Path jar, Path cache) throws IOException {
        Path folder = Checkout.temporaryFolder("start");
        Path made = folder.resolve("cache");
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-XX:AOTCacheOutput=" + made, "-Xlog:disable", "-jar", jar.toString()));
        command.addAll(List.of("serve", "--data", folder.resolve("data").toString()));
        try (ChildProcess program = ChildProcess.start(folder, command, ANY_PORT)) {
            String unused = program.awaitLine(RUN_MAX, "parley admin ");
            program.terminate();
            int unusedCode = program.awaitExit(RUN_MAX);
        }
        if (!Files.exists(made)) {
            return false;
        }
        try {
            Path copy = Files.copy(made, Files.createTempFile(cache.getParent(), "start-", ".new"), REPLACE_EXISTING);
            Path unused = Files.move(copy, cache, ATOMIC_MOVE);
            return true;
        } catch (FileSystemException readOnly) {
            return false;
        }
    }
}
