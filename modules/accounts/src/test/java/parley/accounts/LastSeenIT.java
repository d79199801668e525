package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import parley.accounts.internal.seen.SeenLater;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class LastSeenIT {
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00.123Z");

    private final Database database;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    LastSeenIT(TestDatabase database) {
        this.database = database.database();
    }

    private SeenLater seen(int waitingMax) {
        return new SeenLater(database, waitingMax, Duration.ofMillis(200), metrics);
    }

    @Test
    void theNewestTimeIsWrittenBehindAndNeverGoesBack() {
        // Last seen is kept durably, by any node, the newest counts.
        AccountId anna = new AccountId(1);
        try (SeenLater one = seen(100);
                SeenLater other = seen(100)) {
            assertEquals(Optional.empty(), one.find(anna));
            one.start();
            other.start();
            one.note(anna, NOON);
            one.note(anna, NOON.minusSeconds(5));
            assertEquals(Optional.of(NOON), one.find(anna), "before it is written");
            Await.until("it is written", () -> other.find(anna).equals(Optional.of(NOON)));
            other.note(anna, NOON.minusSeconds(60));
        }
        try (SeenLater late = seen(100)) {
            late.start();
            late.note(anna, NOON.minusSeconds(30));
        }
        assertEquals(Optional.of(NOON), seen(100).find(anna));
    }

    @Test
    void thousandsAreWrittenInBulkBeforeTheNodeEnds() {
        // Coalesced and bounded: many accounts in one statement, and nothing that waited is lost by an orderly end.
        List<AccountId> all = new ArrayList<>();
        try (SeenLater seen = seen(100_000)) {
            seen.start();
            for (int i = 0; i < 3_000; i++) {
                AccountId account = new AccountId(1_000 + i);
                all.add(account);
                seen.note(account, NOON.plusMillis(i));
            }
        }
        SeenLater after = seen(1);
        for (int i = 0; i < all.size(); i += 500) {
            assertEquals(Optional.of(NOON.plusMillis(i)), after.find(all.get(i)));
        }
        assertEquals(0, metrics.get("parley.accounts.seen.waiting").gauge().value());
    }

    @Test
    void whatFindsNoRoomIsDroppedAndCounted() {
        // I7: so many accounts wait at most; those that wait still get newer.
        try (SeenLater seen = seen(10)) {
            for (int i = 1; i <= 25; i++) {
                seen.note(new AccountId(10_000 + i), NOON);
            }
            seen.note(new AccountId(10_001), NOON.plus(Duration.ofDays(1)));
            assertEquals(
                    15, metrics.get("parley.accounts.seen.dropped").counter().count());
            assertEquals(Optional.of(NOON.plus(Duration.ofDays(1))), seen.find(new AccountId(10_001)));
            assertEquals(Optional.empty(), seen.find(new AccountId(10_025)));
            seen.start();
        }
        assertTrue(metrics.get("parley.accounts.seen.waiting").gauge().value() <= 10);
    }
}
