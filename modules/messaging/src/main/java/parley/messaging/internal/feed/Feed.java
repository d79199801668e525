package parley.messaging.internal.feed;

import java.util.List;

/// What a node has passed on of one conversation, and what it must do with a hint. Pure: no clock, no
/// input, no lock; the caller does the steps in their order and owns the object.
///
/// Whatever is lost, repeated or out of order among the hints, the steps cover every seq from the first
/// one on exactly once, in order. What lies before that, and a reader that began there needs, comes once, too.
final class Feed {
    /// The next seq to pass on; 0 while nothing is known.
    private long next;

    /// The lowest seq that is passed on, or to be.
    private long start;

    /// One thing to do.
    sealed interface Step {
        /// Read `from` to `to` from the log and pass them on.
        record Fill(long from, long to) implements Step {}

        /// Pass on what the hint carries from `from` to its end.
        record Pass(long from) implements Step {}
    }

    /// What to do with a hint of `first` to `last`; `carries` says that it holds the entries. Nothing
    /// when all of it was passed on. The first hint of all says where to start.
    List<Step> offer(long first, long last, boolean carries) {
        if (next == 0) {
            begin(first);
        }
        if (last < next) {
            return List.of();
        }
        long from = Math.max(first, next);
        long missing = next;
        next = last + 1;
        if (!carries) {
            return List.of(new Step.Fill(missing, last));
        }
        return missing < from
                ? List.of(new Step.Fill(missing, from - 1), new Step.Pass(from))
                : List.of(new Step.Pass(from));
    }

    private void begin(long first) {
        next = first;
        start = first;
    }

    /// Whether whoever read the log up to `head` misses nothing: all up to there is passed on, and nothing
    /// behind it was left out. A feed that has passed nothing on starts after it.
    boolean isPast(long head) {
        if (next == 0) {
            begin(head + 1);
        }
        return head < next && head + 1 >= start;
    }

    /// What to do when a read found the log to reach up to `head`. One that another reader overtook finds
    /// the feed to start too late for it: what lies between comes now, and is old to all others.
    List<Step> reached(long head) {
        if (isPast(head)) {
            return List.of();
        }
        if (head + 1 < start) {
            Step between = new Step.Fill(head + 1, start - 1);
            start = head + 1;
            return List.of(between);
        }
        return offer(next, head, false);
    }

    /// What to do when a poll found the log to reach up to `head`. Nothing while the feed does not know
    /// where to start: whoever follows says so by what was read after following, which a poll may have
    /// seen less of.
    List<Step> polled(long head) {
        return isBehind(head) ? offer(next, head, false) : List.of();
    }

    /// Whether entries up to `head` are missing.
    boolean isBehind(long head) {
        return next != 0 && head >= next;
    }

    /// The log was found to end at `head`, below what a hint said: goes on from there.
    void restart(long head) {
        next = head + 1;
        start = Math.min(start, next);
    }

    /// The next seq to pass on; 0 while nothing is known.
    long next() {
        return next;
    }
}
