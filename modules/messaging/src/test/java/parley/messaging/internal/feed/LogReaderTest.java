package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.Head;
import parley.kernel.ConversationId;
import parley.kernel.Health;
import parley.kernel.Unavailable;

/// Reading what a feed misses.
final class LogReaderTest {
    private static final ConversationId CONVERSATION = new ConversationId(1);

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private final List<Long> read = new ArrayList<>();
    private final LogReader reader = new LogReader(
            new ShortLog(), 1, clock::get, new FeedMetrics(new SimpleMeterRegistry(), Map.of(), new AtomicLong()));

    @Test
    void aDatabaseThatIsAwayIsAskedAgainAndNothingIsReadTwice() {
        // Feeds: nothing is lost; one node without Redis has no poll that would find it.
        failures.set(3);
        assertEquals(10, reader.read(CONVERSATION, 3, 10, () -> true, this::take));
        assertEquals(List.of(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), read);
        assertEquals(Health.Status.UP, reader.check().status());
    }

    @Test
    void nobodyWhoWaitsNoLongerIsReadFor() {
        // I7: a feed that is unfollowed ends, also while the database is away.
        failures.set(1_000_000);
        AtomicInteger asked = new AtomicInteger();
        assertEquals(10, reader.read(CONVERSATION, 3, 10, () -> asked.incrementAndGet() < 3, this::take));
        assertEquals(List.of(), read);
    }

    @Test
    void aLogThatEndsBelowAHintRaisesAnAlarmForTenMinutes() {
        // Design 5: any hint above the head in the same epoch raises an alarm and turns health to degraded.
        assertEquals(10, reader.read(CONVERSATION, 9, 12, () -> true, this::take));
        assertEquals(List.of(9L, 10L), read);
        assertEquals(Health.Status.DEGRADED, reader.check().status());
        clock.set(601_000_000_000L);
        assertEquals(Health.Status.UP, reader.check().status());
    }

    private void take(List<Entry> entries) {
        entries.forEach(entry -> read.add(entry.seq()));
    }

    /// A log of ten entries that fails as often as it is told to.
    private final class ShortLog extends ReadOnlyLog {
        ShortLog() {
            super(CONVERSATION, 10);
        }

        private void fail() {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new Unavailable("database");
            }
        }

        @Override
        public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
            fail();
            return super.heads(conversations);
        }

        @Override
        public List<Entry> readForward(Head head, long after, int limit) {
            fail();
            return super.readForward(head, after, limit);
        }

        @Override
        Entry at(long seq) {
            return ReadOnlyLog.message(CONVERSATION, seq, "");
        }
    }
}
