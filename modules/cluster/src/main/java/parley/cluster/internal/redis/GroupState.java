package parley.cluster.internal.redis;

import java.util.concurrent.atomic.AtomicBoolean;

/// What the publisher and the reader of a group know of each other. Thread-safe.
final class GroupState {
    private final OutQueue queue;
    private final Doorbell doorbell;
    private final AtomicBoolean mustLocate = new AtomicBoolean();

    /// Written by the publisher alone.
    private volatile Beat sent = new Beat(0, 0);

    /// Written by the reader alone.
    private volatile Beat heard = new Beat(0, 0);

    private record Beat(long counter, long atNanos) {}

    /// `doorbell`: that of `queue`.
    GroupState(OutQueue queue, Doorbell doorbell) {
        this.queue = queue;
        this.doorbell = doorbell;
    }

    OutQueue queue() {
        return queue;
    }

    Doorbell doorbell() {
        return doorbell;
    }

    void beatSent(long counter, long nowNanos) {
        sent = new Beat(counter, nowNanos);
    }

    /// The own beat came back; how long that took, -1 when it is not known.
    long beatHeard(long counter, long nowNanos) {
        Beat last = sent;
        if (counter <= heard.counter()) {
            return -1;
        }
        heard = new Beat(counter, nowNanos);
        return last.counter() == counter ? nowNanos - last.atNanos() : -1;
    }

    /// The own beats come back: the last one did so within `nanos`.
    boolean isBeating(long nowNanos, long nanos) {
        Beat last = heard;
        return last.counter() != 0 && nowNanos - last.atNanos() < nanos;
    }

    /// Asks the reader to see whether the streams are still those that it reads.
    void locate() {
        mustLocate.set(true);
    }

    boolean takeLocate() {
        return mustLocate.getAndSet(false);
    }
}
