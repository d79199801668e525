package parley.history.wiring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import parley.history.wiring.HistoryConfig.HotLimits;
import parley.history.wiring.HistoryConfig.ReadLimits;
import parley.history.wiring.HistoryConfig.Redis;
import parley.kernel.Secret;

final class HistoryConfigTest {
    @Test
    void aValueOutsideItsBoundsIsRefusedWithKeyBoundAndValue() {
        // The sentence is what an operator reads at start.
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new ReadLimits(Duration.ofMillis(5), 65_536));
        assertEquals("history.read-timeout must be between 1000 ms and 60000 ms, not 5 ms", refused.getMessage());
        refused = assertThrows(IllegalArgumentException.class, () -> new HotLimits(0, 16_384, 0, Duration.ofHours(1)));
        assertEquals("history.hot-entries-max must be between 1 and 1000, not 0", refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Redis.of("localhost:6379", new Secret("s")));
    }

    @Test
    void theDefaultsKeepTheAnswerTime() {
        // Every command is answered within 4 seconds.
        HistoryConfig config = HistoryConfig.defaults();
        assertTrue(config.lanes().answerWithin().compareTo(Duration.ofSeconds(4)) < 0);
        assertTrue(config.redis().isEmpty());
    }

    @Test
    void noSecretIsPrinted() {
        // I9: the record may be logged.
        Redis redis = Redis.of("redis://127.0.0.1:6379", new Secret("very secret"));
        String text = HistoryConfig.defaults().withRedis(redis).toString();
        assertTrue(text.contains("***"));
        assertFalse(text.contains("very secret"));
    }
}
