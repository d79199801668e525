package parley.cluster.internal.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import parley.cluster.internal.LocalDelivery;

/// Whether hints can be relied on to arrive, and the word to the listener when they could not.
/// Thread-safe.
final class Steadiness {
    /// Between two calls of the listener; what is missed in between is told at the end.
    private static final long TELL_AGAIN_NANOS = Duration.ofMillis(250).toNanos();

    private final LocalDelivery local;
    private final ClusterMetrics metrics;
    private final long oddNanos;
    private final AtomicLong toldAtNanos = new AtomicLong(System.nanoTime() - TELL_AGAIN_NANOS);
    private final AtomicBoolean isOwed = new AtomicBoolean();
    private volatile boolean isCarrying;
    private volatile boolean wasOdd;
    private volatile long oddAtNanos;
    private volatile boolean wasJunk;
    private volatile long junkAtNanos;

    Steadiness(LocalDelivery local, Duration oddFor, ClusterMetrics metrics) {
        this.local = local;
        this.metrics = metrics;
        this.oddNanos = oddFor.toNanos();
    }

    /// Hints were missed, or may have been.
    void missed(String reason) {
        metrics.missed(reason);
        odd();
        tell();
    }

    /// Something that was not written by a node of this cluster for this one to read.
    void junk(String reason) {
        metrics.invalid(reason);
        junkAtNanos = System.nanoTime();
        wasJunk = true;
        odd();
        tell();
    }

    /// Something happened after which hints of other nodes may be late or lost.
    void odd() {
        oddAtNanos = System.nanoTime();
        wasOdd = true;
    }

    private void tell() {
        long now = System.nanoTime();
        long last = toldAtNanos.get();
        if (now - last >= TELL_AGAIN_NANOS && toldAtNanos.compareAndSet(last, now)) {
            isOwed.set(false);
            local.missed();
        } else {
            isOwed.set(true);
        }
    }

    /// Whether Redis carries hints, as of now; asked for again and again, so it also tells what is owed.
    void carries(boolean now) {
        isCarrying = now;
        if (isOwed.get()) {
            tell();
        }
    }

    boolean isCarrying() {
        return isCarrying;
    }

    boolean isSteady() {
        return isCarrying && !(wasOdd && System.nanoTime() - oddAtNanos < oddNanos);
    }

    boolean wasJunkWithin(Duration time) {
        return wasJunk && System.nanoTime() - junkAtNanos < time.toNanos();
    }
}
