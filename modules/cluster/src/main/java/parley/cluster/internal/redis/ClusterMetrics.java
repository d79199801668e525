package parley.cluster.internal.redis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The meters of the cluster, `parley_cluster_*`, and its log lines about Redis, of which there is at
/// most one in ten seconds. Thread-safe.
final class ClusterMetrics {
    private static final Logger LOG = System.getLogger(ClusterMetrics.class.getName());
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final MeterRegistry registry;
    private final Counter published;
    private final Counter entries;
    private final Counter received;
    private final Timer lag;
    private final AtomicLong loggedAtNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    ClusterMetrics(MeterRegistry registry) {
        this.registry = registry;
        published = counter("parley.cluster.hints.published", "hints of this node that Redis took");
        entries = counter("parley.cluster.entries.published", "stream entries that those hints were written in");
        received = counter("parley.cluster.hints.received", "hints that came from other nodes");
        lag = Timer.builder("parley.cluster.lag")
                .description("from writing an entry of this node to reading it back, each second per slot group")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    void watch(LongSupplier queuedBytes, IntSupplier nodes, IntSupplier steady) {
        Gauge.builder("parley.cluster.queued.bytes", queuedBytes::getAsLong)
                .description("bytes of hints that wait to be written to Redis")
                .register(registry);
        Gauge.builder("parley.cluster.nodes", nodes::getAsInt)
                .description("live nodes as this one knows them, itself included")
                .register(registry);
        Gauge.builder("parley.cluster.steady", steady::getAsInt)
                .description("1 = hints arrive and nothing was odd for ten minutes")
                .register(registry);
    }

    void published(int hints, int inEntries) {
        published.increment(hints);
        entries.increment(inEntries);
    }

    void received(int hints) {
        received.increment(hints);
    }

    void lag(long nanos) {
        lag.record(Duration.ofNanos(nanos));
    }

    /// `what`: `hint` or `signal`; `reason`: `full` or `failed`.
    void dropped(String what, String reason, int count) {
        Counter.builder("parley.cluster.dropped")
                .description("hints and signals that were not written to Redis")
                .tag("what", what)
                .tag("reason", reason)
                .register(registry)
                .increment(count);
    }

    void invalid(String reason) {
        Counter.builder("parley.cluster.invalid")
                .description("what was found in Redis and not believed")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    void missed(String reason) {
        Counter.builder("parley.cluster.missed")
                .description("times that hints were missed, or may have been")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    void error(String operation, Throwable fault) {
        Counter.builder("parley.cluster.redis.errors")
                .description("commands to Redis that failed or took too long")
                .tag("operation", operation)
                .register(registry)
                .increment();
        long now = System.nanoTime();
        long last = loggedAtNanos.get();
        if (now - last >= QUIET_NANOS && loggedAtNanos.compareAndSet(last, now)) {
            LOG.log(Level.WARNING, "Redis failed a " + operation + " of the cluster: " + fault);
        }
    }
}
