package parley.messaging.internal.feed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One conversation that is fed: what has arrived and waits, and how far it was passed on.
///
/// Everything but [#feed] and [#isFollowed] is touched only inside `compute` of the map that holds the
/// slot, which lets one thread at a time in; [#feed] belongs to the one worker that runs while
/// [#isRunning]. Kept small, since a node follows every conversation of everybody who is connected.
final class Slot {
    final Feed feed = new Feed();

    private volatile boolean followed;
    private boolean running;
    private @Nullable List<Hint.Committed> inbox;
    private long inboxBytes;

    // What did not fit into the inbox, to be read from the log; 0 = nothing.
    private long behindFrom;
    private long behindTo;

    // A head that a read found; 0 = none.
    private long reached;

    /// What a worker does next: hints in the order of their numbers, then what to read from the log.
    record Work(List<Hint.Committed> hints, long bytes, long behindFrom, long behindTo, long reached) {
        boolean isNothing() {
            return hints.isEmpty() && behindTo == 0 && reached == 0;
        }
    }

    boolean isFollowed() {
        return followed;
    }

    void follow(boolean followed) {
        this.followed = followed;
    }

    boolean isRunning() {
        return running;
    }

    /// True when a worker must be started.
    boolean start() {
        boolean starts = !running;
        running = true;
        return starts;
    }

    /// Takes `hint` in; false when there is no room and the log has to be read instead. `total` counts
    /// the bytes of all slots.
    boolean take(Hint.Committed hint, FeedLimits limits, AtomicLong total) {
        List<Hint.Committed> waiting = inbox;
        if (waiting == null) {
            waiting = new ArrayList<>(2);
            inbox = waiting;
        }
        long bytes = hint.weight();
        boolean fits = behindTo == 0
                && waiting.size() < limits.inboxHintsMax()
                && inboxBytes + bytes <= limits.inboxBytesMax()
                && total.get() + bytes <= limits.totalBytesMax();
        if (fits) {
            waiting.add(hint);
            inboxBytes += bytes;
            long unused = total.addAndGet(bytes);
        } else {
            behindFrom = behindTo == 0 ? hint.first() : Math.min(behindFrom, hint.first());
            behindTo = Math.max(behindTo, hint.last());
        }
        return fits;
    }

    /// Takes in that a read found the log to reach up to `head`. True when a worker must be started; in
    /// the usual case the feed is there already, which costs nothing.
    boolean reached(long head) {
        if (!running && feed.isPast(head)) {
            return false;
        }
        reached = Math.max(reached, head);
        return start();
    }

    /// Hands over all that waits; with nothing left the worker ends.
    Work next() {
        List<Hint.Committed> hints = inbox == null ? new ArrayList<>(0) : inbox;
        hints.sort(Comparator.comparingLong(Hint.Committed::first));
        Work work = new Work(hints, inboxBytes, behindFrom, behindTo, reached);
        inbox = null;
        inboxBytes = 0;
        behindFrom = 0;
        behindTo = 0;
        reached = 0;
        running = !work.isNothing();
        return work;
    }
}
