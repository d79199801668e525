package parley.messaging.internal.poll;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/// What the poll counts. Thread-safe.
public final class PollMetrics {
    private final Timer duration;
    private final Timer lag;
    private final Counter failures;
    private final Counter heads;
    private final Counter memberships;
    private final Counter members;

    public PollMetrics(MeterRegistry registry) {
        duration = Timer.builder("parley_messaging_poll")
                .description("Looks in the database for what changed")
                .register(registry);
        lag = Timer.builder("parley_messaging_poll_lag")
                .description("From a commit that no hint had told of to the poll that found it")
                .register(registry);
        failures = Counter.builder("parley_messaging_poll_failures")
                .description("Looks that came to nothing")
                .register(registry);
        heads = rows(registry, "heads");
        memberships = rows(registry, "memberships");
        members = Counter.builder("parley_messaging_poll_members")
                .description("Connected accounts that only a poll found to be in or out of a conversation")
                .register(registry);
    }

    private static Counter rows(MeterRegistry registry, String table) {
        return Counter.builder("parley_messaging_poll_rows")
                .description("Rows that changed, as polls read them: many more than once")
                .tag("table", table)
                .register(registry);
    }

    void looked(long nanos) {
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed() {
        failures.increment();
    }

    void readHeads(int rows) {
        heads.increment(rows);
    }

    void readMemberships(int rows) {
        memberships.increment(rows);
    }

    void gap(long lagMillis) {
        lag.record(Math.max(0, lagMillis), TimeUnit.MILLISECONDS);
    }

    void members(int found) {
        members.increment(found);
    }
}
