package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.cluster.Signals;
import parley.cluster.Signals.Topic;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// What may be lost.
@ExtendWith(LeakChecker.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SignalsIT {
    private final RedisServer redis = RedisServer.start();
    private final List<BusNode> nodes = BusNode.patient(redis.url(), 2);

    @AfterAll
    void end() {
        nodes.forEach(BusNode::close);
        redis.close();
    }

    @Test
    void signalsGoToTheOthersInOrderByTopicAndNotBack() {
        // Signals: to all other nodes, not to this one; one topic and key in order.
        List<String> own = new CopyOnWriteArrayList<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        Signals from = nodes.getFirst().cluster.signals();
        from.listen(Topic.TYPING, (boot, payload) -> own.add(boot));
        Signals to = nodes.get(1).cluster.signals();
        to.listen(Topic.ORDER, (boot, payload) -> heard.add(boot + " order " + payload[0]));
        to.listen(Topic.TYPING, (boot, payload) -> {
            heard.add(boot + " typing " + payload[0]);
            if (payload[0] == 50) {
                throw new IllegalStateException("on purpose");
            }
        });
        assertThrows(IllegalStateException.class, () -> to.listen(Topic.ORDER, (boot, payload) -> {}));
        String boot = nodes.getFirst().cluster.self().bootId();
        for (byte i = 0; i < 100; i++) {
            from.publish(Topic.TYPING, 5, new byte[] {i});
            from.publish(Topic.ORDER, 5, new byte[] {i});
            from.publish(Topic.PRESENCE, 5, new byte[] {i});
        }
        from.publish(Topic.ORDER, 5, new byte[20_000]);
        Await.until("all came", () -> heard.size() == 200);
        for (String topic : List.of(" order ", " typing ")) {
            assertEquals(
                    IntStream.range(0, 100).mapToObj(i -> boot + topic + i).toList(),
                    heard.stream().filter(text -> text.contains(topic)).toList());
        }
        assertTrue(own.isEmpty());
    }

    @Test
    void aFloodOfSignalsDelaysNoHintAndIsDropped() {
        // Signals: where room is short they are dropped first and counted.
        BusNode from = nodes.getFirst();
        byte[] payload = new byte[10_000];
        for (int i = 0; i < 5_000; i++) {
            from.cluster.signals().publish(Topic.USAGE, 5, payload);
            if (i % 10 == 0) {
                from.publish(6, i);
            }
        }
        Await.until("all hints came", () -> nodes.get(1).heard(6).size() == 500);
        assertEquals(0, nodes.get(1).losses(), nodes.get(1)::missedWhy);
        assertTrue(from.count("parley.cluster.dropped", "what", "signal", "reason", "full") > 0);
        assertEquals(0, from.count("parley.cluster.dropped", "what", "hint"));
    }
}
