package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

/// The wheel wakes everything once it is due, at most a tick late, and nothing else.
class WheelTest {

    @Test
    void everythingIsWokenInTime() {
        // Whatever is set, moved and removed: no wake-up is lost, early, or later than a tick.
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            long now = random.nextInt(1_000_000);
            Wheel wheel = new Wheel(now);
            List<Sleeper> sleepers = new ArrayList<>();
            for (int step = 0; step < 2_000; step++) {
                change(wheel, sleepers, random, now);
                now += random.nextInt(Wheel.TICK_MILLIS * 2);
                wheel.tick(now);
                for (Sleeper sleeper : sleepers) {
                    sleeper.check(now);
                }
            }
        });
    }

    @Test
    void aLongPauseLosesNothing() {
        // After a stop of the whole process everything that is overdue is woken.
        Wheel wheel = new Wheel(0);
        Sleeper near = new Sleeper();
        Sleeper far = new Sleeper();
        near.expect(wheel, 100);
        far.expect(wheel, 10_000_000);
        wheel.tick(9_999_000);
        assertEquals(1, near.woken);
        assertEquals(0, far.woken);
        wheel.tick(20_000_000);
        assertEquals(1, far.woken);
    }

    @Test
    void oneThatFailsDoesNotStopTheOthers() {
        // A fault in one session's timer is that session's alone.
        Wheel wheel = new Wheel(0);
        Sleeper good = new Sleeper();
        Timed bad = new Timed() {
            @Override
            long wake(long now) {
                throw new IllegalStateException("a fault, on purpose");
            }
        };
        wheel.wakeBy(bad, 10);
        good.expect(wheel, 10);
        wheel.tick(100);
        assertEquals(1, good.woken);
    }

    private static void change(Wheel wheel, List<Sleeper> sleepers, Random random, long now) {
        if (sleepers.size() < 50) {
            sleepers.add(new Sleeper());
        }
        Sleeper one = sleepers.get(random.nextInt(sleepers.size()));
        if (random.nextInt(20) == 0) {
            one.remove(wheel);
            sleepers.remove(one);
        } else {
            long far = random.nextInt(10) == 0 ? 200_000 : 5_000;
            one.expect(wheel, now + random.nextLong(far));
        }
    }

    private static final class Sleeper extends Timed {
        private long expected = NEVER;
        private long next = NEVER;
        private int woken;

        void expect(Wheel wheel, long due) {
            expected = Math.min(expected, due);
            wheel.wakeBy(this, due);
        }

        void remove(Wheel wheel) {
            wheel.remove(this);
            expected = NEVER;
        }

        void check(long now) {
            assertTrue(expected > now, () -> "not woken: due " + expected + ", now " + now);
        }

        @Override
        long wake(long now) {
            assertTrue(expected <= now, () -> "woken at " + now + " but due " + expected);
            woken++;
            expected = next;
            // Some want to come again at once, from inside.
            next = woken % 3 == 0 ? now + 1_000 : NEVER;
            return expected;
        }
    }
}
