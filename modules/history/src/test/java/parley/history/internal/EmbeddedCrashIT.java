package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;

/// What the embedded database keeps when the process, or the whole machine, dies while it appends.
final class EmbeddedCrashIT {
    private static final int ACKNOWLEDGED = 1_000;

    private final Path folder = Checkout.temporaryFolder("crash");

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() {
        // I1: kill -9 in the middle of appends.
        Path file = folder.resolve("log");
        String acknowledged;
        try (ChildProcess child = start(file)) {
            child.kill9();
            acknowledged = child.stdout();
        }
        check(file, acknowledged);
    }

    @Test
    void nothingAcknowledgedIsLostInAPowerCut() throws Exception {
        // I1: the file system stops dead under the process; what was not forced to the disk is gone.
        Path image = folder.resolve("disk");
        Path mount = folder.resolve("mount");
        boolean isMounted = sh("truncate -s 400M " + image + " && mkfs.xfs -q " + image + " && mkdir " + mount
                + " && mount -o loop " + image + " " + mount);
        Assumptions.assumeTrue(isMounted, "a power cut needs root, loop devices and xfsprogs");
        try {
            Path file = mount.resolve("log");
            String acknowledged;
            try (ChildProcess child = start(file)) {
                assertTrue(sh("xfs_io -x -c shutdown " + mount));
                child.kill9();
                acknowledged = child.stdout();
            }
            assertTrue(sh("umount " + mount + " && mount -o loop " + image + " " + mount));
            check(file, acknowledged);
        } finally {
            assertTrue(sh("umount " + mount));
        }
    }

    private ChildProcess start(Path file) {
        ChildProcess child = ChildJvm.main(folder, Map.of(), CrashChild.class, file.toString());
        Await.until(
                Duration.ofSeconds(30),
                "appends are acknowledged: " + child.tail(),
                () -> child.stdout().lines().count() > ACKNOWLEDGED);
        return child;
    }

    /// Each line is an acknowledgement: its entry is where it said, numbers are dense, bodies are there
    /// once.
    private static void check(Path file, String acknowledged) {
        List<String> lines = acknowledged
                .substring(0, acknowledged.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("acked "))
                .toList();
        assertTrue(lines.size() > ACKNOWLEDGED);
        try (HikariDataSource pool = CrashChild.open(file);
                TestLog log = new TestLog(new Database(pool, Dialect.H2))) {
            Map<String, List<Entry>> logs = new HashMap<>();
            for (String line : lines) {
                String[] parts = line.split(" ", -1);
                List<Entry> entries = logs.computeIfAbsent(
                        parts[1], id -> log.all(ConversationId.parse(id).orElseThrow()));
                int seq = Integer.parseInt(parts[2]);
                assertTrue(seq <= entries.size(), line);
                assertEquals(parts[3], TestLog.text(entries.get(seq - 1)));
            }
            logs.values().forEach(EmbeddedCrashIT::checkDense);
            System.out.println(lines.size() + " acknowledged, none lost");
        }
    }

    private static void checkDense(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            assertEquals(i + 1, entries.get(i).seq());
        }
        assertEquals(
                entries.size(), entries.stream().map(TestLog::text).distinct().count());
    }

    private static boolean sh(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-c", line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
