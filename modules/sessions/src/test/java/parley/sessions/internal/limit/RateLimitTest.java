package parley.sessions.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.testkit.Await;
import parley.testkit.Seeds;

class RateLimitTest {
    private final AtomicLong nanos = new AtomicLong(7);
    private final MeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void aRateHoldsForEveryKeyOverAnyTime() {
        // I7: never more than burst + rate x time, and never refused what is within, whatever the pattern.
        Seeds.each(20, seed -> {
            Random random = new Random(seed);
            int perSecond = random.nextInt(1, 2_000);
            int burst = random.nextInt(1, 5_000);
            RateLimit<String> limit = limit(perSecond, burst);
            long begin = nanos.get();
            double bucket = burst;
            long taken = 0;
            long last = begin;
            for (int i = 0; i < 5_000; i++) {
                long step = random.nextLong(0, TimeUnit.MILLISECONDS.toNanos(random.nextInt(1, 40)));
                nanos.addAndGet(step);
                bucket = Math.min(burst, bucket + (nanos.get() - last) * (double) perSecond / 1e9);
                last = nanos.get();
                boolean was = limit.take("k") == 0;
                if (was) {
                    taken++;
                    bucket -= 1;
                }
                assertTrue(bucket > -1.01, "too many taken");
                assertTrue(was || bucket < 2.01, "refused although there was room");
            }
            double most = burst + (nanos.get() - begin) * (double) perSecond / 1e9;
            assertTrue(taken <= most + 1, taken + " of " + most);
        });
    }

    @Test
    void theAdviceIsTheTimeAfterWhichThereIsOneAgain() {
        // Retry advice is true: a moment before it is refused, then it is taken.
        RateLimit<String> limit = limit(10, 3);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, limit.take("k"));
        }
        long wait = limit.take("k");
        assertTrue(wait >= 99 && wait <= 100, wait + " ms");
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(wait - 2));
        assertTrue(limit.take("k") > 0);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(3));
        assertEquals(0, limit.take("k"));
        assertTrue(limit.take("k", 4) > 0, "more than the burst");
    }

    @Test
    void oneKeyDoesNotUseUpAnothers() {
        // A limit of one account says nothing of another's.
        RateLimit<String> limit = limit(1, 5);
        for (int i = 0; i < 100; i++) {
            long unused = limit.take("loud");
        }
        assertEquals(0, limit.take("quiet"));
        assertEquals(95, refused(), "each refusal is counted");
    }

    @Test
    void whatIsChargedAfterwardsCountsAsWell() {
        // Asking takes nothing; charging goes on credit, so the average holds.
        RateLimit<String> limit = limit(10, 2);
        for (int i = 0; i < 10; i++) {
            assertEquals(0, limit.ask("c"));
        }
        for (int i = 0; i < 5; i++) {
            limit.charge("c");
        }
        assertTrue(limit.ask("c") > 0);
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(401));
        assertEquals(0, limit.ask("c"), "three on credit and one");
    }

    @Test
    void bucketsAreForgottenAndBounded() {
        // Memory: full buckets are forgotten, and there are never more than KEYS_MAX.
        RateLimit<Integer> limit = limitOf(1, 1);
        for (int key = 0; key < 2 * RateLimit.KEYS_MAX; key++) {
            long unused = limit.take(key);
        }
        limit.settle();
        assertTrue(limit.keys() <= RateLimit.KEYS_MAX, limit.keys() + " keys");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        Await.until("forgotten", () -> {
            limit.settle();
            return limit.keys() == 0;
        });
    }

    private RateLimit<String> limit(int perSecond, int burst) {
        return limitOf(perSecond, burst);
    }

    private <K> RateLimit<K> limitOf(int perSecond, int burst) {
        return new RateLimit<>("test", new Rate(perSecond, burst), nanos::get, metrics);
    }

    private double refused() {
        return metrics.get("parley.limits.refused")
                .tag("limit", "test")
                .counter()
                .count();
    }
}
