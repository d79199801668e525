package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.kernel.ConversationId;

/// What waits for one conversation.
final class SlotTest {
    private static final long PATIENCE = 50;
    private static final FeedLimits LIMITS = new FeedLimits(10, 10_000, 100_000, 1);

    private final Slot slot = new Slot();
    private final AtomicLong bytes = new AtomicLong();

    @Test
    void aHintThatOvertookAnotherWaitsForIt() {
        // I4 without a read of the log for each message of another node, whose hint comes a moment later.
        begin();
        take(2);
        assertTrue(slot.next(0, PATIENCE).isNothing());
        assertFalse(slot.isRunning());
        assertEquals(PATIENCE, slot.alarmNanos(0));
        assertEquals(0, slot.alarmNanos(0), "one alarm is enough");
        take(1);
        assertEquals(List.of(1L, 2L), firsts(slot.next(10, PATIENCE)));
        assertTrue(slot.next(10, PATIENCE).isNothing());
        assertFalse(slot.alarm(), "there is nothing to wait for any more");
        assertEquals(0, bytes.get());
    }

    @Test
    void aHintThatIsLostIsWaitedForNoLonger() {
        // A lost hint is a delay, never a loss: when the time is over the rest goes on, and the feed reads what is
        // missing.
        begin();
        take(2);
        take(5);
        assertTrue(slot.next(0, PATIENCE).isNothing());
        assertEquals(PATIENCE, slot.alarmNanos(0));
        assertTrue(slot.alarm());
        assertTrue(slot.next(PATIENCE - 1, PATIENCE).isNothing());
        assertEquals(1, slot.alarmNanos(PATIENCE - 1));
        assertTrue(slot.alarm());
        assertEquals(List.of(2L, 5L), firsts(slot.next(PATIENCE, PATIENCE)));
    }

    @Test
    void whatIsKnownToBeInTheLogIsNotWaitedFor() {
        // A poll or a read that found more than the hints told makes everything go on at once.
        begin();
        take(3);
        assertTrue(slot.next(0, PATIENCE).isNothing());
        assertTrue(slot.polled(3));
        Slot.Work work = slot.next(1, PATIENCE);
        assertEquals(List.of(3L), firsts(work));
        assertEquals(3, work.missing().polled());
    }

    @Test
    void whatWaitsIsThrownAwayWithItsBytes() {
        // I7: what nobody follows any more takes no room.
        begin();
        take(2);
        assertTrue(slot.next(0, PATIENCE).isNothing());
        assertEquals(0, bytes.addAndGet(-slot.discard()));
    }

    private void begin() {
        slot.follow(true);
        assertTrue(slot.feed.isPast(0));
    }

    private void take(long seq) {
        var hint = new Hint.Committed(new ConversationId(1), seq, seq, seq, 1, List.of(), List.of(), List.of());
        assertTrue(slot.take(hint, LIMITS, bytes));
        boolean unused = slot.start();
    }

    private List<Long> firsts(Slot.Work work) {
        long unused = bytes.addAndGet(-work.bytes());
        return work.hints().stream().map(Hint.Committed::first).toList();
    }
}
