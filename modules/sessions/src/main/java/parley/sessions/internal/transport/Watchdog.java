package parley.sessions.internal.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Looks at whatever has a deadline, twice a second, on one thread for all. Thread-safe.
final class Watchdog implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    static final long PERIOD_MILLIS = 500;

    /// Something with deadlines.
    interface Watched {

        /// Does what is due at this `System.nanoTime()`; must not block. False when no deadline is left.
        boolean look(long now);
    }

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("parley-transport-watchdog").factory());

    Watchdog() {
        var _ = thread.scheduleWithFixedDelay(this::lookAtAll, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Call it after setting a deadline. Watching ends by itself.
    void watch(Watched one) {
        var _ = watched.add(one);
    }

    @Override
    public void close() {
        var _ = thread.shutdownNow();
    }

    private void lookAtAll() {
        long now = System.nanoTime();
        watched.forEach(one -> lookAt(one, now));
    }

    private void lookAt(Watched one, long now) {
        try {
            if (!one.look(now)) {
                watched.remove(one);
                // A deadline set between the two lines above would be forgotten: look again.
                if (one.look(now)) {
                    watch(one);
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a deadline could not be handled", e);
        }
    }
}
