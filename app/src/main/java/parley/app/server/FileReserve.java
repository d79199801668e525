package parley.app.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.helidon.common.socket.SocketOptions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Keeps the public listener alive when the process may open no more files. An accept that fails ends a
/// listener of Helidon's for good, and all its connections with it; so none may fail. Some files are
/// held open only to be given up when files get scarce, be it that many are open or that somebody lowered
/// the limit; a new connection then still gets a number, and is closed at once, until there is room.
///
/// It looks every 20 ms; a limit that is lowered below what is open in the moment in which a connection
/// arrives is noticed too late. Does nothing where the system does not tell such numbers. Thread-safe.
final class FileReserve implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FileReserve.class.getName());
    private static final String NOTHING = "/dev/null";
    private static final int HELD = 64;

    /// Kept free for the database, Redis, logs and the admin listener.
    private static final int MARGIN = 64;

    private static final long LOOK_MILLIS = 20;
    private static final int LOOKS_PER_COUNT = 50;

    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("files").factory());
    private final @Nullable UnixOperatingSystemMXBean system =
            ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix : null;
    private final Counter refused;
    private final AtomicLong acceptedSinceCount = new AtomicLong();
    private volatile boolean scarce;

    // Of the looking thread.
    private final List<Closeable> held = new ArrayList<>();
    private long most;
    private long open;
    private int looks;

    FileReserve(MeterRegistry metrics) {
        refused = Counter.builder("parley.files.refused")
                .description("Connections closed at once because the process may open no more files")
                .register(metrics);
        Gauge.builder("parley.files.scarce", () -> scarce ? 1 : 0)
                .description("1 while the process is short of files")
                .register(metrics);
        look();
        var unused = looking.scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// `options` that also refuse a socket while files are scarce.
    SocketOptions guard(SocketOptions options) {
        return new GuardedSockets(options, this::accepted);
    }

    Probe probe() {
        return new Probe() {
            @Override
            public String name() {
                return "files";
            }

            @Override
            public Health check() {
                return scarce
                        ? Health.degraded("The process has nearly as many files open as it may: new connections are"
                                + " closed. Raise its limit (ulimit -n, LimitNOFILE).")
                        : Health.up();
            }
        };
    }

    /// Throws when the socket must be closed; the listener then does so and goes on.
    private void accepted() {
        acceptedSinceCount.incrementAndGet();
        if (scarce) {
            refused.increment();
            throw new IllegalStateException("no more files");
        }
    }

    private void look() {
        if (system == null) {
            return;
        }
        try {
            long mostNow = system.getMaxFileDescriptorCount();
            if (mostNow != most || looks++ % LOOKS_PER_COUNT == 0) {
                most = mostNow;
                if (most < open + MARGIN) {
                    release();
                }
                acceptedSinceCount.set(0);
                open = system.getOpenFileDescriptorCount() - held.size();
            }
            decide(most - open - acceptedSinceCount.get());
        } catch (RuntimeException | Error none) {
            LOG.log(Level.DEBUG, "open files cannot be counted", none);
            decide(0);
        }
    }

    private void decide(long free) {
        if (!scarce && free < HELD + MARGIN) {
            scarce = true;
            release();
            LOG.log(
                    Level.WARNING,
                    "files are scarce: " + open + " of " + most + " are open; new connections are closed");
        } else if (scarce && free >= HELD + 2 * MARGIN) {
            scarce = false;
            LOG.log(Level.INFO, "files are no longer scarce: " + open + " of " + most + " are open");
        }
        if (!scarce && held.isEmpty()) {
            hold();
        }
    }

    private void hold() {
        try {
            for (int i = 0; i < HELD; i++) {
                held.add(new FileInputStream(NOTHING));
            }
        } catch (IOException none) {
            LOG.log(Level.WARNING, "no files can be held in reserve", none);
            release();
        }
    }

    private void release() {
        for (Closeable file : held) {
            try {
                file.close();
            } catch (IOException never) {
                LOG.log(Level.DEBUG, "a file held in reserve did not close", never);
            }
        }
        held.clear();
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
