package parley.sessions.internal.hub;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;
import parley.sessions.internal.limit.LimitMeters;

/// What the hub counts: `parley_hub_*`. Thread-safe.
public final class HubMetrics {
    private final MeterRegistry registry;
    private final Counter delivered;
    private final Counter fellBehind;
    private final Counter dropped;
    private final Counter afterEnd;
    private final Counter noSubscription;

    public HubMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.delivered = Counter.builder("parley.hub.deliveries")
                .description("Entries put into a session's queue")
                .register(registry);
        this.fellBehind = Counter.builder("parley.hub.behind")
                .description("Times that a subscription left live delivery and was read level from the log")
                .register(registry);
        this.dropped = Counter.builder("parley.hub.ephemeral.dropped")
                .description("Events without an offset that found no room")
                .register(registry);
        this.afterEnd = Counter.builder("parley.hub.announcements.late")
                .description("Subscription changes for sessions that were already over")
                .register(registry);
        this.noSubscription = LimitMeters.refused("subscriptions", registry);
    }

    void watch(IntSupplier sessions, IntSupplier accounts, IntSupplier conversations) {
        Gauge.builder("parley.sessions", sessions::getAsInt)
                .description("Sessions on this node")
                .register(registry);
        Gauge.builder("parley.hub.accounts", accounts::getAsInt)
                .description("Accounts with a session on this node")
                .register(registry);
        Gauge.builder("parley.hub.conversations", conversations::getAsInt)
                .description("Conversations that a session on this node follows")
                .register(registry);
    }

    /// A subscription was refused, or pushed out, because the client knows as many as it may.
    void subscriptionsFull() {
        noSubscription.increment();
    }

    void delivered(int entries) {
        delivered.increment(entries);
    }

    void fellBehind() {
        fellBehind.increment();
    }

    void offered(boolean taken) {
        if (!taken) {
            dropped.increment();
        }
    }

    /// Only the end of a session leaves an announcement out.
    void announced(boolean taken) {
        if (!taken) {
            afterEnd.increment();
        }
    }
}
