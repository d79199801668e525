package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.cluster.internal.Partitions;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// Hints between nodes through a healthy Redis.
@ExtendWith(LeakChecker.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisBusIT {
    private final RedisServer redis = RedisServer.start();
    private final List<BusNode> nodes = BusNode.patient(redis.url(), 3);

    @AfterAll
    void end() {
        nodes.forEach(BusNode::close);
        redis.close();
    }

    @Test
    void hintsOfOneKeyArriveInOrderOnEveryNodeOnceAndInFewEntries() throws Exception {
        // Bus: hints of one key that one thread publishes arrive in that order; what waits goes together.
        long before = nodes.getFirst().received.get();
        List<Thread> publishers = IntStream.range(0, 3)
                .mapToObj(n -> Thread.ofPlatform().start(() -> {
                    for (long i = 0; i < 5_000; i++) {
                        nodes.get(n).publish(n * 1_000L + i % 50, i);
                    }
                }))
                .toList();
        for (Thread publisher : publishers) {
            publisher.join();
        }
        for (BusNode node : nodes) {
            Await.until("all hints are heard", () -> node.received.get() - before >= 15_000);
            assertEquals(15_000, node.received.get() - before);
            assertEquals(0, node.losses(), node::missedWhy);
            for (long key = 0; key < 50; key++) {
                for (int n = 0; n < 3; n++) {
                    long first = key;
                    assertEquals(
                            LongStream.range(0, 100)
                                    .map(i -> first + i * 50)
                                    .boxed()
                                    .toList(),
                            node.heard(n * 1_000L + key));
                }
            }
        }
        double entries = nodes.stream()
                .mapToDouble(node -> node.count("parley.cluster.entries.published"))
                .sum();
        assertTrue(entries < 10_000, "15,000 hints went in " + entries + " entries");
    }

    @Test
    void allPartitionsCarry() {
        // Design 6: 64 partitions in 8 slot groups.
        long[] keys = new long[Partitions.COUNT];
        for (long key = 10_000, found = 0; found < Partitions.COUNT; key++) {
            int partition = Partitions.of(key);
            if (keys[partition] == 0) {
                keys[partition] = key;
                found++;
            }
        }
        for (long key : keys) {
            nodes.getFirst().publish(key, 7);
        }
        for (long key : keys) {
            Await.until(
                    "key " + key,
                    () -> nodes.get(1).heard(key).equals(List.of(7L))
                            && nodes.get(2).heard(key).equals(List.of(7L)));
        }
    }
}
