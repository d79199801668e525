package parley.messaging.internal.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// What the feeds count. Thread-safe.
final class FeedMetrics {
    private final MeterRegistry registry;
    private final Counter fills;
    private final Counter filled;
    private final Counter coalesced;
    private final Counter passed;
    private final Counter notFollowed;
    private final Counter polled;
    private final Counter polledEntries;

    FeedMetrics(MeterRegistry registry, Map<?, ?> slots, AtomicLong waitingBytes) {
        this.registry = registry;
        this.fills = counter("parley_messaging_feed_gaps", "Gaps in the hints that were filled from the log");
        this.filled = counter("parley_messaging_feed_filled_entries", "Entries that feeds read from the log");
        this.coalesced = counter("parley_messaging_feed_coalesced_hints", "Hints given up because an inbox was full");
        this.passed = counter("parley_messaging_feed_entries", "Entries passed on to the hub");
        this.polled =
                counter("parley_messaging_poll_gaps", "Conversations of which a poll found what no hint had told");
        this.polledEntries = counter("parley_messaging_poll_gap_entries", "Entries that only a poll found");
        this.notFollowed = droppedBecause("not_followed");
        Gauge unused = Gauge.builder("parley_messaging_feeds", slots, Map::size)
                .description("Conversations that this node feeds")
                .register(registry);
        unused = Gauge.builder("parley_messaging_feed_waiting_bytes", waitingBytes, AtomicLong::get)
                .description("Hints that wait to be passed on")
                .baseUnit("bytes")
                .register(registry);
    }

    void filled(int entries) {
        filled.increment(entries);
    }

    void gap() {
        fills.increment();
    }

    /// A poll found `entries` that no hint had told of.
    void polled(long entries) {
        polled.increment();
        polledEntries.increment((double) entries);
    }

    void coalesced() {
        coalesced.increment();
    }

    void passed(int entries) {
        passed.increment(entries);
    }

    /// A hint of a conversation that nobody here follows: the usual fate of most on a large cluster.
    void notFollowed() {
        notFollowed.increment();
    }

    /// A hint that could not be used; `reason` is one of a few.
    void dropped(String reason) {
        droppedBecause(reason).increment();
    }

    private Counter droppedBecause(String reason) {
        return Counter.builder("parley_messaging_hints_dropped")
                .description("Hints that were dropped")
                .tag("reason", reason)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
