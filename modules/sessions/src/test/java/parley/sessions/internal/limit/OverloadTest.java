package parley.sessions.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.kernel.Health;
import parley.sessions.internal.limit.Overload.Priority;
import parley.testkit.Seeds;

/// The node's own decision, in simulated time: no threads, no sockets.
class OverloadTest {
    private static final List<Priority> ALL = List.of(Priority.values());

    private double heapAlive;

    /// A server that does `perSecond` commands in order of arrival, each in `workMillis` at least.
    private final class Server {
        private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        private final Overload overload = new Overload(() -> heapAlive, Runnable::run, metrics);
        private double perSecond;
        private final int workMillis;
        private final ArrayDeque<Long> underWay = new ArrayDeque<>();
        private final Map<Priority, Integer> taken = new EnumMap<>(Priority.class);
        private double credit;
        private long done;
        private long slowest;
        private long now;

        Server(double perSecond, int workMillis) {
            this.perSecond = perSecond;
            this.workMillis = workMillis;
        }

        long refused() {
            return (long) metrics.find("parley.overload.refused").counters().stream()
                    .mapToDouble(Counter::count)
                    .sum();
        }

        Health.Status health() {
            return overload.probe().check().status();
        }

        /// One millisecond in which `arrivals` commands come, of random priority if `mixed`.
        void step(int arrivals, Random random, boolean mixed) {
            now++;
            for (int i = 0; i < arrivals; i++) {
                Priority priority = mixed ? ALL.get(random.nextInt(ALL.size())) : Priority.MESSAGE;
                if (overload.enter(priority)) {
                    underWay.add(now);
                    taken.merge(priority, 1, Integer::sum);
                }
            }
            credit = Math.min(perSecond, credit + perSecond / 1_000);
            while (credit >= 1 && !underWay.isEmpty() && now - underWay.element() >= workMillis) {
                long delay = now - underWay.remove();
                slowest = Math.max(slowest, delay);
                credit--;
                done++;
                overload.left(delay);
            }
            if (underWay.isEmpty()) {
                credit = Math.min(credit, 1);
            }
            if (now % 100 == 0) {
                overload.tick(now);
            }
        }
    }

    @Test
    void atSeveralTimesTheCapacityItDoesWhatItCanInGoodTime() {
        // Goodput stays at least 80 % of the peak at any overload, delays come near the target, and 10 s after the
        // load ends everything is as before.
        Seeds.each(12, seed -> {
            Random random = new Random(seed);
            double capacity = random.nextInt(500, 8_000);
            Server server = new Server(capacity, random.nextInt(0, 60));
            double times = random.nextDouble(1.5, 10);
            run(server, capacity * 0.5, 5_000, random, false);
            run(server, capacity * times, 10_000, random, false);
            long before = server.done;
            server.slowest = 0;
            run(server, capacity * times, 10_000, random, false);
            double goodput = (server.done - before) / 10.0;
            assertTrue(goodput >= 0.8 * capacity, goodput + " of " + capacity + " at " + times);
            assertTrue(server.slowest < 1_000, server.slowest + " ms at " + times);
            run(server, capacity * 0.5, 10_000, random, false);
            server.slowest = 0;
            long refusedBefore = server.refused();
            run(server, capacity * 0.5, 5_000, random, false);
            assertEquals(refusedBefore, server.refused(), "refuses although all is well again");
            assertTrue(server.slowest <= 100 + server.workMillis, server.slowest + " ms after the load");
            assertEquals(Health.Status.UP, server.health());
        });
    }

    @Test
    void whatIsMoreImportantIsRefusedLess() {
        // Messages before reads, reads before presence, presence before new sessions, at any overload.
        Seeds.each(20, seed -> {
            Random random = new Random(seed);
            double capacity = random.nextInt(500, 10_000);
            Server server = new Server(capacity, random.nextInt(0, 60));
            double times = random.nextDouble(2, 6);
            // Before the node notices it takes whatever comes.
            run(server, capacity * times, 5_000, random, true);
            server.taken.clear();
            run(server, capacity * times, 10_000, random, true);
            long last = Integer.MAX_VALUE;
            for (Priority priority : Priority.values()) {
                int taken = server.taken.getOrDefault(priority, 0);
                assertTrue(taken <= last + last / 10 + 50, server.taken.toString());
                last = taken;
            }
            assertTrue(server.taken.getOrDefault(Priority.MESSAGE, 0)
                    > 2 * server.taken.getOrDefault(Priority.SESSION, 0));
            assertEquals(Health.Status.DEGRADED, server.health());
        });
    }

    @Test
    void aFewSlowCommandsAreNoOverload() {
        // Below the least window nothing is ever refused, however long commands take.
        Server server = new Server(1_000_000, 2_000);
        run(server, 40, 30_000, new Random(1), false);
        assertEquals(0, server.refused());
        assertEquals(Health.Status.UP, server.health());
    }

    @Test
    void aServerThatStandsStillIsFelt() {
        // Nothing ends at all: the window shrinks long before the first command is given up, and grows again.
        Server server = new Server(5_000, 0);
        run(server, 4_000, 5_000, new Random(1), false);
        server.perSecond = 0;
        run(server, 4_000, 2_000, new Random(1), false);
        assertTrue(server.underWay.size() < 4_000, server.underWay.size() + " under way");
        server.perSecond = 5_000;
        run(server, 4_000, 10_000, new Random(1), false);
        long refusedBefore = server.refused();
        run(server, 4_000, 2_000, new Random(1), false);
        assertEquals(refusedBefore, server.refused());
    }

    @Test
    void aHeapThatFillsUpTakesNoNewSessions() {
        // Memory: above 85 % alive no new sessions, above 95 % messages only.
        Overload overload = new Server(1, 1).overload;
        heapAlive = 0.9;
        overload.tick(100);
        assertFalse(overload.admits(Priority.SESSION));
        assertFalse(overload.enter(Priority.SESSION));
        assertTrue(overload.enter(Priority.READ));
        heapAlive = 0.96;
        overload.tick(200);
        assertFalse(overload.enter(Priority.READ));
        assertTrue(overload.enter(Priority.MESSAGE));
        heapAlive = 0.5;
        overload.tick(300);
        assertTrue(overload.admits(Priority.SESSION));
    }

    private static void run(Server server, double perSecond, int millis, Random random, boolean mixed) {
        double owed = 0;
        for (int i = 0; i < millis; i++) {
            owed += perSecond / 1_000 * random.nextDouble(0, 2);
            int arrivals = (int) owed;
            owed -= arrivals;
            server.step(arrivals, random, mixed);
        }
    }
}
