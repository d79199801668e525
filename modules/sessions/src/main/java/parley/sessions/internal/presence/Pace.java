package parley.sessions.internal.presence;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// How fast each receiver gets events: `perSecond`, and twice as many at once. What is over may wait,
/// the newest of each key, up to `receiverWaitingMax` for one receiver and `waitingMax` in all. Time is
/// passed in. Not thread-safe. A receiver that got nothing for a while weighs nothing.
final class Pace<R, K, E> {
    enum Verdict {
        /// To be sent by the caller, now.
        NOW,
        /// Kept: comes with [#release].
        LATER,
        DROPPED
    }

    private static final class Lane<K, E> {
        final Allowance allowance;

        @Nullable
        LinkedHashMap<K, E> waiting;

        Lane(Allowance allowance) {
            this.allowance = allowance;
        }
    }

    private final int perSecond;
    private final int receiverWaitingMax;
    private final int waitingMax;
    private final Map<R, Lane<K, E>> lanes = new HashMap<>();

    /// Those with something that waits, in turn.
    private final Set<R> behind = new LinkedHashSet<>();

    private int waiting;

    Pace(int perSecond, int receiverWaitingMax, int waitingMax) {
        this.perSecond = perSecond;
        this.receiverWaitingMax = receiverWaitingMax;
        this.waitingMax = waitingMax;
    }

    /// For an event that is worth nothing later: [Verdict#NOW] or [Verdict#DROPPED].
    Verdict pass(R receiver, long nowMillis) {
        Lane<K, E> lane = lane(receiver, nowMillis);
        if (lane.waiting != null || !lane.allowance.isThere(nowMillis)) {
            return Verdict.DROPPED;
        }
        lane.allowance.take(1);
        return Verdict.NOW;
    }

    /// For an event that tells a state: a newer one of the same `key` takes its place.
    Verdict pass(R receiver, K key, E event, long nowMillis) {
        Lane<K, E> lane = lane(receiver, nowMillis);
        if (lane.waiting == null && lane.allowance.isThere(nowMillis)) {
            lane.allowance.take(1);
            return Verdict.NOW;
        }
        return keep(receiver, lane, key, event) ? Verdict.LATER : Verdict.DROPPED;
    }

    private boolean keep(R receiver, Lane<K, E> lane, K key, E event) {
        LinkedHashMap<K, E> kept = lane.waiting == null ? new LinkedHashMap<>() : lane.waiting;
        boolean isNew = !kept.containsKey(key);
        if (isNew && (kept.size() >= receiverWaitingMax || waiting >= waitingMax)) {
            return false;
        }
        kept.put(key, event);
        waiting += isNew ? 1 : 0;
        lane.waiting = kept;
        behind.add(receiver);
        return true;
    }

    /// Hands what waits and may go now to `out`, at most `max` events.
    void release(long nowMillis, int max, BiConsumer<R, E> out) {
        int left = max;
        Iterator<R> each = behind.iterator();
        while (each.hasNext() && left > 0) {
            R receiver = each.next();
            Lane<K, E> lane = lane(receiver, nowMillis);
            LinkedHashMap<K, E> kept = lane.waiting;
            while (kept != null && left > 0 && lane.allowance.isThere(nowMillis)) {
                Map.Entry<K, E> first = kept.pollFirstEntry();
                lane.allowance.take(1);
                waiting--;
                left--;
                out.accept(receiver, first.getValue());
                kept = kept.isEmpty() ? null : kept;
            }
            lane.waiting = kept;
            if (kept == null) {
                each.remove();
            }
        }
    }

    /// Forgets those that got nothing for a while.
    void sweep(long nowMillis) {
        lanes.values().removeIf(lane -> lane.waiting == null && lane.allowance.isFull(nowMillis));
    }

    /// Forgets `receiver` and what waits for it.
    void forget(R receiver) {
        Lane<K, E> lane = lanes.remove(receiver);
        if (lane != null && lane.waiting != null) {
            waiting -= lane.waiting.size();
            behind.remove(receiver);
        }
    }

    int waiting() {
        return waiting;
    }

    /// Receivers that anything is kept of.
    int size() {
        return lanes.size();
    }

    private Lane<K, E> lane(R receiver, long nowMillis) {
        return lanes.computeIfAbsent(
                receiver, unused -> new Lane<>(new Allowance(perSecond, 2 * perSecond, nowMillis)));
    }
}
