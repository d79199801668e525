package parley.sessions.internal.presence;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/// Values by key on their way out: each key comes out at most once in `intervalMillis`, and what came in
/// meanwhile as one merged value. At most `keysMax` keys wait, and as many that came out lately are
/// remembered; what finds no room is refused. Time is passed in. Not thread-safe.
final class Latest<K, V> {
    private final int intervalMillis;
    private final int keysMax;
    private final BinaryOperator<V> merge;
    private final LinkedHashMap<K, V> waiting = new LinkedHashMap<>();

    /// When each came out last, the oldest first.
    private final LinkedHashMap<K, Long> out = new LinkedHashMap<>();

    Latest(int intervalMillis, int keysMax, BinaryOperator<V> merge) {
        this.intervalMillis = intervalMillis;
        this.keysMax = keysMax;
        this.merge = merge;
    }

    /// False when there is no room.
    boolean put(K key, V value) {
        if (waiting.size() >= keysMax && !waiting.containsKey(key)) {
            return false;
        }
        waiting.merge(key, value, merge);
        return true;
    }

    /// Up to `max` that may come out now, those that wait longest first.
    List<Map.Entry<K, V>> take(long nowMillis, int max) {
        expire(nowMillis);
        List<Map.Entry<K, V>> taken = new ArrayList<>();
        Iterator<Map.Entry<K, V>> each = waiting.entrySet().iterator();
        while (each.hasNext() && taken.size() < max && out.size() < keysMax) {
            Map.Entry<K, V> entry = each.next();
            if (!out.containsKey(entry.getKey())) {
                taken.add(Map.entry(entry.getKey(), entry.getValue()));
                out.put(entry.getKey(), nowMillis);
                each.remove();
            }
        }
        return taken;
    }

    private void expire(long nowMillis) {
        Map.Entry<K, Long> first = out.firstEntry();
        while (first != null && nowMillis - first.getValue() >= intervalMillis) {
            out.pollFirstEntry();
            first = out.firstEntry();
        }
    }

    /// Keys that anything is kept of.
    int size() {
        return waiting.size() + out.size();
    }

    int waiting() {
        return waiting.size();
    }
}
