package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.Health;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// The bus while Redis is killed, frozen, emptied or cut: what is missed is told, and it heals by
/// itself.
@ExtendWith(LeakChecker.class)
final class RedisBusFaultIT {
    private static final Duration TOLD_WITHIN = Await.promised(Duration.ofSeconds(5));
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(20);
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final RedisServer redis = RedisServer.start();
    private final List<BusNode> nodes = BusNode.together(redis.url(), 3);

    @BeforeEach
    void begin() {
        // What a slow start may have cost.
        nodes.forEach(node -> node.missed.set(0));
    }

    @AfterEach
    void end() {
        redis.thaw();
        nodes.forEach(BusNode::close);
        redis.close();
    }

    @Test
    void redisKilledAndBackEmptyIsToldAndHealed() {
        // I5: kill or replace it at any moment; the poll is told at once, and then the bus carries again.
        redis.kill9();
        awaitOdd();
        assertOwnHintsAreHeardAtOnce();
        nodes.forEach(node -> Await.until(
                "it knows that it is cut off", () -> node.missedWhy().contains("away")));
        redis.restart();
        BusNode.awaitSteady(nodes);
        nodes.forEach(node -> Await.until("it knows that it is back", () -> node.backs.get() > 0));
        assertCarries();
    }

    @Test
    void redisFrozenHoldsNobodyUp() {
        // I5, Bus: publish never blocks, and what waits is bounded.
        redis.freeze();
        long begin = System.nanoTime();
        for (int i = 0; i < 200_000; i++) {
            nodes.getFirst().publish(i % 100, i);
        }
        assertTrue(
                System.nanoTime() - begin
                        < Await.promised(Duration.ofSeconds(5)).toNanos(),
                "publishing waits for nobody");
        assertTrue(nodes.getFirst().gauge("parley.cluster.queued.bytes") < 8 * 8_388_608);
        awaitOdd();
        redis.thaw();
        BusNode.awaitSteady(nodes);
        assertCarries();
    }

    @Test
    void everythingFlushedIsToldAndHealed() {
        // I5: flush it at any moment. Streams, leases and sessions are gone; the ids may begin anew.
        assertCarries();
        redis.flush();
        awaitTold();
        BusNode.awaitSteady(nodes);
        assertCarries();
    }

    @Test
    void connectionsCutAgainAndAgainLoseNothingUnseen() {
        // I5: either a hint arrives or its loss is told; a short cut alone loses nothing.
        BusNode from = nodes.getFirst();
        BusNode to = nodes.get(1);
        long first = NUMBERS.get();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 50; i++) {
                from.publish(9, NUMBERS.incrementAndGet());
            }
            String unused = redis.command("CLIENT KILL TYPE normal SKIPME yes");
        }
        long sent = NUMBERS.get() - first;
        BusNode.awaitSteady(nodes);
        assertCarries();
        Await.until("all is heard or told", () -> to.heard(9).size() == sent || to.missed.get() > 0);
        List<Long> heard = to.heard(9);
        assertEquals(heard.stream().sorted().distinct().toList(), heard, "in order and none twice");
    }

    @Test
    void aStreamTrimmedPastAReaderIsTold() {
        // Design 6: a position that the stream no longer covers.
        BusNode from = nodes.getFirst();
        from.publish(9, 1);
        Await.until(
                "it is heard",
                () -> nodes.stream().allMatch(node -> node.heard(9).equals(List.of(1L))));
        int partition = parley.cluster.internal.Partitions.of(9);
        // What stands behind the last entry is gone before anybody can read it: a number is used up without an entry.
        int before = nodes.get(1).missed.get();
        redis.command("CLIENT PAUSE 300 WRITE");
        from.publish(9, 2);
        from.publish(9, 3);
        String unused = redis.command("XTRIM " + ClusterKeys.partition(partition) + " MAXLEN 0");
        Await.until(
                TOLD_WITHIN,
                "told or heard",
                () -> nodes.get(1).missed.get() > before
                        || nodes.get(1).heard(9).equals(List.of(1L, 2L, 3L)));
    }

    @Test
    void idsThatWentBackAreToldAndHealed() {
        // Design 6: ids that went back, as after a failover to a server that had less.
        BusNode from = nodes.getFirst();
        String stream = ClusterKeys.partition(parley.cluster.internal.Partitions.of(9));
        String signals =
                ClusterKeys.signals(parley.cluster.internal.Partitions.group(parley.cluster.internal.Partitions.of(9)));
        for (String key : List.of(stream, signals)) {
            String id = redis.command("XADD " + key + " 18446744073709551615-5 m x");
            assertTrue(id.startsWith("$"), id);
        }
        Await.until(
                "the forged entries are seen",
                () -> nodes.stream().allMatch(node -> node.count("parley.cluster.invalid") >= 2));
        String unused = redis.command("DEL " + stream + " " + signals);
        from.publish(9, 1);
        awaitTold();
        Await.until(HEALED_WITHIN, "the bus carries again", () -> {
            from.publish(9, NUMBERS.incrementAndGet());
            return nodes.stream().allMatch(node -> node.heard(9).contains(NUMBERS.get() - 1));
        });
    }

    /// While it is odd, nobody relies on the bus, and health says why.
    private void awaitOdd() {
        awaitTold();
        for (BusNode node : nodes) {
            Await.until(TOLD_WITHIN, "nobody relies on it, and health says why", () -> {
                Health health = node.cluster.probes().getFirst().check();
                return !node.cluster.bus().isSteady()
                        && health.status() == Health.Status.DEGRADED
                        && health.reason().contains("polling the database");
            });
        }
    }

    private void awaitTold() {
        for (BusNode node : nodes) {
            Await.until(TOLD_WITHIN, "it is told that hints may be missed", () -> node.missed.get() > 0);
        }
    }

    private void assertOwnHintsAreHeardAtOnce() {
        BusNode node = nodes.getFirst();
        long number = NUMBERS.incrementAndGet();
        node.publish(77, number);
        assertTrue(node.heard(77).contains(number), "a node needs no Redis for its own sessions");
    }

    private void assertCarries() {
        for (BusNode from : nodes) {
            for (BusNode to : nodes) {
                Await.until(HEALED_WITHIN, "hints arrive", () -> from.arrivesAt(to, NUMBERS.incrementAndGet()));
            }
        }
    }
}
