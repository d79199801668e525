package parley.cluster.internal.redis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Leases that this node cannot prove: of nodes with another secret, that live or lived. Pure; belongs
/// to one thread.
final class ForeignLeases {
    private static final int MAX = 1_000;

    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(int hash, long sinceNanos) {}

    /// True when it was not there at the last look, or was another.
    boolean isNew(String boot, byte[] lease, long nowNanos) {
        int hash = Arrays.hashCode(lease);
        Seen before = seen.get(boot);
        if (before != null && before.hash() == hash) {
            return false;
        }
        if (seen.size() >= MAX) {
            seen.clear();
        }
        seen.put(boot, new Seen(hash, nowNanos));
        return true;
    }

    /// Those that did not change for so long; each is told once.
    List<String> forgotten(long nowNanos, long forgetNanos) {
        List<String> old = seen.entrySet().stream()
                .filter(entry -> nowNanos - entry.getValue().sinceNanos() > forgetNanos)
                .map(Map.Entry::getKey)
                .toList();
        old.forEach(seen::remove);
        return old;
    }
}
