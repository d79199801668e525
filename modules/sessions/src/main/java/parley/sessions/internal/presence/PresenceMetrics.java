package parley.sessions.internal.presence;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// What becomes of events that may be lost: `parley_events_*`. Thread-safe.
final class PresenceMetrics {
    enum Kind {
        TYPING,
        READ,
        PRESENCE,
        COUNT
    }

    /// Why an event was not sent.
    enum Reason {
        /// The account's typing was passed on a moment ago, or it may not type there.
        GATE,
        /// The rate of the receiver or of the node.
        RATE,
        /// There was no room to wait in.
        QUEUE,
        /// What was needed to know who gets it was away.
        AWAY,
        /// A `send` command that is none of ours.
        MALFORMED
    }

    private final MeterRegistry registry;
    private final Map<Kind, Counter> sent = new EnumMap<>(Kind.class);
    private final Map<Reason, Counter> dropped = new EnumMap<>(Reason.class);

    PresenceMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Kind kind : Kind.values()) {
            sent.put(
                    kind,
                    Counter.builder("parley.events.sent")
                            .description("Events without an offset that were put into a session's queue, by kind")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (Reason reason : Reason.values()) {
            dropped.put(
                    reason,
                    Counter.builder("parley.events.dropped")
                            .description("Events that were dropped before they reached a session's queue, by reason")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    void watchPresence(IntSupplier accounts, IntSupplier changes, LongSupplier forgotten) {
        Gauge unused = Gauge.builder("parley.presence.changes", changes::getAsInt)
                .description("Accounts that came or went and of which nobody was told yet")
                .register(registry);
        unused = Gauge.builder("parley.presence.accounts", accounts::getAsInt)
                .description("Accounts that are online here, left within the grace, or changed and were not told of")
                .register(registry);
        unused = Gauge.builder("parley.presence.forgotten", forgotten::getAsLong)
                .description("Changes of presence that found no room and were never told")
                .register(registry);
    }

    void watchElsewhere(IntSupplier accounts, LongSupplier forgotten) {
        Gauge unused = Gauge.builder("parley.presence.everywhere", accounts::getAsInt)
                .description("Accounts that are known to be online at any node")
                .register(registry);
        unused = Gauge.builder("parley.presence.unknown", forgotten::getAsLong)
                .description("Times that an account of another node found no room among those known")
                .register(registry);
    }

    void watchEvents(IntSupplier waiting, IntSupplier paced) {
        Gauge unused = Gauge.builder("parley.events.waiting", waiting::getAsInt)
                .description("Events that wait for the rate of their session")
                .register(registry);
        unused = Gauge.builder("parley.events.paced", paced::getAsInt)
                .description("Sessions that got an event lately, whose rate is remembered")
                .register(registry);
    }

    void sent(Kind kind) {
        Objects.requireNonNull(sent.get(kind)).increment();
    }

    void dropped(Reason reason) {
        Objects.requireNonNull(dropped.get(reason)).increment();
    }
}
