package parley.cluster.internal;

/// How keys are divided. What is said here stands in the names of streams: it never changes.
public final class Partitions {
    public static final int COUNT = 64;

    /// Partitions of one group lie in one slot of a Redis Cluster, because one blocking read may not
    /// cross slots.
    public static final int GROUPS = 8;

    public static final int PER_GROUP = COUNT / GROUPS;

    private Partitions() {}

    /// The high bits of the key's product with a large odd constant: ids of one millisecond spread.
    public static int of(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 58);
    }

    public static int group(int partition) {
        return partition % GROUPS;
    }

    /// The place of a partition within its group.
    public static int index(int partition) {
        return partition / GROUPS;
    }

    public static int partition(int group, int index) {
        return index * GROUPS + group;
    }
}
