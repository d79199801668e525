package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.FeedListener;
import parley.messaging.PersonalEvent;

/// A node that stood still.
final class FenceTest {
    private static final ConversationId CONVERSATION = new ConversationId(1);

    private final AtomicLong clock = new AtomicLong(-7);
    private final Fence fence = new Fence(clock::get, Duration.ofSeconds(3));

    private void pass(Duration time) {
        long unused = clock.addAndGet(time.toNanos());
    }

    @Test
    void itIsUpFromTheFirstMomentAfterAStandstillUntilSomebodyLooked() {
        // Whoever wakes before the clock ticks finds it up already; a look from before does not lower it.
        assertFalse(fence.tick());
        pass(Duration.ofSeconds(3));
        assertFalse(fence.isUp());
        assertFalse(fence.tick());
        long before = fence.raises();
        pass(Duration.ofSeconds(20));
        assertTrue(fence.isUp());
        assertTrue(fence.tick());
        assertTrue(fence.isUp());
        fence.lower(before);
        assertTrue(fence.isUp());
        assertFalse(fence.tick());
        assertTrue(fence.isUp());
        fence.lower(fence.raises());
        assertFalse(fence.isUp());
    }

    @Test
    void behindTheFenceEntriesComeFromTheLogAndNotFromHints() {
        // Design 6: a node that was frozen reads the heads of its conversations before it pushes anything:
        // what a hint carries may have been recalled meanwhile.
        List<String> passed = new ArrayList<>();
        FeedMetrics metrics = new FeedMetrics(new SimpleMeterRegistry(), Map.of(), new AtomicLong());
        FeedPass pass = new FeedPass(
                new TestListener(passed),
                new PersonalEvents(Runnable::run, (account, event) -> {}),
                new SeesNothing(),
                metrics);
        SlotPassing passing = new SlotPassing(
                new LogReader(new CurrentLog(), 1, System::nanoTime, metrics),
                fence,
                new NobodyRemembers(),
                metrics,
                () -> true);
        Slot slot = new Slot();
        slot.follow(true);
        passing.passOn(CONVERSATION, slot, pass, carrying(1));
        pass(Duration.ofSeconds(20));
        passing.passOn(CONVERSATION, slot, pass, carrying(2));
        assertTrue(fence.tick());
        passing.passOn(CONVERSATION, slot, pass, carrying(3));
        fence.lower(fence.raises());
        passing.passOn(CONVERSATION, slot, pass, carrying(4));
        assertEquals(List.of("1 hint", "2 log", "3 log", "4 hint"), passed);
    }

    private static Slot.Work carrying(long seq) {
        Hint.Committed hint =
                new Hint.Committed(CONVERSATION, seq, seq, seq, 1, List.of(), List.of(), List.of(entry(seq, "hint")));
        return new Slot.Work(List.of(hint), 0, Slot.Missing.NOTHING);
    }

    private static Entry entry(long seq, String body) {
        return ReadOnlyLog.message(CONVERSATION, seq, body);
    }

    /// Ten entries as they are now.
    private static final class CurrentLog extends ReadOnlyLog {
        CurrentLog() {
            super(CONVERSATION, 10);
        }

        @Override
        Entry at(long seq) {
            return entry(seq, "log");
        }
    }

    private record SeesNothing() implements FeedPass.Sight {
        @Override
        public Optional<Long> from(ConversationId conversation, AccountId account) {
            return Optional.empty();
        }

        @Override
        public Set<AccountId> until(ConversationId conversation, Set<AccountId> accounts) {
            return Set.of();
        }
    }

    private record NobodyRemembers() implements LocalFeeds.MembersChanged {
        @Override
        public void changed(ConversationId conversation, long version, List<AccountId> accounts) {
            // Nobody remembers anything.
        }

        @Override
        public void changed(ConversationId conversation, AccountId account) {
            // Nobody remembers anything.
        }
    }

    private record TestListener(List<String> passed) implements FeedListener {
        @Override
        public void entries(ConversationId conversation, List<Entry> entries) {
            for (Entry entry : entries) {
                passed.add(entry.seq() + " " + new String(entry.body(), StandardCharsets.UTF_8));
            }
        }

        @Override
        public void added(AccountId account, ConversationId conversation, long seq, long visibleFrom) {
            throw new AssertionError("nobody was added");
        }

        @Override
        public void shown(AccountId account, ConversationId conversation, long head) {
            throw new AssertionError("nothing was shown again");
        }

        @Override
        public void personal(AccountId account, PersonalEvent event) {
            throw new AssertionError("nothing happened to anybody");
        }

        @Override
        public boolean isConnected(AccountId account) {
            return false;
        }

        @Override
        public boolean lacks(AccountId account, ConversationId conversation) {
            return false;
        }
    }
}
