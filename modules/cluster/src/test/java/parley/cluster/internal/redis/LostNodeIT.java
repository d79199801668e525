package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// A node that dies, and one that stands still for a time.
@ExtendWith(LeakChecker.class)
final class LostNodeIT {
    /// Until a node that was killed is seen as gone.
    private static final Duration GONE_WITHIN = Await.promised(Duration.ofSeconds(4));

    /// For what has no time that is promised.
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(10);

    private static final Duration STARTED_WITHIN = Duration.ofSeconds(60);
    private static final List<AccountId> ITS_PEOPLE = List.of(new AccountId(1));

    private final RedisServer redis = RedisServer.start();
    private final BusNode a = new BusNode("a", redis.url());
    private final ChildProcess b =
            ChildJvm.main(Checkout.temporaryFolder("node"), Map.of(), NodeProgram.class, redis.url(), "b");

    @BeforeEach
    void begin() {
        String unused = b.awaitLine(STARTED_WITHIN, "steady");
        Await.until(
                STARTED_WITHIN,
                "b is seen and steady",
                () -> !a.comings.isEmpty()
                        && a.comings.getLast().equals("+b")
                        && a.cluster.bus().isSteady()
                        && hasItsPeople());
    }

    @AfterEach
    void end() {
        b.close();
        a.close();
        redis.close();
    }

    @Test
    void aNodeThatIsKilledIsGoneWithItsSessions() {
        // Joins and leaves are seen within 2 s; a node that was killed may have committed what it did not publish.
        int before = a.missed.get();
        long begin = System.nanoTime();
        b.kill9();
        Await.until(GONE_WITHIN, "b is gone", () -> a.comings.getLast().equals("-b"));
        assertFalse(a.cluster.bus().isSteady());
        System.out.println("a killed node was seen as gone after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        assertTrue(a.missed.get() > before, a::missedWhy);
        assertEquals(Map.of(), a.cluster.registry().find(ITS_PEOPLE));
        Await.until("steady again after a while", a.cluster.bus()::isSteady);
    }

    @Tag("faults")
    @Test
    void aNodeThatStoodStillKnowsItAndAnnouncesItsSessionsAgain() {
        // Design 6: a node that was frozen reads the log before it goes on, and announces its sessions again.
        b.freeze();
        Await.until(SEEN_WITHIN, "b is gone", () -> a.comings.getLast().equals("-b"));
        redis.flush();
        b.thaw();
        Await.until(SEEN_WITHIN, "b is back", () -> a.comings.getLast().equals("+b"));
        Await.until(SEEN_WITHIN, "it knows", () -> b.stdout().contains("missed"));
        Await.until(SEEN_WITHIN, "its sessions are found again", this::hasItsPeople);
    }

    private boolean hasItsPeople() {
        return a.cluster.registry().find(ITS_PEOPLE).size() == 1;
    }
}
