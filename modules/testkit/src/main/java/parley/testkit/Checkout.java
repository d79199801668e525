package parley.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The source tree under test and the programs that tests start.
public final class Checkout {
    private Checkout() {}

    /// The top folder of the tree: system property `parley.root`, else the nearest folder above the
    /// current one that looks like it.
    public static Path root() {
        String stated = System.getProperty("parley.root", "");
        if (!stated.isEmpty()) {
            return Path.of(stated).toAbsolutePath().normalize();
        }
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("modules")) || !Files.isDirectory(folder.resolve("db"))) {
            Path above = folder.getParent();
            if (above == null) {
                throw new IllegalStateException("not inside a checkout, and parley.root is not set");
            }
            folder = above;
        }
        return folder;
    }

    /// Where fetched programs are kept between runs: `.cache` of the checkout.
    public static Path cache() {
        return root().resolve(".cache");
    }

    /// The program `name`: from PATH, from the usual folders for servers, or as `ops/test` unpacked it
    /// under `.cache/servers`.
    public static Optional<Path> findProgram(String name) {
        List<Path> folders = new ArrayList<>();
        for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            folders.add(Path.of(entry));
        }
        folders.addAll(List.of(Path.of("/usr/local/sbin"), Path.of("/usr/sbin"), Path.of("/usr/bin")));
        folders.add(cache().resolve("servers").resolve("bin"));
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                .findFirst();
    }

    /// As [#findProgram], or a sentence that says what to do.
    public static Path program(String name) {
        return findProgram(name)
                .orElseThrow(() -> new IllegalStateException(
                        name + " is neither on PATH nor under .cache/servers: ops/test obtains it"));
    }

    /// A new folder outside the checkout, deleted with all in it when the JVM ends.
    public static Path temporaryFolder(String name) {
        try {
            Path folder = Files.createTempDirectory("parley-" + name + "-");
            Exit.atEnd(() -> deleteTree(folder));
            return folder;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Deletes `folder` and what it holds, as far as possible: a file that is gone already is fine.
    static void deleteTree(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            // Something still writes there; the folder of temporary files is not ours to guarantee.
        }
    }
}
