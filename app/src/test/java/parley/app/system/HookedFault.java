package parley.app.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import parley.testkit.Await;

/// A fault that this JVM does for a `parley verify` of its own process: the commands of its hook leave a
/// file behind and wait for another one.
final class HookedFault implements AutoCloseable {
    private static final Duration DONE_WITHIN = Duration.ofMinutes(3);

    private final Path folder;
    private final String name;
    private final Thread thread;
    private volatile boolean isOver;

    private HookedFault(Path folder, String name, Runnable on, Runnable off) {
        this.folder = folder;
        this.name = name;
        this.thread = Thread.ofVirtual().name("fault").start(() -> {
            answer("on", on);
            answer("off", off);
        });
    }

    /// `on` breaks something, `off` mends it, each once. Names that begin with `node-kill` or
    /// `database-kill` are expected to leave senders without an answer.
    static HookedFault of(Path folder, String name, Runnable on, Runnable off) {
        try {
            return new HookedFault(Files.createDirectories(folder.resolve(name)), name, on, off);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// For `--fault-hook`.
    String hook() {
        return name + "=" + command("on") + "::" + command("off") + "::2s";
    }

    private String command(String step) {
        return "cd '" + folder + "' && touch " + step + " && until [ -f " + step + ".done ] || [ -f " + step
                + ".failed ]; do sleep 0.02; done; [ -f " + step + ".done ]";
    }

    private void answer(String step, Runnable action) {
        Await.until(DONE_WITHIN, name + " is asked for: " + step, () -> isOver || Files.exists(folder.resolve(step)));
        if (isOver) {
            return;
        }
        String how = ".failed";
        try {
            action.run();
            how = ".done";
        } finally {
            written(folder.resolve(step + how));
        }
    }

    private static void written(Path file) {
        try {
            Path unused = Files.createFile(file);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    public void close() {
        isOver = true;
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
