package parley.app.system;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// How long this machine stood still in all since this was made: what a thread that only waits waited much
/// longer than it asked for. Thread-safe.
final class Standstill implements AutoCloseable {
    private static final long PAUSE_NANOS = 10_000_000;

    /// Less is the usual wait for a busy processor.
    private static final long STILL_NANOS_MIN = 100_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private volatile boolean over;
    private final Thread thread = Thread.ofPlatform().daemon().start(this::measure);

    private void measure() {
        long before = System.nanoTime();
        while (!over) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long now = System.nanoTime();
            long late = now - before - PAUSE_NANOS;
            if (late > STILL_NANOS_MIN) {
                long unused = nanos.addAndGet(late);
            }
            before = now;
        }
    }

    long millis() {
        return nanos.get() / 1_000_000;
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
    }
}
