package parley.cluster.internal.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import parley.cluster.internal.Partitions;

/// How far this node heard each other node count in the streams of one group, to see what it missed.
/// Pure: time is passed in. Belongs to one thread.
final class Counters {
    /// The place of the signals' stream beside the group's partitions.
    static final int SIGNALS = Partitions.PER_GROUP;

    /// After a beginning, nodes that beat once a second and were not heard yet are no surprise.
    static final long FIRST_HEARD_NANOS = Duration.ofSeconds(3).toNanos();

    /// A node that is silent for so long is forgotten.
    static final long SILENT_NANOS_MAX = Duration.ofMinutes(5).toNanos();

    private static final long UNKNOWN = -1;

    private final Map<Long, Heard> nodes = new HashMap<>();
    private long beganNanos;

    /// What one node's number says.
    enum Verdict {
        /// It follows on what was heard, or nothing was heard before.
        NEXT,
        /// It was heard already, or is older than what was.
        OLD,
        /// Something before it was missed.
        GAP
    }

    private static final class Heard {
        private final long[] counters = new long[Partitions.PER_GROUP + 1];
        private long atNanos;
    }

    Counters(long nowNanos) {
        this.beganNanos = nowNanos;
    }

    /// Reading began elsewhere than where it stopped: what is missing is known to be, and no number says
    /// more.
    void begin(long nowNanos) {
        nodes.clear();
        beganNanos = nowNanos;
    }

    /// A message that `boot` numbered `counter` in the stream `index` of the group.
    Verdict heard(long boot, int index, long counter, long nowNanos) {
        Heard node = node(boot, nowNanos);
        long before = node.counters[index];
        if (before == UNKNOWN) {
            node.counters[index] = counter;
            return counter == 1 || isBeginning(nowNanos) ? Verdict.NEXT : Verdict.GAP;
        }
        if (counter <= before) {
            return Verdict.OLD;
        }
        node.counters[index] = counter;
        return counter == before + 1 ? Verdict.NEXT : Verdict.GAP;
    }

    /// A beat of `boot` says how far it counted in each partition; `isRead` tells of which partitions
    /// all that was there when the beat was read has been heard. True = something was missed.
    boolean beat(long boot, long[] partitions, boolean[] isRead, long nowNanos) {
        Heard node = node(boot, nowNanos);
        boolean isMissed = false;
        for (int i = 0; i < Partitions.PER_GROUP; i++) {
            long before = node.counters[i];
            if (isRead[i] && partitions[i] > before) {
                isMissed |= before == UNKNOWN ? partitions[i] > 0 && !isBeginning(nowNanos) : true;
                node.counters[i] = partitions[i];
            }
        }
        return isMissed;
    }

    void forget(long boot) {
        nodes.remove(boot);
    }

    private Heard node(long boot, long nowNanos) {
        Heard node = nodes.get(boot);
        if (node == null) {
            nodes.values().removeIf(silent -> nowNanos - silent.atNanos > SILENT_NANOS_MAX);
            node = new Heard();
            Arrays.fill(node.counters, UNKNOWN);
            nodes.put(boot, node);
        }
        node.atNanos = nowNanos;
        return node;
    }

    private boolean isBeginning(long nowNanos) {
        return nowNanos - beganNanos < FIRST_HEARD_NANOS;
    }
}
