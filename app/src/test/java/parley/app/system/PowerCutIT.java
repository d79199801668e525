package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// The machine of a server with the embedded database loses its power: the file system stops dead under
/// it, and what was not forced to the disk is gone.
class PowerCutIT {
    private static final String NEEDS = "skipped: a power cut needs root, loop devices and xfsprogs";
    private static final int PEOPLE = 3;
    private static final int WINDOW = 32;
    private static final int ACKNOWLEDGED_MIN = 1_000;

    @Test
    void nothingAcknowledgedIsLostInAPowerCut(@TempDir Path folder) throws Exception {
        // I1: 0 acknowledged messages lost, numbers dense, and repeats get one number.
        try (Disk disk = Disk.mount(folder)) {
            SendRecord record = new SendRecord();
            Party party;
            List<Send> open;
            try (SystemNode node = SystemNode.embedded(disk.root())) {
                party = Party.gather(node, PEOPLE, 2);
                sendUntilCut(node, party, record, disk);
                open = record.open();
                System.out.println("power cut: " + record);
            }
            disk.mountAgain();
            try (SystemNode node = SystemNode.embedded(disk.root())) {
                repeat(node, party, record, open);
            }
            try (Connection connection = KillNodeIT.embedded(disk.root())) {
                new LogTables(connection).check(party.conversations(), record, true);
            }
        }
    }

    private static void sendUntilCut(SystemNode node, Party party, SendRecord record, Disk disk) {
        List<Sender> senders = party.senders(record, WINDOW, node.webSocketAddress());
        senders.forEach(sender -> sender.flow(party.conversations()));
        Await.until(Duration.ofSeconds(20), "sends are acknowledged", () -> record.acknowledged() >= ACKNOWLEDGED_MIN);
        disk.cutPower();
        node.process().kill9();
        senders.forEach(Sender::awaitAnswers);
        senders.forEach(Sender::close);
    }

    private static void repeat(SystemNode node, Party party, SendRecord record, List<Send> open) {
        for (Rest.Person person : party.people()) {
            try (Sender sender = Sender.connect(node.webSocketAddress(), person, record, WINDOW)) {
                sender.repeat(open.stream()
                        .filter(send -> send.sender().equals(person))
                        .toList());
                sender.awaitAnswers();
            }
        }
    }

    /// An XFS file system in a file.
    private record Disk(Path image, Path root) implements AutoCloseable {
        static Disk mount(Path folder) throws IOException {
            Disk disk = new Disk(folder.resolve("image"), Files.createDirectory(folder.resolve("root")));
            boolean isMounted = sh("truncate -s 400M " + disk.image + " && mkfs.xfs -q " + disk.image)
                    && sh("mount -o loop " + disk.image + " " + disk.root);
            if (!isMounted) {
                System.out.println(NEEDS);
            }
            Assumptions.assumeTrue(isMounted, NEEDS);
            return disk;
        }

        void cutPower() {
            assertTrue(sh("xfs_io -x -c shutdown " + root));
        }

        void mountAgain() {
            assertTrue(sh("umount " + root + " && mount -o loop " + image + " " + root));
        }

        @Override
        public void close() {
            assertTrue(sh("umount " + root));
        }

        private static boolean sh(String line) {
            try {
                Process process = new ProcessBuilder("/bin/sh", "-c", line)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException | InterruptedException fault) {
                throw new IllegalStateException(fault);
            }
        }
    }
}
