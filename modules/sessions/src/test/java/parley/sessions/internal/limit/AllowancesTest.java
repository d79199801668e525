package parley.sessions.internal.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.protocol.message.ProtocolError;

class AllowancesTest {
    private static final AccountId ANN = new AccountId(1);
    private static final AccountId BEN = new AccountId(2);
    private static final ConversationId TALK = new ConversationId(10);
    private static final ConversationId OTHER = new ConversationId(11);

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Allowances allowances = new Allowances(
            new Allowances.Rates(
                    new Rate(1, 2),
                    new Rate(10, 5),
                    new Rate(10, 3),
                    new Rate(1, 4),
                    new Rate(1, 3),
                    new Rate(1, 2),
                    2),
            nanos::get,
            metrics);

    @Test
    void anExcessIsTemporarySaysWhatAndWhenAndIsCounted() {
        // Error 111, temporary, in plain words, and one on the meter of its limit.
        assertNull(allowances.connect(ANN));
        assertNull(allowances.connect(ANN));
        ProtocolError error = allowances.connect(ANN);
        assertNotNull(error);
        assertEquals(111, error.code());
        assertTrue(error.temporary() && error.excess());
        assertEquals("too many requests: connects of this account; try again in 1000 ms", error.message());
        assertEquals(
                1,
                metrics.get("parley.limits.refused")
                        .tag("limit", "connects")
                        .counter()
                        .count());
        assertNull(allowances.connect(BEN));
    }

    @Test
    void aConversationIsChargedOnlyForWhatItTook() {
        // Whoever is no member, or is refused, uses nothing up of what the members may send.
        for (int i = 0; i < 5; i++) {
            assertNull(allowances.send(ANN, TALK));
        }
        assertNotNull(allowances.send(ANN, OTHER), "the account's own limit");
        for (int i = 0; i < 3; i++) {
            assertNull(allowances.send(BEN, TALK));
            allowances.sent(TALK);
        }
        ProtocolError full = allowances.send(BEN, TALK);
        assertNotNull(full);
        assertTrue(full.message().contains("messages in this conversation"), full.message());
        assertNull(allowances.send(BEN, OTHER));
    }

    @Test
    void readsAndEventsHaveLimitsOfTheirOwn() {
        // history-reads, presence-reads, ephemeral: each by account.
        assertEquals(4, allowed(() -> allowances.history(ANN)));
        assertEquals(3, allowed(() -> allowances.presence(ANN)));
        assertEquals(2, allowed(() -> allowances.ephemeral(ANN)));
        assertNull(allowances.history(BEN));
    }

    @Test
    void readsUnderWayAreLimited() {
        // reads-in-flight-max: over all sessions of an account; one that ended makes room.
        assertNull(allowances.readBegins(ANN));
        assertNull(allowances.readBegins(ANN));
        assertNotNull(allowances.readBegins(ANN));
        assertNull(allowances.readBegins(BEN));
        allowances.readEnded(ANN);
        assertNull(allowances.readBegins(ANN));
    }

    private static int allowed(java.util.function.Supplier<ProtocolError> command) {
        int count = 0;
        while (command.get() == null) {
            count++;
        }
        return count;
    }
}
