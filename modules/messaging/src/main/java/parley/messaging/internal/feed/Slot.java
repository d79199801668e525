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
    private Missing missing = Missing.NOTHING;
    private boolean waits;
    private long waitsUntilNanos;
    private boolean hasAlarm;

    /// What to read from the log, each 0 for nothing: `from` to `to` did not fit into the inbox, sessions
    /// found the log to reach up to `lowest` at least and `reached` at most, a poll up to `polled`.
    record Missing(long from, long to, long lowest, long reached, long polled) {
        static final Missing NOTHING = new Missing(0, 0, 0, 0, 0);

        private Missing with(long first, long last) {
            return new Missing(to == 0 ? first : Math.min(from, first), Math.max(to, last), lowest, reached, polled);
        }

        private Missing withReached(long head) {
            return new Missing(from, to, reached == 0 ? head : Math.min(lowest, head), Math.max(reached, head), polled);
        }

        private Missing withPolled(long head) {
            return new Missing(from, to, lowest, reached, Math.max(polled, head));
        }
    }

    /// What a worker does next: hints in the order of their numbers, then what to read from the log.
    record Work(List<Hint.Committed> hints, long bytes, Missing missing) {
        boolean isNothing() {
            return hints.isEmpty() && missing.equals(Missing.NOTHING);
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
        boolean fits = missing.to() == 0
                && waiting.size() < limits.inboxHintsMax()
                && inboxBytes + bytes <= limits.inboxBytesMax()
                && total.get() + bytes <= limits.totalBytesMax();
        if (fits) {
            waiting.add(hint);
            inboxBytes += bytes;
            long unused = total.addAndGet(bytes);
        } else {
            missing = missing.with(hint.first(), hint.last());
        }
        return fits;
    }

    /// Takes in that a read found the log to reach up to `head`. True when a worker must be started; in
    /// the usual case the feed is there already, which costs nothing.
    boolean reached(long head) {
        if (!running && feed.isPast(head)) {
            return false;
        }
        missing = missing.withReached(head);
        return start();
    }

    /// Whether a poll that found the log to reach up to `head` has something to say; maybe, while a
    /// worker runs.
    boolean mayBeBehind(long head) {
        return running || feed.isBehind(head);
    }

    /// Takes in that a poll found the log to reach up to `head`. True when a worker must be started.
    boolean polled(long head) {
        if (!mayBeBehind(head)) {
            return false;
        }
        missing = missing.withPolled(head);
        return start();
    }

    /// Hands over what waits; with nothing of that the worker ends. What comes after a hint that is not
    /// there waits `patienceNanos` for it: hints of the own node overtake those of others, and each
    /// would be read from the log otherwise.
    Work next(long nowNanos, long patienceNanos) {
        List<Hint.Committed> hints = inbox == null ? new ArrayList<>(0) : inbox;
        hints.sort(Comparator.comparingLong(Hint.Committed::first));
        int ready = ready(hints, nowNanos, patienceNanos);
        // Nearly always all of them.
        inbox = ready == hints.size() ? null : new ArrayList<>(hints.subList(ready, hints.size()));
        List<Hint.Committed> taken = inbox == null ? hints : hints.subList(0, ready);
        long bytes = inbox == null
                ? inboxBytes
                : taken.stream().mapToLong(Hint.Committed::weight).sum();
        inboxBytes -= bytes;
        Work work = new Work(taken, bytes, missing);
        missing = Missing.NOTHING;
        running = !work.isNothing();
        return work;
    }

    /// How many of `hints` go on now.
    private int ready(List<Hint.Committed> hints, long nowNanos, long patienceNanos) {
        long next = feed.next();
        int ready = 0;
        while (ready < hints.size() && (next == 0 || hints.get(ready).first() <= next)) {
            next = Math.max(next, hints.get(ready++).last() + 1);
        }
        boolean isAll = ready == hints.size() || !followed || !missing.equals(Missing.NOTHING);
        if (isAll || (waits && ready == 0 && nowNanos - waitsUntilNanos >= 0)) {
            waits = false;
            return hints.size();
        }
        if (!waits || ready > 0) {
            waits = true;
            waitsUntilNanos = nowNanos + patienceNanos;
        }
        return ready;
    }

    /// How long to wait before [#alarm] is due; 0 when there is nothing to wait for, or somebody does.
    long alarmNanos(long nowNanos) {
        if (!waits || running || hasAlarm) {
            return 0;
        }
        hasAlarm = true;
        return Math.max(1, waitsUntilNanos - nowNanos);
    }

    /// The time is over. True when a worker must be started.
    boolean alarm() {
        hasAlarm = false;
        return waits && start();
    }

    /// Throws away what waits; how many bytes that was.
    long discard() {
        long bytes = inboxBytes;
        inbox = null;
        inboxBytes = 0;
        waits = false;
        return bytes;
    }
}
