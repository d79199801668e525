package parley.sessions.internal.transport;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// The time that a stopping server may spend on flushing close frames, for all its connections together,
/// so that many stuck peers cannot hold it up. Thread-safe.
final class StopBudget {

    private final long totalNanos;
    private final long eachMillisMax;

    /// When the first connection was told to close; 0 = not yet.
    private final AtomicLong begun = new AtomicLong();

    StopBudget(Duration total, Duration eachMax) {
        this.totalNanos = total.toNanos();
        this.eachMillisMax = eachMax.toMillis();
    }

    /// What a server has that others wait for.
    static StopBudget usual() {
        return new StopBudget(Duration.ofSeconds(2), Duration.ofMillis(200));
    }

    /// How long the next connection may take.
    long nextMillis() {
        long now = System.nanoTime();
        long first = begun.compareAndExchange(0, now);
        long left = first == 0 ? totalNanos : totalNanos - (now - first);
        return Math.clamp(left / 1_000_000, 0, eachMillisMax);
    }
}
