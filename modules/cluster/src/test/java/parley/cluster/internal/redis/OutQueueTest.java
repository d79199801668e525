package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.cluster.Signals;

/// What waits to be written.
final class OutQueueTest {
    private final OutQueue queue = new OutQueue(10_000, 1_000, new Doorbell());

    @Test
    void whatWaitsGoesAtOnceInOrderByPartition() {
        // Natural batching: one batch takes all.
        for (byte i = 0; i < 6; i++) {
            assertTrue(queue.offer(i % 2, new byte[] {i}));
        }
        OutQueue.Batch batch = queue.take();
        assertEquals(List.of(0, 2, 4), firstBytes(batch.parts().getFirst().hints()));
        assertEquals(List.of(1, 3, 5), firstBytes(batch.parts().get(1).hints()));
        assertEquals(0, queue.hintBytes());
    }

    @Test
    void whatDoesNotFitIsDroppedAndCountedOnce() {
        // I7: bounded in bytes; the number of what was dropped shows readers that they missed it.
        assertTrue(queue.offer(3, new byte[9_000]));
        assertFalse(queue.offer(3, new byte[1_000]));
        assertFalse(queue.offer(4, new byte[1_000]));
        OutQueue.Batch batch = queue.take();
        assertEquals(1, batch.parts().get(3).dropped());
        assertEquals(1, batch.parts().get(4).dropped());
        assertEquals(0, queue.take().parts().get(3).dropped());
        assertTrue(queue.offer(3, new byte[9_000]));
    }

    @Test
    void signalsAreDroppedByTopicTheOldestFirstAndTakeNoRoomOfHints() {
        // Signals: they never delay a hint; the more important topic goes first and has room of its own.
        for (byte i = 0; i < 20; i++) {
            int unused = queue.offer(Signals.Topic.TYPING, new byte[] {i, 0, 0, 0});
        }
        assertEquals(0, queue.offer(Signals.Topic.ORDER, new byte[] {77}));
        assertEquals(1, queue.offer(Signals.Topic.TYPING, new byte[] {20, 0, 0, 0}));
        assertTrue(queue.offer(0, new byte[9_000]));
        OutQueue.Batch batch = queue.take();
        assertEquals(1, batch.parts().getFirst().hints().size());
        assertEquals(77, batch.signals().getFirst().payload()[0]);
        assertEquals(20, batch.signals().getLast().payload()[0]);
        assertEquals(20, batch.signals().size());
    }

    @Test
    void ofAStateTheHighestGoesLastAndTheOldestSubjectIsDropped() {
        // Markers: coalesced by subject, also when an older one comes later; bounded, behind all hints and signals,
        // whose room they do not take.
        for (byte i = 0; i < 100; i++) {
            assertEquals(0, queue.offerLatest("same", i, new byte[] {i, 0, 0, 0}));
        }
        assertEquals(0, queue.offerLatest("same", 98, new byte[] {98, 0, 0, 0}));
        assertTrue(queue.offer(0, new byte[9_000]));
        assertEquals(0, queue.offer(Signals.Topic.TYPING, new byte[] {77}));
        OutQueue.Batch batch = queue.take();
        assertEquals(1, batch.parts().getFirst().hints().size());
        assertEquals(
                List.of(77, 99),
                firstBytes(
                        batch.signals().stream().map(BusMessage.Signal::payload).toList()));
        int dropped = 0;
        for (byte i = 0; i < 100; i++) {
            dropped += queue.offerLatest((int) i, 1, new byte[] {i, 0, 0, 0});
        }
        assertEquals(81, dropped);
        List<BusMessage.Signal> left = queue.take().signals();
        assertEquals(19, left.size());
        assertEquals(99, left.getLast().payload()[0]);
        assertEquals(0, queue.take().signals().size());
    }

    @Test
    void theLastBatchSaysSo() {
        // A node that ends writes all that it had first.
        assertTrue(queue.offer(0, new byte[1]));
        queue.close();
        assertFalse(queue.offer(0, new byte[1]));
        OutQueue.Batch batch = queue.take();
        assertTrue(batch.isLast());
        assertEquals(1, batch.parts().getFirst().hints().size());
    }

    private static List<Integer> firstBytes(List<byte[]> payloads) {
        return payloads.stream().map(payload -> (int) payload[0]).toList();
    }
}
