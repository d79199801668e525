package parley.cluster.internal.redis;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes the one thread that waits for any of several queues. Thread-safe.
final class Doorbell {
    private final Semaphore rung = new Semaphore(0);

    /// Call it when something was put where the waiting thread will look.
    void ring() {
        if (rung.availablePermits() == 0) {
            rung.release();
        }
    }

    /// Returns when it was rung since the last time that this returned for it, at the latest at
    /// `untilNanos`.
    void await(long untilNanos) throws InterruptedException {
        boolean unused = rung.tryAcquire(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
