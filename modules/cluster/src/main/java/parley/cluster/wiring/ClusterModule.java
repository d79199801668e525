package parley.cluster.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import parley.cluster.Cluster;
import parley.cluster.internal.InProcessCluster;
import parley.cluster.internal.NodeIdentity;
import parley.cluster.internal.redis.RedisCluster;

/// Makes the module.
public final class ClusterModule {
    private ClusterModule() {}

    /// A cluster of this one node: its bus is its own memory, so nothing on it is lost or late. Needs
    /// nothing outside the process.
    public static Cluster inProcess(ClusterConfig config) {
        return new InProcessCluster(NodeIdentity.of(config));
    }

    /// One node of many, which reach each other through Redis. Starts its threads and returns at once:
    /// Redis may be away, now and at any time.
    public static Cluster redis(ClusterConfig config, ClusterRedis redis, MeterRegistry registry) {
        return RedisCluster.start(NodeIdentity.of(config), redis, registry);
    }
}
