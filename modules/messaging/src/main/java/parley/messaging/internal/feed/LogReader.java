package parley.messaging.internal.feed;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.kernel.ConversationId;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Reads what feeds miss, a few at once, and does not give up: a database that is away is asked again
/// until it answers or nobody follows any more. Thread-safe; blocks, on virtual threads.
final class LogReader implements Probe {
    private static final int PAGE_ENTRIES_MAX = 1_000;
    private static final long FIRST_PAUSE_NANOS = 50_000_000;
    private static final long PAUSE_MAX_NANOS = 2_000_000_000;
    private static final long ALARM_NANOS = 600_000_000_000L;

    private static final Logger LOG = System.getLogger(LogReader.class.getName());

    private final History history;
    private final Semaphore permits;
    private final LongSupplier nanos;
    private final FeedMetrics metrics;
    private final AtomicLong alarmUntil;

    LogReader(History history, int readsMax, LongSupplier nanos, FeedMetrics metrics) {
        this.history = history;
        this.permits = new Semaphore(readsMax);
        this.nanos = nanos;
        this.metrics = metrics;
        this.alarmUntil = new AtomicLong(nanos.getAsLong() - 1);
    }

    /// Gives `out` the entries `from` to `to` in order, while `wanted`. Answers the last seq that the
    /// log has of them: below `to` only when the log ends there, which no true hint can lead to.
    long read(ConversationId conversation, long from, long to, BooleanSupplier wanted, Consumer<List<Entry>> out) {
        long after = from - 1;
        long pause = FIRST_PAUSE_NANOS;
        while (after < to && wanted.getAsBoolean()) {
            try {
                Page page = page(conversation, after, to);
                pause = FIRST_PAUSE_NANOS;
                if (page.entries().isEmpty()) {
                    return alarm(conversation, to, page.head());
                }
                metrics.filled(page.entries().size());
                out.accept(page.entries());
                after = page.entries().getLast().seq();
            } catch (RuntimeException fault) {
                LOG.log(Level.WARNING, "the feed of conversation " + conversation + " cannot read the log yet", fault);
                LockSupport.parkNanos(pause);
                pause = Math.min(pause * 2, PAUSE_MAX_NANOS);
            }
        }
        return to;
    }

    private record Page(List<Entry> entries, long head) {}

    private Page page(ConversationId conversation, long after, long to) {
        permits.acquireUninterruptibly();
        try {
            Head head = history.heads(Set.of(conversation)).get(conversation);
            if (head == null || head.head() <= after) {
                return new Page(List.of(), head == null ? 0 : head.head());
            }
            int limit = (int) Math.min(PAGE_ENTRIES_MAX, to - after);
            return new Page(history.readForward(head, after, limit), head.head());
        } finally {
            permits.release();
        }
    }

    private long alarm(ConversationId conversation, long hinted, long head) {
        LOG.log(
                Level.ERROR,
                "a hint says that the log of conversation {0} reaches {1}, and it ends at {2}: entries are lost, or the"
                        + " data set was replaced without a new epoch",
                conversation,
                Long.toString(hinted),
                Long.toString(head));
        metrics.dropped("above_head");
        alarmUntil.set(nanos.getAsLong() + ALARM_NANOS);
        return head;
    }

    @Override
    public String name() {
        return "feed";
    }

    @Override
    public Health check() {
        return alarmUntil.get() - nanos.getAsLong() > 0
                ? Health.degraded("a hint was above the end of its conversation's log: see the log for which")
                : Health.up();
    }
}
