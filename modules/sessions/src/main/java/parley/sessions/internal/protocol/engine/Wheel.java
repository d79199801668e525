package parley.sessions.internal.protocol.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Wakes any number of [Timed] things, each when it is due, with one thread and two references each: a
/// ring of slots of one tick. What is due beyond the ring's span is looked at once a round. Setting,
/// moving and removing take constant time. Thread-safe; [#tick] is for one thread.
public final class Wheel {
    /// Milliseconds of one slot, and how late a wake-up may be beside the pause between two calls of
    /// [#tick].
    public static final int TICK_MILLIS = 50;

    private static final int SLOTS = 1_024;
    private static final System.Logger LOG = System.getLogger(Wheel.class.getName());

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final @Nullable Timed[] slots = new @Nullable Timed[SLOTS];

    /// The slot number (not yet reduced to the ring) that is looked at next.
    @GuardedBy("lock")
    private long next;

    public Wheel(long now) {
        next = now / TICK_MILLIS;
    }

    /// Sees to it that `timed` is woken at `due` or soon after, if not earlier.
    void wakeBy(Timed timed, long due) {
        lock.lock();
        try {
            if (timed.removed || timed.due <= due) {
                return;
            }
            if (timed.inHand) {
                timed.due = due;
                return;
            }
            unlinkLocked(timed);
            timed.due = due;
            linkLocked(timed);
        } finally {
            lock.unlock();
        }
    }

    /// `timed` will not be woken again; one call may still be under way.
    void remove(Timed timed) {
        lock.lock();
        try {
            timed.removed = true;
            if (!timed.inHand) {
                unlinkLocked(timed);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Wakes all that is due at `now`.
    public void tick(long now) {
        for (Timed timed = takeDue(now); timed != null; timed = takeDue(now)) {
            long due = Timed.NEVER;
            try {
                due = timed.wake(now);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a timer failed", e);
            }
            putBack(timed, due);
        }
    }

    private @Nullable Timed takeDue(long now) {
        lock.lock();
        try {
            while (next <= now / TICK_MILLIS) {
                for (Timed timed = slots[slot(next)]; timed != null; timed = timed.after) {
                    if (timed.due <= now) {
                        unlinkLocked(timed);
                        timed.inHand = true;
                        return timed;
                    }
                }
                if (next == now / TICK_MILLIS) {
                    return null;
                }
                next++;
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void putBack(Timed timed, long due) {
        lock.lock();
        try {
            timed.inHand = false;
            timed.due = Math.min(due, timed.due);
            if (!timed.removed && timed.due != Timed.NEVER) {
                linkLocked(timed);
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void linkLocked(Timed timed) {
        int slot = slot(Math.max(timed.due / TICK_MILLIS, next));
        Timed first = slots[slot];
        timed.slot = slot;
        timed.after = first;
        timed.before = null;
        if (first != null) {
            first.before = timed;
        }
        slots[slot] = timed;
    }

    @GuardedBy("lock")
    private void unlinkLocked(Timed timed) {
        if (timed.due == Timed.NEVER) {
            return;
        }
        if (timed.before != null) {
            timed.before.after = timed.after;
        } else {
            slots[timed.slot] = timed.after;
        }
        if (timed.after != null) {
            timed.after.before = timed.before;
        }
        timed.before = null;
        timed.after = null;
        timed.due = Timed.NEVER;
    }

    private static int slot(long number) {
        return (int) (number & (SLOTS - 1));
    }
}
