package parley.app.teeth;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The part of a [PlantedJar] that runs inside the program: gives it other bytes for some classes as it
/// loads them. Uses nothing but the JDK.
public final class Planted implements ClassFileTransformer {
    /// What the error output says when a bug's own code runs for the first time.
    static final String MET = "the planted bug was met";

    /// In the jar: a count, then name, length and bytes of each class.
    static final String CLASSES = "planted-classes";

    private static final AtomicBoolean IS_MET = new AtomicBoolean();

    private final Map<String, byte[]> classes = read();

    private Planted() {}

    /// Called by the JVM, before the program.
    public static void premain(@Nullable String none, Instrumentation instrumentation) {
        instrumentation.addTransformer(new Planted());
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        return classes.get(name);
    }

    private static Map<String, byte[]> read() {
        Map<String, byte[]> classes = new HashMap<>();
        try (InputStream file = Planted.class.getResourceAsStream("/" + CLASSES)) {
            if (file == null) {
                throw new IllegalStateException("no " + CLASSES + " in the jar");
            }
            DataInputStream input = new DataInputStream(file);
            for (int left = input.readInt(); left > 0; left--) {
                String name = input.readUTF();
                classes.put(name, input.readNBytes(input.readInt()));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return classes;
    }

    /// Called by every bug where it does what it should not.
    public static void met() {
        if (!IS_MET.getAndSet(true)) {
            System.err.println(MET);
        }
    }
}
