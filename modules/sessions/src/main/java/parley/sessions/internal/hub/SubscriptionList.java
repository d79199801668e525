package parley.sessions.internal.hub;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.kernel.ConversationId;

/// The subscriptions of one session: an array, because most sessions have few and none is looked up
/// often. Guarded by the session's lock.
final class SubscriptionList {
    private static final int FIRST_CAPACITY = 4;

    private @Nullable Subscription[] slots = {};
    private int size;

    int size() {
        return size;
    }

    Subscription get(int index) {
        Subscription subscription = slots[index];
        if (index >= size || subscription == null) {
            throw new IllegalStateException("no subscription at " + index + " of " + size);
        }
        return subscription;
    }

    void add(Subscription subscription) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, Math.max(FIRST_CAPACITY, size + (size >> 1) + 1));
        }
        slots[size++] = subscription;
    }

    void remove(Subscription subscription) {
        for (int i = 0; i < size; i++) {
            if (slots[i] == subscription) {
                slots[i] = slots[--size];
                slots[size] = null;
                return;
            }
        }
    }

    @Nullable
    Subscription find(ConversationId conversation) {
        return any(subscription -> subscription.conversation().equals(conversation));
    }

    @Nullable
    Subscription any(Predicate<Subscription> wanted) {
        for (int i = 0; i < size; i++) {
            Subscription each = get(i);
            if (wanted.test(each)) {
                return each;
            }
        }
        return null;
    }

    /// Of those that are `wanted` the one to which nothing was delivered for the longest time, or null.
    @Nullable
    Subscription longestSilent(Predicate<Subscription> wanted) {
        Subscription found = null;
        for (int i = 0; i < size; i++) {
            Subscription each = get(i);
            if (wanted.test(each) && (found == null || each.touched < found.touched)) {
                found = each;
            }
        }
        return found;
    }
}
