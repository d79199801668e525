package parley.cluster.internal.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import parley.cluster.Node;
import parley.cluster.NodeStatus;

/// Who lives, from leases that are read again and again: a node lives when its lease was seen to be
/// renewed, and no longer when it was not renewed for a time over several looks. No clock of another
/// machine has a say. Pure: time is passed in. Belongs to one thread.
final class Membership {
    private static final int LOOKS_MIN = 3;

    private final long lapseNanos;
    private final long forgetNanos;
    private final Map<String, Seen> others = new LinkedHashMap<>();

    /// A node came, or went; `isLapse` = without a word.
    record Change(Node node, boolean isJoin, boolean isLapse) {}

    private static final class Seen {
        private Lease lease;
        private boolean isAlive;
        private long unchangedSinceNanos;
        private int looks;

        Seen(Lease lease, long nowNanos) {
            this.lease = lease;
            this.unchangedSinceNanos = nowNanos;
        }
    }

    Membership(long lapseNanos, long forgetNanos) {
        this.lapseNanos = lapseNanos;
        this.forgetNanos = forgetNanos;
    }

    /// What changed with a look at all leases of other nodes, by boot id.
    List<Change> look(Map<String, Lease> leases, long nowNanos) {
        List<Change> changes = new ArrayList<>();
        leases.forEach((boot, lease) -> {
            Seen seen = others.computeIfAbsent(boot, any -> new Seen(lease, nowNanos));
            if (lease.renewal() != seen.lease.renewal()) {
                seen.lease = lease;
                seen.unchangedSinceNanos = nowNanos;
                seen.looks = 0;
                if (!seen.isAlive) {
                    seen.isAlive = true;
                    changes.add(new Change(lease.status().node(), true, false));
                }
            }
        });
        for (Seen seen : others.values()) {
            seen.looks++;
            if (seen.isAlive && seen.looks >= LOOKS_MIN && nowNanos - seen.unchangedSinceNanos > lapseNanos) {
                seen.isAlive = false;
                changes.add(new Change(seen.lease.status().node(), false, true));
            }
        }
        others.entrySet().removeIf(entry -> !entry.getValue().isAlive && !leases.containsKey(entry.getKey()));
        return changes;
    }

    /// Nobody could look for a time: who was not renewed in it is not to blame.
    void resume(long nowNanos) {
        others.values().forEach(seen -> {
            seen.unchangedSinceNanos = nowNanos;
            seen.looks = 0;
        });
    }

    /// The node said that it ends.
    List<Change> goodbye(String boot) {
        Seen seen = others.get(boot);
        if (seen == null || !seen.isAlive) {
            return List.of();
        }
        seen.isAlive = false;
        return List.of(new Change(seen.lease.status().node(), false, false));
    }

    /// The others that live, by name.
    List<NodeStatus> alive() {
        return others.values().stream()
                .filter(seen -> seen.isAlive)
                .map(seen -> seen.lease.status())
                .sorted(Comparator.comparing(
                                (NodeStatus status) -> status.node().name())
                        .thenComparing(status -> status.node().bootId()))
                .toList();
    }

    /// Leases that nobody renewed for so long that they can be deleted.
    List<String> forgotten(long nowNanos) {
        return others.entrySet().stream()
                .filter(entry ->
                        !entry.getValue().isAlive && nowNanos - entry.getValue().unchangedSinceNanos > forgetNanos)
                .map(Map.Entry::getKey)
                .toList();
    }
}
