package parley.sessions.internal.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// The meters that every limit has: one of the two.
public final class LimitMeters {
    private LimitMeters() {}

    public static Counter refused(String name, MeterRegistry metrics) {
        return Counter.builder("parley.limits.refused")
                .description("What was refused because a limit was reached, by limit")
                .tag("limit", name)
                .register(metrics);
    }

    public static Counter waited(String name, MeterRegistry metrics) {
        return Counter.builder("parley.limits.waited")
                .description("How often something had to wait because a limit was reached, by limit")
                .tag("limit", name)
                .register(metrics);
    }
}
