package parley.accounts.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import parley.accounts.Administration.ApiKey;
import parley.kernel.Secret;
import parley.kernel.Unavailable;

final class LatelyVerifiedTest {
    private static final Secret TEXT = new Secret("parley_of-an-operator");
    private static final ApiKey KEY = new ApiKey("ops", Set.of("admin"), Instant.EPOCH);
    private static final LatelyVerified.Lookup AWAY = () -> {
        throw new Unavailable("database");
    };

    private final AtomicLong nanos = new AtomicLong();
    private final LatelyVerified lately = new LatelyVerified(nanos::get);

    @Test
    void aKeyThatWasVerifiedLatelyIsTakenWhileTheDatabaseIsAway() {
        // Operators are let in for five minutes after the database last knew their key, and not longer.
        assertEquals(Optional.of(KEY), lately.verify(TEXT, () -> Optional.of(KEY)));
        nanos.addAndGet(LatelyVerified.LIFETIME.minus(Duration.ofSeconds(1)).toNanos());
        assertEquals(Optional.of(KEY), lately.verify(TEXT, AWAY));

        // That it was taken meanwhile does not make it good for longer.
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThrows(Unavailable.class, () -> lately.verify(TEXT, AWAY));
    }

    @Test
    void aKeyThatWasNeverVerifiedIsNotTaken() {
        // Without the database nobody new gets in, nor anybody with another text.
        assertThrows(Unavailable.class, () -> lately.verify(TEXT, AWAY));
        assertEquals(Optional.of(KEY), lately.verify(TEXT, () -> Optional.of(KEY)));
        assertThrows(Unavailable.class, () -> lately.verify(new Secret(TEXT.reveal() + "x"), AWAY));
    }

    @Test
    void aRevokedKeyIsRefusedAtOnceWhileTheDatabaseAnswers() {
        // What the database says holds; what it refused once is not taken again when it goes away.
        assertEquals(Optional.of(KEY), lately.verify(TEXT, () -> Optional.of(KEY)));
        assertEquals(Optional.empty(), lately.verify(TEXT, Optional::empty));
        assertThrows(Unavailable.class, () -> lately.verify(TEXT, AWAY));
    }

    @Test
    void aKeyThatEndedWhileItWasLookedUpIsNotRemembered() {
        // The database knew it a moment before it was revoked; what is revoked on this node is forgotten at once.
        assertEquals(Optional.of(KEY), lately.verify(TEXT, () -> {
            assertEquals(Optional.empty(), lately.verify(TEXT, Optional::empty));
            return Optional.of(KEY);
        }));
        assertThrows(Unavailable.class, () -> lately.verify(TEXT, AWAY));
        assertEquals(Optional.of(KEY), lately.verify(TEXT, () -> Optional.of(KEY)));
        lately.forget();
        assertThrows(Unavailable.class, () -> lately.verify(TEXT, AWAY));
    }

    @Test
    void soManyKeysAreRememberedAndNoMore() {
        // The memory of it has a limit.
        IntStream.range(0, LatelyVerified.KEYS_MAX + 500)
                .forEach(i -> assertEquals(Optional.of(KEY), lately.verify(text(i), () -> Optional.of(KEY))));
        long known = IntStream.range(0, LatelyVerified.KEYS_MAX + 500)
                .filter(this::isTaken)
                .count();
        assertTrue(known > 0 && known <= LatelyVerified.KEYS_MAX, known + " keys");
    }

    private boolean isTaken(int i) {
        try {
            return lately.verify(text(i), AWAY).isPresent();
        } catch (Unavailable away) {
            return false;
        }
    }

    private static Secret text(int i) {
        return new Secret("parley_" + i);
    }
}
