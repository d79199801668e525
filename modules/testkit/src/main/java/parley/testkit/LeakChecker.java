package parley.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class that leaves threads behind, platform or virtual: `@ExtendWith(LeakChecker.class)`.
/// Connections left in use are found by [TestDatabase#close].
///
/// Threads that the JVM or a library keeps for all by design are known by name. What a class started has
/// fifteen seconds to end after its last test.
public final class LeakChecker implements BeforeAllCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakChecker.class);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Pattern THREAD = Pattern.compile("(?m)^#(\\d+) \"([^\"]*)\"( virtual)?");

    /// Kept by the JVM, JUnit, and by libraries once for the whole JVM; and Helidon's timers, which it
    /// leaves to the garbage collector.
    private static final Pattern SHARED = Pattern.compile(
            "(ForkJoinPool|VirtualThread-|MasterPoller|SubPoller|Common-Cleaner"
                    + "|process reaper|Attach|Signal|Notification|C[12] CompilerThread|surefire|ThreadedStreamConsumer|junit"
                    + "|parallel-|mariadb-|MariaDb-|MVStore background|helidon-idle-connection-timer|helidon-http-timer).*");

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(NAMESPACE).put(Map.class, threads());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Map<?, ?> before = context.getStore(NAMESPACE).getOrDefault(Map.class, Map.class, Map.of());
        String[] left = {""};
        try {
            Await.until(GRACE, "the class's threads ended", () -> {
                Map<Long, String> now = threads();
                now.keySet().removeAll(before.keySet());
                left[0] = now.values().toString();
                return now.isEmpty();
            });
        } catch (AssertionError late) {
            throw new AssertionError(context.getDisplayName() + " left threads behind: " + left[0], late);
        }
    }

    /// Every live thread that is not shared: its id and its name.
    static Map<Long, String> threads() {
        Map<Long, String> found = new TreeMap<>();
        Matcher thread = THREAD.matcher(dump());
        while (thread.find()) {
            String name = thread.group(2);
            if (!SHARED.matcher(name).matches()) {
                found.put(Long.valueOf(thread.group(1)), name.isEmpty() ? "(unnamed virtual)" : name);
            }
        }
        return found;
    }

    private static String dump() {
        try {
            Path folder = Files.createTempDirectory("parley-threads-");
            Path file = folder.resolve("dump");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            String text = Files.readString(file);
            Checkout.deleteTree(folder);
            return text;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
