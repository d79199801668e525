package parley.sessions.internal.hub;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.kernel.ConversationId;

/// The subscriptions of one conversation on this node. Thread-safe: adding and removing take constant
/// time under the lock, a delivery walks over a copy that is made again only after a change.
final class Followers {
    private static final int FIRST_CAPACITY = 2;

    final ConversationId conversation;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Subscription[] slots = new Subscription[FIRST_CAPACITY];

    @GuardedBy("lock")
    private int size;

    @GuardedBy("lock")
    private int reserved;

    @GuardedBy("lock")
    private Subscription @Nullable [] copy;

    Followers(ConversationId conversation) {
        this.conversation = conversation;
    }

    /// Keeps this object in use until the matching [#add] or [#giveBack].
    void reserve() {
        lock.lock();
        try {
            reserved++;
        } finally {
            lock.unlock();
        }
    }

    /// Ends a reservation that was not used. True when nobody is left.
    boolean giveBack() {
        lock.lock();
        try {
            reserved--;
            return size + reserved == 0;
        } finally {
            lock.unlock();
        }
    }

    /// Uses a reservation.
    void add(Subscription subscription) {
        lock.lock();
        try {
            reserved--;
            if (size == slots.length) {
                slots = Arrays.copyOf(slots, size * 2);
            }
            subscription.slot = size;
            slots[size++] = subscription;
            copy = null;
        } finally {
            lock.unlock();
        }
    }

    /// True when nobody is left. Removing one that is not here changes nothing.
    boolean remove(Subscription subscription) {
        lock.lock();
        try {
            int slot = subscription.slot;
            if (slot >= 0) {
                Subscription moved = slots[--size];
                slots[slot] = moved;
                slots[size] = null;
                if (moved != null) {
                    moved.slot = slot;
                }
                subscription.slot = Subscription.NOWHERE;
                copy = null;
            }
            return size + reserved == 0;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /// All of now, in no order; nobody may change the array.
    Subscription[] all() {
        lock.lock();
        try {
            Subscription[] known = copy;
            if (known == null) {
                known = new Subscription[size];
                for (int i = 0; i < size; i++) {
                    Subscription subscription = slots[i];
                    if (subscription == null) {
                        throw new IllegalStateException("a hole among the followers of " + conversation);
                    }
                    known[i] = subscription;
                }
                copy = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }
}
