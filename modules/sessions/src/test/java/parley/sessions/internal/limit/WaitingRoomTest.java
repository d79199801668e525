package parley.sessions.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.limit.Overload.Priority;
import parley.testkit.Await;
import parley.testkit.Seeds;

/// A crowd of new sessions waits for a moment rather than be refused; who would wait in vain is refused
/// at once. The clock stands still until the test moves it.
class WaitingRoomTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong(1_000);
    private volatile double heapAlive;
    private final Overload overload = new Overload(() -> heapAlive, Runnable::run, metrics);
    private final WaitingRoom room = new WaitingRoom(overload, now::get, metrics);

    /// One that comes, on a thread of its own.
    private final class Newcomer {
        final CompletableFuture<Boolean> begins = new CompletableFuture<>();
        final Thread thread;

        Newcomer() {
            int before = waiting();
            thread = Thread.ofVirtual().start(() -> begins.complete(room.enter()));
            Await.until(SOON, "waits", () -> waiting() > before);
        }

        boolean outcome() throws InterruptedException, ExecutionException {
            LockSupport.unpark(thread);
            return begins.get();
        }
    }

    private int waiting() {
        return (int) metrics.get("parley.overload.waiting").gauge().value();
    }

    private int underWay() {
        return (int) metrics.get("parley.overload.under.way").gauge().value();
    }

    private long refused() {
        return (long) metrics.get("parley.overload.refused")
                .tag("priority", "session")
                .counter()
                .count();
    }

    /// No session finds room any more.
    private void fill() {
        while (overload.tryEnter(Priority.SESSION)) {
            assertTrue(underWay() > 0);
        }
    }

    private void leave() {
        overload.left(1);
        room.call();
    }

    @Test
    void aCrowdIsLetInInOrderOfArrival() throws Exception {
        // P46. "A connect waits for its turn before it is refused."
        assertTrue(room.enter());
        fill();
        List<Newcomer> crowd = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            assertTrue(room.admits());
            crowd.add(new Newcomer());
        }
        for (int i = 0; i < 5; i++) {
            assertFalse(crowd.get(i).begins.isDone());
            leave();
            assertTrue(crowd.get(i).begins.get());
            assertEquals(4 - i, waiting());
        }
        assertEquals(0, refused());
    }

    @Test
    void nobodyWaitsLongNorBehindOneWhoDoes() throws Exception {
        // P46. "For at most 2 s; it is refused at once when the first of those that wait has waited for 1.5 s, when
        // one waited in vain within the last 2 s." Real overload is refused quickly: only who comes first waits in
        // vain, and for two seconds.
        fill();
        int full = underWay();
        Newcomer first = new Newcomer();
        now.addAndGet(WaitingRoom.FIRST_WAITED_MILLIS_MAX + 1);
        assertFalse(room.admits());
        assertFalse(room.enter());
        now.addAndGet(WaitingRoom.WAIT_MILLIS_MAX - WaitingRoom.FIRST_WAITED_MILLIS_MAX);
        assertFalse(first.outcome());
        assertEquals(0, waiting());
        assertFalse(room.admits());
        assertFalse(room.enter());
        assertEquals(5, refused());
        assertEquals(full, underWay());
        now.addAndGet(WaitingRoom.CLOSED_MILLIS);
        assertTrue(room.admits());
        leave();
        assertTrue(room.enter());
    }

    @Test
    void aFullHeapLetsNobodyWait() {
        // P46. "It is refused at once when the memory is full."
        heapAlive = 0.9;
        overload.tick(100);
        assertFalse(room.admits());
        assertFalse(room.enter());
    }

    @Test
    void oneWhoIsInterruptedTakesNoPlace() throws Exception {
        // The node stops.
        fill();
        int full = underWay();
        Newcomer newcomer = new Newcomer();
        newcomer.thread.interrupt();
        assertFalse(newcomer.outcome());
        assertEquals(full, underWay());
        assertEquals(0, waiting());
    }

    @Test
    void noPlaceIsLostOrGivenTwice() {
        // Many come, wait, are called, give up and leave at once: in the end nothing is under way and nobody waits.
        Seeds.each(5, seed -> {
            fill();
            int full = underWay();
            AtomicInteger inside = new AtomicInteger();
            List<Thread> crowd = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 300; i++) {
                crowd.add(Thread.ofVirtual().start(() -> {
                    if (room.enter()) {
                        inside.incrementAndGet();
                        leave();
                    }
                }));
            }
            Random random = new Random(seed);
            for (Thread thread : crowd) {
                if (random.nextInt(5) == 0) {
                    thread.interrupt();
                }
            }
            leave();
            Await.until(SOON, "all are gone", () -> crowd.stream().noneMatch(Thread::isAlive));
            assertEquals(full - 1, underWay());
            assertEquals(0, waiting());
            assertTrue(inside.get() <= 300);
            now.addAndGet(WaitingRoom.CLOSED_MILLIS);
        });
    }
}
