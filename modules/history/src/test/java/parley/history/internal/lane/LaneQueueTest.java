package parley.history.internal.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.EntryKind;
import parley.history.NewEntry;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Await;
import parley.testkit.Seeds;

final class LaneQueueTest {
    private static final long SECOND = 1_000_000_000L;

    private final KeyMaker keys = new KeyMaker();
    private final List<AppendResult> answers = new ArrayList<>();

    private record Any() implements Append.Intent {}

    private static LaneLimits limits(int rows, int appends) {
        Duration second = Duration.ofSeconds(1);
        return new LaneLimits(
                1, rows, 65_536, appends, 65_536, second, Duration.ofSeconds(3), second, Duration.ofSeconds(5));
    }

    private Pending pending(long conversation, boolean members, int bodyBytes, long nowNanos) {
        EntryKind kind = members ? EntryKind.MEMBER : EntryKind.MESSAGE;
        Append append = new Append(
                new ConversationId(conversation),
                new AccountId(1),
                null,
                0,
                false,
                new Any(),
                List.of(new NewEntry(kind, 0, new byte[0], new byte[bodyBytes])));
        Item item = new Item(append, keys.keyOf(append), new byte[16]);
        return new Pending(item, nowNanos, 3 * SECOND, answers::add, result -> {});
    }

    @Test
    void batchesKeepTheOrderOfEachConversationAndEndAtAChangeOfMembers() {
        // Any mix: nothing is lost, each conversation in order, a change of members last of its own.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            LaneQueue queue = new LaneQueue(limits(1 + random.nextInt(20), 1_000));
            List<Pending> offered = new ArrayList<>();
            List<Pending> taken = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Pending pending = pending(1L + random.nextInt(4), random.nextInt(5) == 0, random.nextInt(50), 0);
                assertTrue(queue.offer(pending, 0));
                offered.add(pending);
                if (random.nextInt(10) == 0) {
                    takeBatch(queue, taken);
                }
            }
            while (queue.depth() > 0) {
                takeBatch(queue, taken);
            }
            assertEquals(Set.copyOf(offered), new HashSet<>(taken));
            for (long id = 1; id <= 4; id++) {
                assertEquals(of(offered, id), of(taken, id));
            }
        });
    }

    @Test
    void afterABatchOfSeveralTheNextGathersForAsLongAsThatTook() throws Exception {
        // Nodes that write the same conversations: a busy lane leaves the rows to others, and writes larger batches.
        LaneQueue queue = new LaneQueue(limits(100, 1_000));
        assertTrue(queue.offer(pending(1, false, 0, 0), 0));
        assertTrue(queue.offer(pending(2, false, 0, 0), 0));
        assertEquals(2, queue.take(0).size());
        long began = System.nanoTime();
        Await.until("that took 20 ms", () -> System.nanoTime() - began > SECOND / 50);
        assertTrue(queue.offer(pending(3, false, 0, 0), 0));
        long asked = System.nanoTime();
        assertEquals(1, queue.take(0).size());
        assertTrue(System.nanoTime() - asked >= LaneQueue.GATHER_NANOS_MAX, "it went at once");
        // Whoever sends alone waits for nobody: the one before was alone.
        assertTrue(queue.offer(pending(4, false, 0, 0), 0));
        assertEquals(0, queue.gatherNanos());
    }

    private static void takeBatch(LaneQueue queue, List<Pending> taken) throws InterruptedException {
        Set<Long> sealed = new HashSet<>();
        for (Pending pending : queue.take(0)) {
            assertFalse(sealed.contains(pending.item().conversation()));
            if (pending.item().append().changesMembers()) {
                sealed.add(pending.item().conversation());
            }
            taken.add(pending);
        }
    }

    private static List<Pending> of(List<Pending> all, long conversation) {
        return all.stream()
                .filter(pending -> pending.item().conversation() == conversation)
                .toList();
    }

    @Test
    void aBatchHasAtMostItsRowsAndBytes() throws InterruptedException {
        // I7: caps by count and by bytes; one that is larger than the cap goes alone.
        LaneQueue queue = new LaneQueue(limits(10, 1_000));
        for (int i = 0; i < 15; i++) {
            assertTrue(queue.offer(pending(1, false, 10, 0), 0));
        }
        assertEquals(10, queue.take(0).size());
        assertEquals(5, queue.take(0).size());
        for (int i = 0; i < 3; i++) {
            assertTrue(queue.offer(pending(1, false, 20_000, 0), 0));
        }
        assertTrue(queue.take(0).size() == 3);
        assertTrue(queue.offer(pending(1, false, 100_000, 0), 0));
        assertFalse(queue.offer(pending(1, false, 100_000, 0), 0));
        assertEquals(1, queue.take(0).size());
    }

    @Test
    void aQueueIsFullByCountAndByWaitingTime() throws InterruptedException {
        // Bounded by count and waiting time; both answer busy at once.
        LaneQueue queue = new LaneQueue(limits(10, 5));
        for (int i = 0; i < 5; i++) {
            assertTrue(queue.offer(pending(1, false, 0, 0), 0));
        }
        assertFalse(queue.offer(pending(1, false, 0, 0), 0));
        assertEquals(5, queue.take(0).size());
        assertTrue(queue.take(0).isEmpty());
        assertTrue(queue.offer(pending(1, false, 0, 0), 0));
        assertTrue(queue.offer(pending(1, false, 0, SECOND), SECOND));
        assertFalse(queue.offer(pending(1, false, 0, SECOND + 1), SECOND + 1));
    }

    @Test
    void whatRanOutOfTimeWaitingIsBusyAndWhatWasUnderWayIsUnknown() throws InterruptedException {
        // The deadline answers in both cases; what was waiting is never taken afterwards.
        LaneQueue queue = new LaneQueue(limits(1, 5));
        Pending first = pending(1, false, 0, 0);
        assertTrue(queue.offer(first, 0));
        assertTrue(queue.offer(pending(1, false, 0, 0), 0));
        assertEquals(List.of(first), queue.take(0));
        assertTrue(first.take());
        queue.expire(3 * SECOND - 1);
        assertEquals(List.of(), answers);
        queue.expire(3 * SECOND);
        assertEquals(List.of(new AppendResult.Busy(), new AppendResult.Unknown()), answers);
        assertEquals(0, queue.depth());
        first.answer(new AppendResult.Appended(1, 1));
        assertEquals(2, answers.size());
        assertFalse(first.take());
    }

    @Test
    void aClosedQueueGivesOutWhatItHasAndTakesNothing() throws InterruptedException {
        // Drain: what was accepted is still committed and answered.
        LaneQueue queue = new LaneQueue(limits(10, 5));
        assertTrue(queue.offer(pending(1, false, 0, 0), 0));
        queue.close();
        assertFalse(queue.offer(pending(1, false, 0, 0), 0));
        assertFalse(queue.isFinished());
        assertEquals(1, queue.take(SECOND).size());
        assertTrue(queue.isFinished());
    }
}
