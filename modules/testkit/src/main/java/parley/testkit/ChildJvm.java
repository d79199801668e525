package parley.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Starts Java programs as processes of their own, with the JDK that runs the tests.
public final class ChildJvm {
    /// As `ops/run` starts the program, with a small heap.
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED");

    private ChildJvm() {}

    /// Starts `app/target/parley.jar` with `arguments` (`serve`, `--data`, ...). `folder` takes its
    /// output; `environment` is added to this JVM's.
    public static ChildProcess jar(Path folder, Map<String, String> environment, String... arguments) {
        Path jar = Checkout.root().resolve("app/target/parley.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " does not exist: tests of the program run after it is packaged");
        }
        List<String> command = command();
        command.addAll(StartCache.options(command, jar));
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(arguments));
        return ChildProcess.start(folder, command, environment);
    }

    /// Starts `main` on the class path of this JVM with `arguments`.
    public static ChildProcess main(Path folder, Map<String, String> environment, Class<?> main, String... arguments) {
        List<String> command = command();
        command.add("-Dparley.root=" + Checkout.root());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(arguments));
        return ChildProcess.start(folder, command, environment);
    }

    /// Starts `main`, a program among the tests of `module`, as the scripts in `ops` do.
    public static ChildProcess testProgram(Path folder, String module, String main, String... arguments) {
        Path target = Checkout.root().resolve("modules").resolve(module).resolve("target");
        List<String> command = command();
        command.add("-Dparley.root=" + Checkout.root());
        try {
            String jars = Files.readString(target.resolve("test-classpath.txt"));
            String classes = target.resolve("test-classes") + File.pathSeparator + target.resolve("classes");
            command.addAll(List.of("-cp", classes + File.pathSeparator + jars.strip(), main));
        } catch (IOException missing) {
            throw new UncheckedIOException("the tests of " + module + " were not built", missing);
        }
        command.addAll(Arrays.asList(arguments));
        return ChildProcess.start(folder, command, Map.of());
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        return command;
    }
}
