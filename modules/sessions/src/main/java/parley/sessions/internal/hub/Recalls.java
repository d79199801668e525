package parley.sessions.internal.hub;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import parley.history.Entry;
import parley.kernel.ConversationId;

/// The messages that were recalled lately: what was read before a recall and is rendered, or put into a
/// queue, after it shows the tombstone. A recall is in here before it is acknowledged. Thread-safe.
public final class Recalls {
    /// Longer than anything takes from its reading to its queue.
    private static final long KEPT_NANOS = Duration.ofMinutes(2).toNanos();

    private static final int KEPT_MAX = 100_000;

    private record Message(ConversationId conversation, long seq) {}

    private record Kept(Message message, long atNanos) {}

    private final LongSupplier nanos;
    private final Set<Message> recalled = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Kept> order = new ArrayDeque<>();

    private volatile int version;

    Recalls(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// From here on nothing that is rendered shows the body of this message.
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    void add(ConversationId conversation, long seq) {
        Message message = new Message(conversation, seq);
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (recalled.add(message)) {
                order.add(new Kept(message, now));
            }
            for (Kept oldest = order.peek();
                    oldest != null && (order.size() > KEPT_MAX || now - oldest.atNanos() > KEPT_NANOS);
                    oldest = order.peek()) {
                boolean unused = recalled.remove(order.remove().message());
            }
            version++;
        } finally {
            lock.unlock();
        }
    }

    /// Changes with every recall: whoever saw no recall of a message at a version need not look again
    /// while it is the same.
    int version() {
        return version;
    }

    boolean contains(ConversationId conversation, long seq) {
        return !recalled.isEmpty() && recalled.contains(new Message(conversation, seq));
    }

    /// `entry`, or what is left of it when its message was recalled since it was read.
    public Entry now(Entry entry) {
        long message = entry.bodyOf();
        return message == 0 || entry.isRecalled() || !contains(entry.conversation(), message) ? entry : entry.erased();
    }
}
