package parley.sessions.internal.transport;

import java.util.concurrent.atomic.AtomicLong;

/// The time that a stopping server may spend on flushing close frames, for all its connections together,
/// so that many stuck peers cannot hold it up. Thread-safe.
final class StopBudget {

    private static final long TOTAL_NANOS = 2_000_000_000L;
    private static final long EACH_MILLIS_MAX = 200;

    /// When the first connection was told to close; 0 = not yet.
    private final AtomicLong begun = new AtomicLong();

    /// How long the next connection may take.
    long nextMillis() {
        long now = System.nanoTime();
        long first = begun.compareAndExchange(0, now);
        long left = first == 0 ? TOTAL_NANOS : TOTAL_NANOS - (now - first);
        return Math.clamp(left / 1_000_000, 0, EACH_MILLIS_MAX);
    }
}
