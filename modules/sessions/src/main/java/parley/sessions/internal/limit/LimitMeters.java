package parley.sessions.internal.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// The meter that every limit has.
final class LimitMeters {
    private LimitMeters() {}

    static Counter refused(String name, MeterRegistry metrics) {
        return Counter.builder("parley.limits.refused")
                .description("What was refused because a limit was reached, by limit")
                .tag("limit", name)
                .register(metrics);
    }
}
