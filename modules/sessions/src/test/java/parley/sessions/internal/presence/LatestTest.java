package parley.sessions.internal.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Seeds;

class LatestTest {
    private static final int INTERVAL = 100;
    private static final int KEYS = 16;

    @Test
    void eachKeyComesOutOnceInAnIntervalAndAlwaysWithItsNewest() {
        // C33: at most one marker per account and conversation in its time, the newest; nothing that was taken is lost.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            Latest<Integer, Long> latest = new Latest<>(INTERVAL, KEYS, Math::max);
            Map<Integer, Long> put = new HashMap<>();
            Map<Integer, Long> out = new HashMap<>();
            Map<Integer, Long> outAt = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 1_000; step++) {
                now += random.nextInt(15);
                int key = random.nextInt(2 * KEYS);
                long value = random.nextInt(1_000);
                if (latest.put(key, value)) {
                    long before = put.getOrDefault(key, 0L);
                    put.put(key, Math.max(before, value));
                }
                long at = now;
                for (Map.Entry<Integer, Long> entry : latest.take(now, random.nextInt(4))) {
                    Long last = outAt.put(entry.getKey(), at);
                    assertTrue(last == null || at - last >= INTERVAL, "twice within the interval");
                    out.merge(entry.getKey(), entry.getValue(), Math::max);
                }
                assertTrue(latest.size() <= 2 * KEYS);
            }
            for (int i = 0; i < 10; i++) {
                now += INTERVAL;
                latest.take(now, 1_000).forEach(entry -> out.merge(entry.getKey(), entry.getValue(), Math::max));
            }
            assertEquals(put, out);
            assertEquals(0, latest.waiting());
        });
    }

    @Test
    void aFullOneRefusesNewKeysOnly() {
        // I7: a bound; those that wait already still get newer.
        Latest<Integer, Long> latest = new Latest<>(INTERVAL, 2, Math::max);
        assertTrue(latest.put(1, 1L) && latest.put(2, 1L));
        assertFalse(latest.put(3, 1L));
        assertTrue(latest.put(1, 5L));
        assertEquals(List.of(Map.entry(1, 5L), Map.entry(2, 1L)), latest.take(0, 10));
    }

    @Test
    void typingPassesOnceInItsTimeAndMemoryIsBounded() {
        // C30: at most one typing per account and conversation in three seconds, whatever is sent.
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            TypingGate gate = new TypingGate(10);
            Map<List<Integer>, Long> passed = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 2_000; step++) {
                now += random.nextInt(500);
                int account = 1 + random.nextInt(5);
                int conversation = 1 + random.nextInt(5);
                if (gate.pass(new AccountId(account), new ConversationId(conversation), now)) {
                    Long before = passed.put(List.of(account, conversation), now);
                    assertTrue(before == null || now - before >= PresenceLimits.TYPING_MILLIS);
                }
                assertTrue(gate.size() <= 10);
            }
            assertTrue(passed.size() == 25, "everybody is heard sometimes: " + passed.size());
        });
    }
}
