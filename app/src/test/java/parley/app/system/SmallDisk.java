package parley.app.system;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import parley.testkit.SqlServer;

/// A file system of its own for the data of a database server, so small that a test can fill it. Needs root.
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTES = 320;
    private static final byte[] BLOCK = new byte[1 << 16];

    private final SqlServer server;
    private final Path data;

    /// Moves the data of `server`, which is restarted.
    SmallDisk(SqlServer server) {
        this.server = server;
        this.data = data(server);
        Path aside = data.resolveSibling("aside");
        server.kill9();
        run("mv", data.toString(), aside.toString());
        run("mkdir", data.toString());
        run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "parley-test", data.toString());
        run("cp", "-a", "--sparse=never", aside + "/.", data.toString());
        run("rm", "-rf", aside.toString());
        server.restart();
    }

    /// Whether this machine lets us mount one.
    static boolean isPossible() {
        return System.getProperty("user.name").equals("root")
                && Files.isExecutable(Path.of("/bin/mount"))
                && Files.isRegularFile(Path.of("/proc/filesystems"));
    }

    private static Path data(SqlServer server) {
        try (Connection connection = server.connect("");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select @@datadir")) {
            boolean unused = found.next();
            return Path.of(found.getString(1));
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /// To the last byte; what the server said of it.
    String fill() {
        long written = 0;
        try (OutputStream out = Files.newOutputStream(data.resolve("ballast"))) {
            while (true) {
                out.write(BLOCK);
                written += BLOCK.length;
            }
        } catch (IOException full) {
            return "the disk took " + (written >> 20) + " MB and no more";
        }
    }

    /// Makes room again, and starts the server as an operator would when it ended for want of it; what was
    /// done.
    String empty() {
        try {
            Files.delete(data.resolve("ballast"));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        if (server.isAlive()) {
            return "there is room again";
        }
        server.restart();
        return "there is room again, and the server, which had ended, was started";
    }

    @Override
    public void close() {
        server.kill9();
        run("umount", data.toString());
    }

    private static void run(String... words) {
        try {
            Process process = new ProcessBuilder(List.of(words)).inheritIO().start();
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", words) + " ended with " + code);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
