package parley.app.teeth;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import parley.testkit.Checkout;

/// A Java agent that makes the program as it is built behave as if [PlantedBug]s were in its source: the
/// changed sources, compiled, take the place of the program's classes when it loads them. The program
/// itself has no switch for any of this.
public final class PlantedJar {
    private final Path file;

    private PlantedJar(Path file) {
        this.file = file;
    }

    /// Compiles and packs `bugs` into a file in `folder`. An [IllegalStateException] when the source is
    /// not what a bug expects it to be.
    public static PlantedJar make(Path folder, PlantedBug... bugs) {
        String name = Stream.of(bugs).map(PlantedBug::name).collect(Collectors.joining("-"));
        return new PlantedJar(pack(folder.resolve(name + ".jar"), compile(sources(List.of(bugs)))));
    }

    /// What to add to the environment of a program that is to have the bugs. Every JVM that sees this
    /// has them.
    public Map<String, String> environment() {
        // The JVM takes no classes from a cache when an agent may change them, and would complain.
        return Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=off -javaagent:" + file);
    }

    /// Whether a program that had the bugs, and wrote `errors` to its error output, came to run one.
    public static boolean wasMet(String errors) {
        return errors.contains(Planted.MET);
    }

    private static Map<String, String> sources(List<PlantedBug> bugs) {
        Map<String, String> sources = new TreeMap<>();
        for (PlantedBug bug : bugs) {
            for (PlantedBug.Change change : bug.changes()) {
                sources.merge(change.file(), changed(source(change.file()), change), (one, two) -> {
                    throw new IllegalStateException(bugs + " change " + change.file() + " more than once");
                });
            }
        }
        return sources;
    }

    private static String source(String file) {
        try {
            return Files.readString(Checkout.root().resolve(file));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    static String changed(String source, PlantedBug.Change change) {
        String text = source;
        for (Map.Entry<String, String> edit : change.edits().entrySet()) {
            int at = source.indexOf(edit.getKey());
            if (at < 0 || source.indexOf(edit.getKey(), at + 1) >= 0) {
                throw new IllegalStateException(change.file() + " does not say once:\n" + edit.getKey());
            }
            text = text.replace(edit.getKey(), edit.getValue());
        }
        return text;
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((file, text) -> units.add(new Source(file, text)));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                Memory memory = new Memory(standard);
                OutputStream errors = said) {
            boolean isDone = compiler.getTask(
                            new java.io.OutputStreamWriter(errors, StandardCharsets.UTF_8),
                            memory,
                            null,
                            List.of(
                                    "-proc:none",
                                    "-implicit:none",
                                    "-parameters",
                                    "-classpath",
                                    System.getProperty("java.class.path")),
                            null,
                            units)
                    .call();
            if (!isDone) {
                throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
            }
            return memory.classes();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// A source file as text.
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String file, String text) {
            super(URI.create("string:///" + file.substring(file.indexOf("/java/") + 6)), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /// Keeps what the compiler writes.
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new TreeMap<>();

        Memory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    written.put(className.replace('.', '/'), bytes);
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new TreeMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }

    private static Path pack(Path jar, Map<String, byte[]> classes) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), Planted.class.getName());
        try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            output.putNextEntry(new JarEntry(Planted.CLASSES));
            DataOutputStream data = new DataOutputStream(output);
            data.writeInt(classes.size());
            for (Map.Entry<String, byte[]> one : classes.entrySet()) {
                data.writeUTF(one.getKey());
                data.writeInt(one.getValue().length);
                data.write(one.getValue());
            }
            data.flush();
            String agent = Planted.class.getName().replace('.', '/') + ".class";
            output.putNextEntry(new JarEntry(agent));
            try (InputStream bytes = Objects.requireNonNull(Planted.class.getResourceAsStream("/" + agent))) {
                output.write(bytes.readAllBytes());
            }
            return jar;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
