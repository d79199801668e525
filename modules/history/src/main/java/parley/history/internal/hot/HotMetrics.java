package parley.history.internal.hot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// The meters of the hot data, `parley_history_*`, and its log lines, of which there is at most one in
/// ten seconds. Thread-safe.
final class HotMetrics {
    private static final Logger LOG = System.getLogger(HotMetrics.class.getName());
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final MeterRegistry registry;
    private final Counter fromNode;
    private final Counter fromRedis;
    private final Counter fromDatabase;
    private final Counter dropped;
    private final Counter invalid;
    private final AtomicLong loggedAtNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    HotMetrics(MeterRegistry registry) {
        this.registry = registry;
        fromNode = entries("node");
        fromRedis = entries("redis");
        fromDatabase = entries("database");
        dropped = Counter.builder("parley.history.redis.dropped")
                .description("writes of hot data given up, under pressure or because Redis was away")
                .register(registry);
        invalid = Counter.builder("parley.history.redis.invalid")
                .description("segments found in Redis that were not whole, not signed or not ours")
                .register(registry);
    }

    private Counter entries(String tier) {
        return Counter.builder("parley.history.entries.read")
                .description("entries read, by where they were found")
                .tag("tier", tier)
                .register(registry);
    }

    void watchBreaker(BooleanSupplier isOpen) {
        Gauge.builder("parley.history.redis.breaker", () -> isOpen.getAsBoolean() ? 1 : 0)
                .description("1 = Redis is away and not asked")
                .register(registry);
    }

    void read(int node, int redis, int database) {
        fromNode.increment(node);
        fromRedis.increment(redis);
        fromDatabase.increment(database);
    }

    void dropped() {
        dropped.increment();
    }

    void invalid() {
        invalid.increment();
    }

    void error(String operation, Throwable fault) {
        Counter.builder("parley.history.redis.errors")
                .description("commands to Redis that failed or took too long")
                .tag("operation", operation)
                .register(registry)
                .increment();
        long now = System.nanoTime();
        long last = loggedAtNanos.get();
        if (now - last >= QUIET_NANOS && loggedAtNanos.compareAndSet(last, now)) {
            LOG.log(Level.WARNING, "Redis failed a " + operation + " of hot data: " + fault);
        }
    }
}
