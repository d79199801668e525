package parley.history.internal.hot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import parley.history.Head;
import parley.history.internal.store.LogReads;
import parley.kernel.ConversationId;

/// Notices that the database went back behind what it had committed: a genuine cached entry of this
/// epoch lies above the head. A head that was read earlier explains that, so the head is read anew, at
/// most once a second. Thread-safe.
final class RollbackAlarm {
    private static final Logger LOG = System.getLogger(RollbackAlarm.class.getName());
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final LogReads reads;
    private final AtomicLong lookedAtNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);
    private volatile boolean isRaised;

    RollbackAlarm(LogReads reads) {
        this.reads = reads;
    }

    /// A genuine entry `seq` of this conversation was seen. May read the head anew; blocks then.
    void seen(Head head, long seq) {
        if (seq <= head.head() || isRaised || !isDue()) {
            return;
        }
        ConversationId conversation = head.conversation();
        Head now = reads.heads(List.of(conversation)).get(conversation);
        long last = now == null ? 0 : now.head();
        if (seq > last) {
            isRaised = true;
            LOG.log(
                    Level.ERROR,
                    "conversation {0} ends at {1} and had an entry {2}: the database lost entries; parley epoch --renew",
                    conversation,
                    last,
                    seq);
        }
    }

    private boolean isDue() {
        long now = System.nanoTime();
        long last = lookedAtNanos.get();
        return now - last >= PAUSE_NANOS && lookedAtNanos.compareAndSet(last, now);
    }

    boolean isRaised() {
        return isRaised;
    }
}
