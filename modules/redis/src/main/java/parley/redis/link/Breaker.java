package parley.redis.link;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/// Spares callers the wait for something that is away: after `failuresMax` failures in a row it lets
/// nobody through for a pause, then one, and closes again when that one succeeds. The pause doubles from
/// its least to its most while the trials fail. Time is given by the caller. Thread-safe.
final class Breaker {
    private final int failuresMax;
    private final long pauseMinNanos;
    private final long pauseMaxNanos;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private int failures;

    @GuardedBy("lock")
    private boolean isOpen;

    @GuardedBy("lock")
    private long pauseNanos;

    @GuardedBy("lock")
    private long trialAtNanos;

    Breaker(int failuresMax, long pauseMinNanos, long pauseMaxNanos) {
        this.failuresMax = failuresMax;
        this.pauseMinNanos = pauseMinNanos;
        this.pauseMaxNanos = pauseMaxNanos;
        this.pauseNanos = pauseMinNanos;
    }

    /// True = try now, and report how it went.
    boolean permits(long nowNanos) {
        lock.lock();
        try {
            if (!isOpen) {
                return true;
            }
            if (nowNanos - trialAtNanos < 0) {
                return false;
            }
            // One goes through; the next trial is due only if this one is never reported.
            trialAtNanos = nowNanos + pauseMaxNanos;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void succeeded() {
        lock.lock();
        try {
            failures = 0;
            isOpen = false;
            pauseNanos = pauseMinNanos;
        } finally {
            lock.unlock();
        }
    }

    void failed(long nowNanos) {
        lock.lock();
        try {
            failures++;
            if (isOpen) {
                pauseNanos = Math.min(pauseNanos * 2, pauseMaxNanos);
                trialAtNanos = nowNanos + pauseNanos;
            } else if (failures >= failuresMax) {
                isOpen = true;
                trialAtNanos = nowNanos + pauseNanos;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return isOpen;
        } finally {
            lock.unlock();
        }
    }
}
