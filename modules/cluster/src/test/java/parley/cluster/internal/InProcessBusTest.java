package parley.cluster.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import parley.kernel.Health;

/// The bus of a single node.
final class InProcessBusTest {
    private final InProcessBus bus = new InProcessBus();

    @Test
    void whatIsPublishedIsHeardBeforePublishReturns() {
        // Bus: hands over at once; in one process nothing is lost or late.
        List<byte[]> heard = new ArrayList<>();
        bus.listen(heard::add);
        byte[] payload = {1, 2, 3};
        bus.publish(7, payload);
        assertEquals(List.of(payload), heard);
    }

    @Test
    void oneKeyIsHeardInOrderOnOneThreadAtATime() throws Exception {
        // Bus: hints of one key that one thread publishes arrive in that order, on one thread at a time.
        Map<Long, AtomicBoolean> inside = new ConcurrentHashMap<>();
        Map<Long, List<Integer>> heard = new ConcurrentHashMap<>();
        List<String> faults = new ArrayList<>();
        bus.listen(payload -> {
            ByteBuffer in = ByteBuffer.wrap(payload);
            long key = in.getLong();
            AtomicBoolean busy = inside.computeIfAbsent(key, any -> new AtomicBoolean());
            if (!busy.compareAndSet(false, true)) {
                synchronized (faults) {
                    faults.add("two threads in " + key);
                }
            }
            heard.computeIfAbsent(key, any -> new ArrayList<>()).add(in.getInt());
            LockSupport.parkNanos(1);
            busy.set(false);
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                long own = 100L + thread;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        bus.publish(own, payload(own, i));
                        bus.publish(1, payload(1, i));
                    }
                }));
            }
            for (Future<?> one : all) {
                Object unused = one.get();
            }
        }
        assertEquals(List.of(), faults);
        assertEquals(2_000, heard.getOrDefault(1L, List.of()).size());
        for (long own = 100; own < 104; own++) {
            assertEquals(IntStream.range(0, 500).boxed().toList(), heard.get(own));
        }
    }

    @Test
    void aListenerThatThrowsAndAPayloadThatIsTooLongHarmNobody() {
        // Bus: publish never throws; a payload has at most 64 KiB.
        List<Integer> heard = new ArrayList<>();
        bus.listen(payload -> {
            heard.add(payload.length);
            throw new IllegalStateException("on purpose");
        });
        bus.publish(1, new byte[64 * 1024]);
        bus.publish(1, new byte[64 * 1024 + 1]);
        bus.publish(1, new byte[0]);
        assertEquals(List.of(64 * 1024, 0), heard);
    }

    @Test
    void healthSaysWhetherSomebodyListens() {
        // Bus: one listener per node, named before the first publish.
        bus.publish(1, new byte[1]);
        assertEquals(Health.Status.DOWN, bus.check().status());
        bus.listen(payload -> {});
        assertEquals(Health.Status.UP, bus.check().status());
        assertThrows(IllegalStateException.class, () -> bus.listen(payload -> {}));
        bus.close();
        assertEquals(Health.Status.DOWN, bus.check().status());
    }

    private static byte[] payload(long key, int number) {
        return ByteBuffer.allocate(12).putLong(key).putInt(number).array();
    }
}
