package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.sessions.internal.presence.Pace.Verdict;
import parley.testkit.Seeds;

class PaceTest {
    private static final int PER_SECOND = 10;
    private static final int RECEIVER_WAITING = 8;
    private static final int WAITING = 20;

    private final Pace<String, Integer, String> pace = new Pace<>(PER_SECOND, RECEIVER_WAITING, WAITING);

    @Test
    void theNewestStateOfWhatWaitsTakesThePlaceOfTheOlder() {
        // C36: coalesced per receiver, the newest wins.
        for (int i = 0; i < 2 * PER_SECOND; i++) {
            assertEquals(Verdict.NOW, pace.pass("a", i, "x", 0));
        }
        assertEquals(Verdict.LATER, pace.pass("a", 1, "old", 0));
        assertEquals(Verdict.LATER, pace.pass("a", 2, "other", 0));
        assertEquals(Verdict.LATER, pace.pass("a", 1, "new", 0));
        assertEquals(Verdict.DROPPED, pace.pass("a", 10_000), "what is worth nothing later does not overtake");
        List<String> out = new ArrayList<>();
        pace.release(1_000, 100, (receiver, event) -> out.add(event));
        assertEquals(List.of("new", "other"), out);
        assertEquals(0, pace.waiting());
    }

    @Test
    void whoeverIsSentWhateverGetsNoMoreThanTheRateAndMemoryIsBounded() {
        // C36, I7: at most so many a second for each receiver, whatever happens; at most so many wait; the idle weigh
        // nothing; and the last state of each key that was not dropped arrives.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            Pace<Integer, Integer, Integer> tested = new Pace<>(PER_SECOND, RECEIVER_WAITING, WAITING);
            Map<Integer, List<Long>> sent = new HashMap<>();
            Map<List<Integer>, Integer> due = new HashMap<>();
            Map<List<Integer>, Integer> arrived = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 3_000; step++) {
                now += random.nextInt(20);
                long at = now;
                int receiver = random.nextInt(6);
                int key = random.nextInt(12);
                int event = step;
                switch (random.nextInt(8)) {
                    case 0 ->
                        tested.release(now, 1 + random.nextInt(10), (to, value) -> {
                            sent.computeIfAbsent(to, id -> new ArrayList<>()).add(at);
                            arrived.put(List.of(to, value % 12), value);
                        });
                    case 1 -> {
                        if (tested.pass(receiver, now) == Verdict.NOW) {
                            sent.computeIfAbsent(receiver, id -> new ArrayList<>())
                                    .add(now);
                        }
                    }
                    case 2 -> tested.sweep(now);
                    default -> {
                        int value = event * 12 + key;
                        Verdict verdict = tested.pass(receiver, key, value, now);
                        if (verdict == Verdict.NOW) {
                            sent.computeIfAbsent(receiver, id -> new ArrayList<>())
                                    .add(now);
                            arrived.put(List.of(receiver, key), value);
                        }
                        if (verdict != Verdict.DROPPED) {
                            due.put(List.of(receiver, key), value);
                        }
                    }
                }
                assertTrue(tested.waiting() <= WAITING, "waiting " + tested.waiting());
                assertTrue(tested.size() <= 6);
            }
            for (int i = 0; i < 100; i++) {
                now += 1_000;
                tested.release(now, 1_000, (to, value) -> arrived.put(List.of(to, value % 12), value));
            }
            assertEquals(due, arrived);
            sent.values().forEach(PaceTest::assertWithinRate);
            tested.sweep(now + 10_000);
            assertEquals(0, tested.size());
        });
    }

    /// In any second at most the rate and the burst.
    private static void assertWithinRate(List<Long> times) {
        for (int i = 0; i < times.size(); i++) {
            int count = 0;
            for (int j = i; j < times.size() && times.get(j) < times.get(i) + 1_000; j++) {
                count++;
            }
            assertTrue(count <= 3 * PER_SECOND, count + " in a second");
        }
        if (!times.isEmpty()) {
            long span = times.getLast() - times.getFirst();
            assertTrue(times.size() <= 2 * PER_SECOND + 1 + span * PER_SECOND / 1_000, times.size() + " in " + span);
        }
    }

    @Test
    void whoIsGoneIsForgotten() {
        // I7: nothing is kept of a session that is over.
        for (int i = 0; i < 100; i++) {
            Verdict unused = pace.pass("a", i, "x", 0);
        }
        assertEquals(RECEIVER_WAITING, pace.waiting());
        pace.forget("a");
        assertEquals(0, pace.waiting());
        assertEquals(0, pace.size());
    }
}
