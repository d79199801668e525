package parley.accounts.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

final class AttemptWindowsTest {
    private static final Duration WINDOW = Duration.ofMinutes(15);

    @Test
    void noMoreFailuresThanAllowedFallIntoAnyWindow() {
        // Promise: a key fails at most `failuresMax` times within any window, and is let in again when it is over.
        Seeds.each(5, seed -> {
            Random random = new Random(seed);
            AttemptWindows windows = new AttemptWindows(5, WINDOW, true, 100);
            Deque<Long> failures = new ArrayDeque<>();
            long now = 0;
            for (int i = 0; i < 5_000; i++) {
                now += random.nextInt(200_000);
                attempt(windows, failures, now, random.nextInt(3) > 0);
            }
        });
    }

    /// `failures`: the model, the times of failures within the window.
    private static void attempt(AttemptWindows windows, Deque<Long> failures, long now, boolean fails) {
        while (!failures.isEmpty() && failures.getFirst() <= now - WINDOW.toMillis()) {
            failures.removeFirst();
        }
        Duration wait = windows.begin("key", now);
        assertEquals(failures.size() >= 5, wait != null);
        if (wait != null) {
            assertEquals(failures.getFirst() + WINDOW.toMillis() - now, wait.toMillis());
            return;
        }
        windows.end("key", now, fails);
        if (fails) {
            failures.addLast(now);
        }
    }

    @Test
    void attemptsUnderWayCountWhereItIsStrict() {
        // Promise: parallel guesses do not get past the limit.
        AttemptWindows strict = new AttemptWindows(5, WINDOW, true, 100);
        AttemptWindows lenient = new AttemptWindows(5, WINDOW, false, 100);
        for (int i = 0; i < 5; i++) {
            assertNull(strict.begin("key", 0));
            assertNull(lenient.begin("key", 0));
        }

        assertEquals(Duration.ofSeconds(1), strict.begin("key", 0));
        assertNull(lenient.begin("key", 0));
        strict.end("key", 0, false);
        assertNull(strict.begin("key", 0));
        assertNull(strict.begin("another key", 0));
    }

    @Test
    void successesDoNotCount() {
        // Promise: only failures are limited.
        AttemptWindows windows = new AttemptWindows(5, WINDOW, true, 100);
        for (int i = 0; i < 1_000; i++) {
            assertNull(windows.begin("key", i));
            windows.end("key", i, false);
        }
    }

    @Test
    void manyKeysDoNotGatherWithoutEnd() {
        // Promise: memory is bounded; a flood of keys makes the least used be forgotten, and nothing fails.
        AttemptWindows windows = new AttemptWindows(1, WINDOW, true, 1_000);
        int remembered = 0;
        for (int i = 0; i < 20_000; i++) {
            assertNull(windows.begin("key" + i, 0));
            windows.end("key" + i, 0, true);
        }
        for (int i = 0; i < 20_000; i++) {
            remembered += windows.begin("key" + i, 0) == null ? 0 : 1;
        }
        assertTrue(remembered <= 1_000, "remembered " + remembered);
    }

    @Test
    void addressesOfOneIpv6CustomerCountTogether() {
        // Promise: IPv6 counts by /64, IPv4 by address, other text by itself, cut.
        assertEquals(SignInLimits.addressKey("2001:db8:1:2::1"), SignInLimits.addressKey("2001:db8:1:2:ffff::9"));
        assertEquals("192.0.2.1", SignInLimits.addressKey("192.0.2.1"));
        assertEquals("unknown", SignInLimits.addressKey("unknown"));
        assertEquals(64, SignInLimits.addressKey("x".repeat(10_000)).length());
        SignInLimits limits = new SignInLimits(5, 1, WINDOW);
        assertNull(limits.begin(null, "2001:db8:1:2::1", 0));
        limits.end(null, "2001:db8:1:2::1", 0, true);
        assertNotNull(limits.begin("anna", "2001:db8:1:2:ffff::9", 0));
        assertNull(limits.begin("anna", "2001:db8:1:3::1", 0));
    }
}
