package parley.redis.link;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class BreakerTest {
    private final Breaker breaker = new Breaker(3, 100, 350);

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }

    @Test
    void itOpensAfterFailuresInARow() {
        // Three in a row, not three in all.
        fail(2, 0);
        breaker.succeeded();
        fail(2, 0);
        assertTrue(breaker.permits(0));
        assertFalse(breaker.isOpen());
        fail(1, 0);
        assertTrue(breaker.isOpen());
        assertFalse(breaker.permits(99));
    }

    @Test
    void oneIsLetThroughAfterThePause() {
        // The trial decides: success closes it, failure doubles the pause up to its most.
        fail(3, 0);
        assertTrue(breaker.permits(100));
        assertFalse(breaker.permits(101));
        breaker.failed(110);
        assertFalse(breaker.permits(309));
        assertTrue(breaker.permits(310));
        breaker.failed(320);
        assertFalse(breaker.permits(669));
        assertTrue(breaker.permits(670));
        breaker.failed(680);
        assertTrue(breaker.permits(1_030));
        breaker.succeeded();
        assertTrue(breaker.permits(1_031));
        assertTrue(breaker.permits(1_031));
    }

    @Test
    void aTrialThatIsNeverReportedDoesNotKeepItOpenForEver() {
        // A caller that dies on the way must not switch the cache off for good.
        fail(3, 0);
        assertTrue(breaker.permits(100));
        assertFalse(breaker.permits(449));
        assertTrue(breaker.permits(450));
    }
}
