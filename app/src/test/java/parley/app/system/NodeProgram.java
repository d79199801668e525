package parley.app.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import parley.testkit.Checkout;

/// Programs for Node.js in `app/target/node`, with the packages that the lock file of
/// `app/src/test/node` names.
final class NodeProgram {
    private static final Path SOURCE = Checkout.root().resolve("app/src/test/node");
    private static final Path FOLDER = Checkout.root().resolve("app/target/node");
    private static final List<String> PACKAGES = List.of("package.json", "package-lock.json", ".npmrc");
    private static final int INSTALL_SECONDS_MAX = 180;

    /// What a program printed, both streams together.
    record Ended(int code, String output) {}

    private NodeProgram() {}

    /// The folder with the packages installed, once per state of the lock file, whichever of the JVMs
    /// that run tests is the first.
    static synchronized Path folder() {
        try {
            Files.createDirectories(FOLDER);
            try (FileChannel file = FileChannel.open(
                            FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                install();
            }
            return FOLDER;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void install() throws IOException {
        byte[] wanted = Files.readAllBytes(SOURCE.resolve("package-lock.json"));
        Path installed = FOLDER.resolve("installed");
        if (Files.exists(installed) && Arrays.equals(wanted, Files.readAllBytes(installed))) {
            return;
        }
        for (String file : PACKAGES) {
            Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Ended install = run(FOLDER, Map.of(), INSTALL_SECONDS_MAX, "npm", "ci", "--prefer-offline", "--loglevel=error");
        if (install.code() != 0) {
            throw new IllegalStateException("npm ci: " + install.output());
        }
        Path unused = Files.write(installed, wanted);
    }

    /// Copies a program of `app/src/test/node` beside the packages.
    static Path place(String name) {
        try {
            return Files.copy(SOURCE.resolve(name), folder().resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Runs `command` to its end, and ends it when it takes longer.
    static Ended run(Path folder, Map<String, String> environment, int secondsMax, String... command) {
        try {
            Path output = Files.createTempFile("parley-node", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(secondsMax, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(child -> {
                    boolean unused = child.destroyForcibly();
                });
                int unused = process.destroyForcibly().waitFor();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Ended(
                    ended ? process.exitValue() : -1, ended ? text : text + "\nnot done within " + secondsMax + " s");
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
