package parley.app.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import parley.app.config.Configuration;
import parley.app.exit.ExitCode;

/// A node for as long as its process lives. When the data set gets a new epoch the node begins again on
/// the same ports: everything that it holds in memory may be of a past that the database does not have.
public final class NodeLife {
    private static final System.Logger LOG = System.getLogger(NodeLife.class.getName());

    /// From the end of the drain time to that of the process: answers under way, then closing.
    private static final Duration END_MAX = Duration.ofSeconds(20);

    /// Clients have nowhere else to go when all nodes begin again, so they are not kept for long.
    private static final Duration LEAVE_TIME = Duration.ofSeconds(1);

    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Function<List<Integer>, Configuration> configurations;
    private final Duration drainTime;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private ServingNode node;

    private volatile boolean isEnding;

    private NodeLife(Function<List<Integer>, Configuration> configurations, Configuration first) {
        this.configurations = configurations;
        this.drainTime = first.node().drainTime();
        this.node = ServingNode.start(first);
    }

    /// Starts a node; see [ServingNode#start]. `configurations` gives the configuration with these ports,
    /// public and admin; with the configured ones where the list is empty.
    public static NodeLife start(Function<List<Integer>, Configuration> configurations) {
        return new NodeLife(configurations, configurations.apply(List.of()));
    }

    public String publicAddress() {
        return current().publicAddress();
    }

    public String adminAddress() {
        return current().adminAddress();
    }

    /// The file with the admin key, when this start wrote it.
    public Optional<Path> adminKeyFile() {
        return current().adminKeyFile();
    }

    private ServingNode current() {
        lock.lock();
        try {
            return node;
        } finally {
            lock.unlock();
        }
    }

    /// Lets SIGTERM and SIGINT drain the node and end the process with 0.
    public void endWithProcess() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(() -> {
            isEnding = true;
            haltAfter(drainTime.plus(END_MAX));
            // The JVM by itself would end with 128 + signal.
            Runtime.getRuntime().halt(stop());
        }));
    }

    private int stop() {
        try {
            if (!lock.tryLock(drainTime.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.log(Level.WARNING, "the node ends while it begins again: it serves nobody");
                return ExitCode.DONE;
            }
        } catch (InterruptedException stop) {
            return ExitCode.FAILED;
        }
        try {
            node.stop();
            return ExitCode.DONE;
        } catch (RuntimeException fault) {
            LOG.log(Level.ERROR, "the drain failed", fault);
            return ExitCode.FAILED;
        } finally {
            lock.unlock();
        }
    }

    /// Whatever is stuck then stays unfinished: a node that shall end must end.
    private static void haltAfter(Duration limit) {
        Thread unused = Thread.ofPlatform().daemon().name("end-limit").start(() -> {
            LockSupport.parkNanos(limit.toNanos());
            LOG.log(Level.ERROR, "the node did not end within " + limit.toSeconds() + " s and is cut off");
            Runtime.getRuntime().halt(ExitCode.FAILED);
        });
    }

    /// Waits until the process may end, and has the node begin again meanwhile where it must; answers the
    /// exit code.
    public int awaitEnd() throws InterruptedException {
        while (current().awaitEnd() && !isEnding) {
            begin();
        }
        return ExitCode.DONE;
    }

    /// The old node is closed and a new one started, however long the database needs.
    private void begin() {
        lock.lock();
        try {
            List<Integer> ports = node.ports();
            try {
                node.stop(LEAVE_TIME);
            } catch (RuntimeException fault) {
                LOG.log(Level.ERROR, "the node did not end as it should before it begins again", fault);
            }
            while (!isEnding && !node.isToEnd()) {
                try {
                    node = ServingNode.start(configurations.apply(ports));
                    LOG.log(Level.WARNING, "the node has begun again");
                    if (isEnding) {
                        node.stop(LEAVE_TIME);
                    }
                    return;
                } catch (RuntimeException fault) {
                    LOG.log(Level.WARNING, "the node cannot begin again yet", fault);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
