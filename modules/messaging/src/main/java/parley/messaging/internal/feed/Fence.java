package parley.messaging.internal.feed;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Notices by the node's own clock that the node stood still: what it has in memory may be from before,
/// while others went on. From the first moment after that until somebody has asked the database what
/// changed, the fence is up, and nothing is passed on that was not read from the log meanwhile.
///
/// A clock ticks several times a second; whoever asks compares with its last tick, so nobody is faster
/// than the fence, even who wakes before the clock does. A node that was merely slow for that long reads
/// more than it had to. Thread-safe.
public final class Fence {
    private final LongSupplier nanos;
    private final long standstillNanos;
    private final AtomicLong ticked;

    /// How often it was raised; above [#lowered] it is up.
    private final AtomicLong raised = new AtomicLong();

    private final AtomicLong lowered = new AtomicLong();

    /// A node stood still when the clock `nanos` did not tick for `standstill`.
    public Fence(LongSupplier nanos, Duration standstill) {
        this.nanos = nanos;
        this.standstillNanos = standstill.toNanos();
        this.ticked = new AtomicLong(nanos.getAsLong());
    }

    /// One that is never up, for a node that shares its database with none.
    public static Fence none() {
        return new Fence(() -> 0, Duration.ofDays(1));
    }

    /// True when the node stood still since the last tick.
    public boolean tick() {
        long now = nanos.getAsLong();
        boolean stoodStill = now - ticked.get() > standstillNanos;
        if (stoodStill) {
            // Before the tick: at no moment in between is it down.
            long unused = raised.incrementAndGet();
        }
        ticked.set(now);
        return stoodStill;
    }

    public boolean isUp() {
        return raised.get() > lowered.get() || nanos.getAsLong() - ticked.get() > standstillNanos;
    }

    /// How often it was raised, for [#lower].
    public long raises() {
        return raised.get();
    }

    /// What changed before it was raised for the `raises`th time is known here now.
    public void lower(long raises) {
        long unused = lowered.accumulateAndGet(raises, Math::max);
    }
}
