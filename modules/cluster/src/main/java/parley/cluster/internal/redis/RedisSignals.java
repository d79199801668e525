package parley.cluster.internal.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import parley.cluster.Signals;
import parley.cluster.internal.Partitions;

/// Signals over the streams of the groups. Thread-safe.
final class RedisSignals implements Signals {
    private static final int PAYLOAD_BYTES_MAX = 16 * 1024;
    private static final Logger LOG = System.getLogger(RedisSignals.class.getName());

    private final List<GroupState> groups;
    private final ClusterMetrics metrics;
    private final Map<Topic, AtomicReference<@Nullable Listener>> listeners = new EnumMap<>(Topic.class);

    RedisSignals(List<GroupState> groups, ClusterMetrics metrics) {
        this.groups = groups;
        this.metrics = metrics;
        for (Topic topic : Topic.values()) {
            listeners.put(topic, new AtomicReference<>());
        }
    }

    @Override
    public void publish(Topic topic, long key, byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            LOG.log(Level.ERROR, "a signal of {0} bytes is too long and was dropped", payload.length);
            return;
        }
        int dropped = groups.get(Partitions.group(Partitions.of(key))).queue().offer(topic, payload);
        if (dropped > 0) {
            metrics.dropped("signal", "full", dropped);
        }
    }

    @Override
    public void listen(Topic topic, Listener listener) {
        if (!reference(topic).compareAndSet(null, listener)) {
            throw new IllegalStateException("the topic has a listener");
        }
    }

    private AtomicReference<@Nullable Listener> reference(Topic topic) {
        AtomicReference<@Nullable Listener> reference = listeners.get(topic);
        if (reference == null) {
            throw new IllegalStateException("no such topic");
        }
        return reference;
    }

    /// Hands a signal of another node over; one of a topic that this node does not know is ignored.
    void deliver(long boot, int code, byte[] payload) {
        for (Topic topic : Topic.values()) {
            if (topic.code() == code) {
                Listener heard = reference(topic).get();
                if (heard != null) {
                    hand(heard, boot, payload);
                }
            }
        }
    }

    private static void hand(Listener heard, long boot, byte[] payload) {
        try {
            heard.received(BootIds.text(boot), payload);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "a listener of signals failed; the signal is lost", bug);
        }
    }
}
