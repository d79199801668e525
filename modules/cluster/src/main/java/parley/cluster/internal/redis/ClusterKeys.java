package parley.cluster.internal.redis;

import parley.cluster.internal.Partitions;

/// The names of all keys of this module. What stands in braces decides the slot of a Redis Cluster.
final class ClusterKeys {
    /// A hash: boot id of a node to its sealed lease.
    static final String LEASES = "cluster:{nodes}:leases";

    private ClusterKeys() {}

    /// The stream of a partition.
    static String partition(int partition) {
        return "cluster:{" + Partitions.group(partition) + "}:" + partition;
    }

    /// The stream of a group's signals and beats.
    static String signals(int group) {
        return "cluster:{" + group + "}:signals";
    }

    /// A hash: account to what is sealed of its sessions on the node.
    static String sessions(int group, String bootId) {
        return "cluster:{" + group + "}:sessions:" + bootId;
    }
}
