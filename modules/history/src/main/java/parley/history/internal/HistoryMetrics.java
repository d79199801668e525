package parley.history.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import parley.history.AppendResult;

/// The meters of the log, `parley_history_*`. Thread-safe.
public final class HistoryMetrics {
    private final MeterRegistry registry;
    private final DistributionSummary batchAppends;
    private final Timer commit;
    private final Map<Class<?>, Counter> results = new ConcurrentHashMap<>();

    public HistoryMetrics(MeterRegistry registry) {
        this.registry = registry;
        batchAppends = DistributionSummary.builder("parley.history.batch.appends")
                .description("appends in one transaction")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        commit = Timer.builder("parley.history.commit")
                .description("one transaction, from the locks to the durable commit")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
    }

    void watchLanes(int lanes, IntUnaryOperator depth) {
        for (int i = 0; i < lanes; i++) {
            int lane = i;
            Gauge.builder("parley.history.lane.depth", () -> depth.applyAsInt(lane))
                    .description("appends that wait for their lane")
                    .tag("lane", Integer.toString(lane))
                    .register(registry);
        }
    }

    void finished(int appends, long nanos) {
        batchAppends.record(appends);
        commit.record(nanos, TimeUnit.NANOSECONDS);
    }

    void answered(AppendResult result) {
        results.computeIfAbsent(
                        result.getClass(),
                        kind -> Counter.builder("parley.history.appends")
                                .description("appends by how they ended")
                                .tag("result", kind.getSimpleName().toLowerCase(Locale.ROOT))
                                .register(registry))
                .increment();
    }
}
