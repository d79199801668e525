package parley.cluster.wiring;

import parley.cluster.Cluster;
import parley.cluster.internal.InProcessCluster;
import parley.cluster.internal.NodeIdentity;

/// Makes the module.
public final class ClusterModule {
    private ClusterModule() {}

    /// A cluster of this one node: its bus is its own memory, so nothing on it is lost or late. Needs
    /// nothing outside the process.
    public static Cluster inProcess(ClusterConfig config) {
        return new InProcessCluster(NodeIdentity.of(config));
    }
}
