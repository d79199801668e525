package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.cluster.NodeStatus;
import parley.kernel.AccountId;
import parley.kernel.Health;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// Who lives, and where whose sessions are.
@ExtendWith(LeakChecker.class)
final class MembershipIT {
    /// Until a node that joined, or left, is seen by the others.
    private static final Duration TOLD_WITHIN = Await.promised(Duration.ofSeconds(2));

    /// For what has no time that is promised.
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(20);

    private final RedisServer redis = RedisServer.start();
    private final BusNode a = BusNode.patient("a", redis.url());
    private final BusNode b = BusNode.patient("b", redis.url());

    @AfterEach
    void end() {
        a.close();
        b.close();
        redis.close();
    }

    @Test
    void aNodeThatJoinsAndOneThatLeavesAreSeenAtOnce() {
        // Cluster: a node that joins or goes is seen in 2 s; a clean end tells at once and makes nothing odd.
        BusNode.awaitSteady(List.of(a, b));
        try (BusNode c = BusNode.patient("c", redis.url())) {
            c.cluster.report(() -> new NodeStatus.Load(7, true));
            Await.until(TOLD_WITHIN, "c is seen", () -> a.names().equals(List.of("a", "b", "c")));
            Await.until(
                    SEEN_WITHIN,
                    "how c is, is seen",
                    () -> a.cluster.nodes().get(2).load().equals(new NodeStatus.Load(7, true)));
            Await.until(SEEN_WITHIN, "b sees all, itself first", () -> b.names().equals(List.of("b", "a", "c")));
        }
        Await.until(TOLD_WITHIN, "c is gone", () -> a.names().equals(List.of("a", "b")));
        Await.until(SEEN_WITHIN, "it is told", () -> a.comings.containsAll(List.of("+b", "+c", "-c")));
        assertEquals(0, a.losses() + a.count("parley.cluster.missed", "reason", "lapse"), a::missedWhy);
        Await.until(SEEN_WITHIN, "a is steady", a.cluster.bus()::isSteady);
    }

    @Test
    void aNodeThatStartsAgainUnderItsNameIsAnotherOneAndTwoAtOnceAreToldOf() {
        // Decision: a name that is taken is no reason not to start; health says so.
        BusNode.awaitSteady(List.of(a, b));
        try (BusNode twin = BusNode.patient("a", redis.url())) {
            Await.until(
                    SEEN_WITHIN,
                    "a says so",
                    () -> a.cluster.probes().getFirst().check().status() == Health.Status.DEGRADED);
            Await.until(
                    SEEN_WITHIN,
                    "its twin too",
                    () -> twin.cluster.probes().getFirst().check().reason().contains("'a'"));
        }
        Await.until(
                SEEN_WITHIN,
                "a is alone",
                () -> a.cluster.probes().getFirst().check().status() == Health.Status.UP);
    }

    @Test
    void sessionsAreFoundAtTheNodesThatHaveThemAndGoWithThem() {
        // Registry: a session counts while the lease of its node holds.
        BusNode.awaitSteady(List.of(a, b));
        AccountId ann = new AccountId(1L << 60);
        AccountId bob = new AccountId(5);
        b.cluster.registry().add(ann, 11, "{\"device\":\"é\"}");
        b.cluster.registry().add(ann, 12, "");
        b.cluster.registry().add(bob, 13, "x");
        b.cluster.registry().add(bob, 13, "y");
        Await.until("ann is found", () -> places(a, ann).equals(List.of("11 {\"device\":\"é\"}", "12 ")));
        Await.until("bob is found once", () -> places(a, bob).equals(List.of("13 y")));
        assertEquals(List.of(), places(b, ann));
        b.cluster.registry().remove(ann, 11);
        b.cluster.registry().remove(bob, 13);
        Await.until("one session went", () -> places(a, ann).equals(List.of("12 ")));
        Await.until("bob went", () -> places(a, bob).isEmpty());
        b.close();
        Await.until(SEEN_WITHIN, "ann went with her node", () -> places(a, ann).isEmpty());
    }

    @Test
    void manyChangesAtOnceCountInTheirOrder() {
        // Registry: what came and went while a command was under way goes with the next one, in order.
        BusNode.awaitSteady(List.of(a, b));
        AccountId last = new AccountId(300);
        for (int round = 0; round < 5; round++) {
            for (int i = 1; i <= 300; i++) {
                b.cluster.registry().add(new AccountId(i), round * 2L + 1, "round " + round);
                b.cluster.registry().remove(new AccountId(i), round * 2L + 1);
                b.cluster.registry().add(new AccountId(i), round * 2L + 2, "round " + round);
                if (round > 0) {
                    b.cluster.registry().remove(new AccountId(i), round * 2L);
                }
            }
        }
        Await.until("the last one is told", () -> places(a, last).equals(List.of("10 round 4")));
        for (int i = 1; i <= 300; i++) {
            assertEquals(List.of("10 round 4"), places(a, new AccountId(i)));
        }
    }

    @Test
    void sessionsAreAnnouncedAgainAfterRedisLostThemAndTheirListIsReadSlowly() {
        // Registry: what is here may be lost with Redis at any moment and is announced again then.
        BusNode.awaitSteady(List.of(a, b));
        List<parley.cluster.Registry.Announced> sessions = new java.util.ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            sessions.add(new parley.cluster.Registry.Announced(new AccountId(i), i, "d"));
        }
        b.cluster.registry().announceFrom(sessions::stream);
        AccountId last = new AccountId(1_000);
        assertEquals(List.of(), places(a, last));
        long begin = System.nanoTime();
        redis.flush();
        Await.until("all are announced", () -> places(a, last).equals(List.of("1000 d")));
        assertTrue(System.nanoTime() - begin > Duration.ofMillis(400).toNanos(), "2,000 per second at most");
        List<AccountId> all = sessions.stream()
                .map(parley.cluster.Registry.Announced::account)
                .toList();
        assertEquals(1_000, a.cluster.registry().find(all).size());
    }

    private static List<String> places(BusNode node, AccountId account) {
        return node.cluster.registry().find(List.of(account)).getOrDefault(account, List.of()).stream()
                .map(place -> place.session() + " " + place.detail())
                .toList();
    }
}
