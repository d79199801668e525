package parley.messaging.internal.feed;

import java.util.List;

/// What a node has passed on of one conversation, and what it must do with a hint. Pure: no clock, no
/// input, no lock; the caller does the steps in their order and owns the object.
///
/// Whatever is lost, repeated or out of order among the hints, the steps cover every seq from the first
/// one on exactly once, in order.
final class Feed {
    /// The next seq to pass on; 0 while nothing is known.
    private long next;

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
            next = first;
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

    /// Whether all up to `head`, which a read of the log found, is passed on. A feed that has passed
    /// nothing on starts after it.
    boolean isPast(long head) {
        if (next == 0) {
            next = head + 1;
        }
        return head < next;
    }

    /// What to do when a read found the log to reach up to `head`.
    List<Step> reached(long head) {
        return isPast(head) ? List.of() : offer(next, head, false);
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
    }

    /// The next seq to pass on; 0 while nothing is known.
    long next() {
        return next;
    }
}
