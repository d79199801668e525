package parley.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import parley.testkit.Checkout;

/// What the shipped jars must not hold.
final class JarContentIT {
    private static final Path TARGET = Checkout.root().resolve("app/target");

    @Test
    void nothingOfTheTestsIsInTheJars() throws IOException {
        // The back end in memory, its tokens signed with "secret", and the test kit are not reachable from the product.
        List<Path> jars = new ArrayList<>(List.of(TARGET.resolve("parley.jar"), TARGET.resolve("parley-app.jar")));
        Arrays.stream(Files.readString(TARGET.resolve("jars.txt")).strip().split(java.io.File.pathSeparator, -1))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith("parley-"))
                .forEach(jars::add);
        assertTrue(jars.size() > 7, jars.toString());
        Set<String> tests = testClasses();
        assertTrue(
                tests.contains("parley/sessions/internal/protocol/profile/MemoryBackend.class"),
                "nothing was looked for");
        for (Path path : jars) {
            try (JarFile jar = new JarFile(path.toFile())) {
                List<String> found = jar.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> tests.contains(name) || name.startsWith("parley/testkit/"))
                        .toList();
                assertEquals(List.of(), found, path.toString());
            }
        }
    }

    /// Of the modules and of the program, as they would be named in a jar.
    private static Set<String> testClasses() throws IOException {
        Set<String> names = new HashSet<>();
        for (String module : List.of(
                "app",
                "modules/kernel",
                "modules/accounts",
                "modules/history",
                "modules/cluster",
                "modules/messaging",
                "modules/sessions",
                "modules/verify")) {
            Path root = Checkout.root().resolve(module).resolve("target/test-classes");
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.map(root::relativize)
                            .map(Path::toString)
                            .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                            .forEach(names::add);
                }
            }
        }
        return names;
    }
}
