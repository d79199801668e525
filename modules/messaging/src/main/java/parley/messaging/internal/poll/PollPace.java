package parley.messaging.internal.poll;

import java.time.Duration;

/// When to look for changes, and from which moment on. Pure: the time is an argument, the node's own
/// clock in nanoseconds and the database's in milliseconds. Owned by one thread.
///
/// A change can be seen with its commit and bears a time from before it. So a look begins earlier than
/// the last successful one, by more than a commit usually takes; and after trouble (a look that failed,
/// a clock that jumped, a node that stood still) all looks for a while begin where the last one before
/// it did, because commits may then take as long as the trouble lasted.
final class PollPace {
    /// After the start, and after trouble: what was under way then is over by its end.
    static final Duration SETTLING = Duration.ofSeconds(15);

    /// Looks that were asked for keep this distance.
    private static final Duration ASKED_APART = Duration.ofMillis(200);

    /// A look that takes longer is trouble.
    private static final long SLOW_NANOS = Duration.ofSeconds(1).toNanos();

    /// Looks take at most one part of so many of the time, or they would slow down what is slow already.
    /// But none is put off for longer than the interval: one that stood still says nothing of the next.
    private static final int PARTS = 5;

    /// The two clocks may drift apart by so much between two looks.
    private static final long JUMP_MILLIS = 1_000;

    private final PollLimits limits;
    private final boolean isShared;
    private long lookedAt;
    private long lookedFarAt;
    private long unsettledUntil;
    private long tookNanos;

    /// Whether anything is known of the database's clock; the others are what is.
    private boolean isAnchored;

    private long anchorMillis;
    private long seenMillis;
    private long seenAt;

    /// Of a node that begins at `nanos`. Not `isShared`: it has the database for itself.
    PollPace(PollLimits limits, boolean isShared, long nanos) {
        this.limits = limits;
        this.isShared = isShared;
        this.lookedAt = nanos - limits.longInterval().toNanos();
        this.lookedFarAt = nanos;
        this.unsettledUntil = nanos + SETTLING.toNanos();
    }

    /// What to look at: changes from `from` to `to` by the database's clock.
    record Span(long from, long to) {}

    /// Whether to look now. `isOdd`: hints may be lost, or were; `isAsked`: they were, just now.
    ///
    /// A node that has its database for itself looks while it settles: for commits of the process before
    /// it.
    boolean isDue(long nanos, boolean isOdd, boolean isAsked) {
        long since = nanos - lookedAt;
        if (since < Math.min(PARTS * tookNanos, limits.interval().toNanos())) {
            return false;
        }
        if (isAsked) {
            return since >= ASKED_APART.toNanos();
        }
        if (!isSettled(nanos)) {
            return since >= limits.fastInterval().toNanos();
        }
        return isShared && since >= (isOdd ? limits.fastInterval() : limits.interval()).toNanos();
    }

    /// Whether no look will ever be due but those that are asked for.
    boolean isOver(long nanos) {
        return !isShared && isSettled(nanos);
    }

    /// A look begins, when the database's clock shows `nowMillis`.
    Span begin(long nowMillis, long nanos) {
        lookedAt = nanos;
        if (!isAnchored) {
            isAnchored = true;
            anchorMillis = nowMillis;
        } else {
            long expected = seenMillis + Duration.ofNanos(nanos - seenAt).toMillis();
            if (Math.abs(nowMillis - expected) > JUMP_MILLIS) {
                // What was committed since then has times from before the jump and from after it.
                anchorMillis = Math.min(anchorMillis, anchorMillis + nowMillis - expected);
                trouble(nanos);
            }
        }
        seenMillis = nowMillis;
        seenAt = nanos;
        long from = anchorMillis - limits.overlap().toMillis();
        if (nanos - lookedFarAt >= limits.longInterval().toNanos()) {
            lookedFarAt = nanos;
            from = Math.min(from, far());
        }
        return new Span(from, isSettled(nanos) ? nowMillis : Long.MAX_VALUE);
    }

    private long far() {
        return seenMillis - limits.longOverlap().toMillis();
    }

    /// The look that began last ended at `nanos` and found everything; its statements took `tookNanos`.
    void succeeded(long nanos, long tookNanos) {
        this.tookNanos = tookNanos;
        if (tookNanos > SLOW_NANOS) {
            trouble(nanos);
        }
        anchorMillis = isSettled(nanos) ? seenMillis : Math.max(anchorMillis, far());
    }

    /// The look that began last came to nothing, at `nanos`.
    void failed(long nanos) {
        tookNanos = 0;
        trouble(nanos);
    }

    /// Commits may take long now: looks begin where the last one before this did, until a while after.
    void unsettle(long nanos) {
        unsettledUntil = nanos + SETTLING.toNanos();
    }

    private void trouble(long nanos) {
        lookedAt = nanos;
        unsettle(nanos);
    }

    private boolean isSettled(long nanos) {
        return nanos - unsettledUntil >= 0;
    }
}
