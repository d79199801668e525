package parley.cluster.internal.redis;

import java.util.Arrays;
import java.util.List;
import parley.cluster.Bus;
import parley.cluster.internal.LocalDelivery;
import parley.cluster.internal.Partitions;

/// The bus over streams of Redis. This node hears its own hints at once and from memory, so it never
/// needs Redis for its own sessions; the others hear them through the streams. Thread-safe.
final class RedisBus implements Bus {
    private final LocalDelivery local;
    private final List<GroupState> groups;
    private final Steadiness steadiness;
    private final ClusterMetrics metrics;

    RedisBus(LocalDelivery local, List<GroupState> groups, Steadiness steadiness, ClusterMetrics metrics) {
        this.local = local;
        this.groups = groups;
        this.steadiness = steadiness;
        this.metrics = metrics;
    }

    @Override
    public void publish(long key, byte[] payload) {
        if (!local.fits(payload)) {
            return;
        }
        int partition = Partitions.of(key);
        OutQueue queue = groups.get(Partitions.group(partition)).queue();
        if (!queue.offer(Partitions.index(partition), payload)) {
            metrics.dropped("hint", "full", 1);
        }
        local.deliver(partition, payload);
    }

    @Override
    public void publishLatest(long key, Object subject, long rank, byte[] payload) {
        if (!local.fits(payload)) {
            return;
        }
        int partition = Partitions.of(key);
        byte[] marked = new byte[1 + payload.length];
        marked[0] = (byte) partition;
        System.arraycopy(payload, 0, marked, 1, payload.length);
        int dropped = groups.get(Partitions.group(partition)).queue().offerLatest(subject, rank, marked);
        if (dropped > 0) {
            metrics.dropped("latest", "full", dropped);
        }
        local.deliver(partition, payload);
    }

    /// Hands over what [#publishLatest] of another node made; what cannot be that is ignored.
    void latest(byte[] marked) {
        if (marked.length > 0 && marked[0] >= 0 && marked[0] < Partitions.COUNT) {
            local.deliver(marked[0], Arrays.copyOfRange(marked, 1, marked.length));
        }
    }

    @Override
    public boolean isSteady() {
        return steadiness.isSteady();
    }

    @Override
    public void listen(Listener listener) {
        local.listen(listener);
    }
}
