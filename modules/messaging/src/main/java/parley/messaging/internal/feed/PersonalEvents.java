package parley.messaging.internal.feed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.messaging.PersonalEvent;

/// Personal events on their way to the hub: in order and one at a time per account. Bounded: what finds
/// its queue full is dropped, as these events are not promised. Thread-safe.
final class PersonalEvents {
    private static final int QUEUES = 16;
    private static final int EVENTS_MAX = 4_096;

    private final Executor workers;
    private final BiConsumer<AccountId, PersonalEvent> out;
    private final Stripe[] stripes = new Stripe[QUEUES];

    PersonalEvents(Executor workers, BiConsumer<AccountId, PersonalEvent> out) {
        this.workers = workers;
        this.out = out;
        for (int i = 0; i < QUEUES; i++) {
            stripes[i] = new Stripe();
        }
    }

    private record Waiting(AccountId account, PersonalEvent event) {}

    /// False when it was dropped. Never blocks.
    boolean offer(AccountId account, PersonalEvent event) {
        return stripes[Math.floorMod(Long.hashCode(account.value()), QUEUES)].offer(new Waiting(account, event));
    }

    private final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();

        @GuardedBy("lock")
        private final Queue<Waiting> waiting = new ArrayDeque<>();

        @GuardedBy("lock")
        private boolean running;

        boolean offer(Waiting event) {
            lock.lock();
            try {
                if (waiting.size() >= EVENTS_MAX) {
                    return false;
                }
                waiting.add(event);
                if (running) {
                    return true;
                }
                running = true;
            } finally {
                lock.unlock();
            }
            workers.execute(this::run);
            return true;
        }

        private void run() {
            for (Waiting next = next(); next != null; next = next()) {
                out.accept(next.account(), next.event());
            }
        }

        private @Nullable Waiting next() {
            lock.lock();
            try {
                Waiting next = waiting.poll();
                running = next != null;
                return next;
            } finally {
                lock.unlock();
            }
        }
    }
}
