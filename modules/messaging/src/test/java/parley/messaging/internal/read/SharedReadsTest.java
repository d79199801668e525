package parley.messaging.internal.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import parley.kernel.Unavailable;
import parley.testkit.Await;

class SharedReadsTest {
    private static final int KEYS_MAX = 8;

    private final List<List<Integer>> asked = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger joined = new AtomicInteger();
    private CountDownLatch answers = new CountDownLatch(0);
    private volatile boolean away;
    private final SharedReads<Integer, String> reads = new SharedReads<>(this::source, KEYS_MAX, 1);

    private Map<Integer, String> source(List<Integer> keys) {
        asked.add(keys);
        try {
            answers.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        if (away) {
            throw new Unavailable("database");
        }
        Map<Integer, String> found = new HashMap<>();
        keys.stream().filter(key -> key < 100).forEach(key -> found.put(key, "v" + key));
        return found;
    }

    private List<Future<String>> crowd(ExecutorService threads, int from, int to) {
        List<Future<String>> all = new ArrayList<>();
        for (int key = from; key <= to; key++) {
            int one = key;
            all.add(threads.submit(() -> {
                joined.incrementAndGet();
                return reads.read(Set.of(one)).getOrDefault(one, "none");
            }));
        }
        return all;
    }

    @Test
    void whoComesAloneReadsAtOnce() {
        // Connecting costs at most two statements: a single reader waits for nobody and asks for its own only.
        assertEquals(Map.of(1, "v1"), reads.read(Set.of(1)));
        assertEquals(Map.of(), reads.read(Set.of(100)));
        assertEquals(List.of(List.of(1), List.of(100)), asked);
    }

    @Test
    void whoComesDuringAReadGathersForTheNext() throws Exception {
        // A crowd that connects at once costs few statements; what is answered was read after it was asked for.
        answers = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> first = crowd(threads, 1, 1);
            Await.until("the first read", () -> asked.size() == 1);
            List<Future<String>> others = crowd(threads, 1, 20);
            Await.until("all have come", () -> joined.get() == 21);
            answers.countDown();
            assertEquals("v1", first.getFirst().get());
            for (int key = 1; key <= 20; key++) {
                assertEquals("v" + key, others.get(key - 1).get());
            }
        }
        Set<Integer> read = new HashSet<>();
        asked.subList(1, asked.size()).forEach(read::addAll);
        assertEquals(20, read.size());
        assertTrue(asked.stream().allMatch(keys -> keys.size() <= KEYS_MAX), asked::toString);
        assertTrue(asked.size() <= 8, asked::toString);
    }

    @Test
    void aFaultReachesAllWhoGatheredAndNobodyElse() throws Exception {
        // Errors: the database is away for everybody who asked then, and not for who asks later.
        answers = new CountDownLatch(1);
        away = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all = crowd(threads, 1, 5);
            Await.until("all have come", () -> joined.get() == 5);
            answers.countDown();
            for (Future<String> one : all) {
                Throwable fault = assertThrows(Exception.class, one::get).getCause();
                assertEquals(Unavailable.class, fault == null ? null : fault.getClass());
            }
        }
        away = false;
        assertEquals(Map.of(3, "v3"), reads.read(Set.of(3)));
    }
}
