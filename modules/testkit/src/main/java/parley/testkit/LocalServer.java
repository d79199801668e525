package parley.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A real server on one loopback port with a folder of its own, run as a child process. Thread-safe.
public abstract sealed class LocalServer implements AutoCloseable
        permits MariaDb, MySql80, Nginx, RedisSentinel, RedisServer {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final int PORTS_TRIED_MAX = 5;

    private final String name;
    private final Path folder;

    @GuardedBy("this")
    private int port;

    @GuardedBy("this")
    private @Nullable ChildProcess process;

    LocalServer(String name) {
        this.name = name;
        this.folder = Checkout.temporaryFolder(name);
    }

    /// The command that runs the server on `port` in the foreground.
    abstract List<String> command(int port);

    /// True when the server on `port` answers a first request; may throw when it does not.
    abstract boolean answers(int port) throws Exception;

    /// Starts on a free port and waits until it answers.
    final synchronized void startOnFreePort() {
        for (int attempt = 1; ; attempt++) {
            port = FreePort.next();
            if (startAndWait(attempt == PORTS_TRIED_MAX)) {
                return;
            }
        }
    }

    /// False when the server ended by itself before it answered.
    private synchronized boolean startAndWait(boolean isLastTry) {
        int onPort = port;
        ChildProcess started = ChildProcess.start(folder, command(onPort), Map.of());
        process = started;
        Await.until(READY_WITHIN, name + " answers", () -> !started.isAlive() || answers(onPort));
        OptionalInt code = started.exitCode();
        if (code.isPresent() && isLastTry) {
            throw new IllegalStateException(name + " ended with " + code.getAsInt() + ": " + started.tail());
        }
        return code.isEmpty();
    }

    /// The folder that holds its data and its log.
    final Path folder() {
        return folder;
    }

    public final synchronized int port() {
        return port;
    }

    public final synchronized ChildProcess process() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    public final boolean isAlive() {
        return process().isAlive();
    }

    /// SIGKILL, as a crash of the server: what the operating system has, stays. Waits until it is gone.
    public final void kill9() {
        process().kill9();
    }

    /// SIGSTOP: connections stay open and nothing answers.
    public final void freeze() {
        process().freeze();
    }

    /// Ends a [#freeze].
    public final void thaw() {
        process().thaw();
    }

    /// Starts it again on the same port and with the same data, after [#kill9] if it still runs; waits
    /// until it answers.
    public final synchronized void restart() {
        kill9();
        boolean unused = startAndWait(true);
    }

    /// Ends the server at once. Its folder goes with the JVM.
    @Override
    public final void close() {
        kill9();
    }
}
