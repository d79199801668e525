package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.cluster.Signals;
import parley.cluster.internal.Partitions;
import parley.cluster.wiring.ClusterRedis;
import parley.kernel.AccountId;
import parley.kernel.Health;
import parley.kernel.Secret;
import parley.redis.RedisConfig;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// Somebody who reaches Redis but does not know the secret.
@ExtendWith(LeakChecker.class)
final class ForgeryIT {
    private static final long KEY = 9;
    private static final String STREAM = ClusterKeys.partition(Partitions.of(KEY));

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final StatefulRedisConnection<String, byte[]> attacker =
            client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    private final List<BusNode> nodes = BusNode.patient(redis.url(), 2);

    @AfterEach
    void end() {
        nodes.forEach(BusNode::close);
        attacker.close();
        client.shutdown();
        redis.close();
    }

    @Test
    void nothingThatIsForgedIsHeardAndNothingBreaks() {
        // S25: garbage, huge, wrong secret, another version, replayed here or in another stream.
        nodes.getFirst().publish(KEY, 1);
        Await.until("it is heard", () -> nodes.get(1).heard(KEY).equals(List.of(1L)));
        byte[] genuine = attacker.sync()
                .xrevrange(STREAM, io.lettuce.core.Range.unbounded())
                .getFirst()
                .getBody()
                .getOrDefault(BusCodec.FIELD, new byte[0]);
        BusCodec other = new BusCodec(new Seal(new Secret("of somebody else")));
        var hints = new BusMessage.Hints(5, 1, List.of(BusNode.payload(KEY, 666)));
        byte[] garbage = new byte[500];
        new Random(1).nextBytes(garbage);
        inject(STREAM, BusCodec.FIELD, garbage);
        inject(STREAM, BusCodec.FIELD, new byte[5_000_000]);
        inject(STREAM, BusCodec.FIELD, new byte[0]);
        inject(STREAM, "another", garbage);
        inject(STREAM, BusCodec.FIELD, other.encode(STREAM, hints));
        inject(STREAM, BusCodec.FIELD, genuine);
        inject(ClusterKeys.partition((Partitions.of(KEY) + 8) % Partitions.COUNT), BusCodec.FIELD, genuine);
        inject(ClusterKeys.signals(Partitions.group(Partitions.of(KEY))), BusCodec.FIELD, genuine);
        boolean unused = attacker.sync().hset(ClusterKeys.LEASES, "0123456789abcdef", garbage);
        Await.until(
                "all of it is seen", () -> nodes.stream().allMatch(node -> node.count("parley.cluster.invalid") >= 7));
        nodes.forEach(node -> assertTrue(node.missed.get() > 0, "at most a reason to read the log"));
        nodes.getFirst().publish(KEY, 2);
        for (BusNode node : nodes) {
            Await.until("the bus goes on", () -> node.heard(KEY).equals(List.of(1L, 2L)));
            assertEquals(List.of("a", "b"), node.names().stream().sorted().toList());
            Await.until("once each", () -> node.received.get() == 2);
        }
        Await.until(
                "health says so",
                () -> nodes.get(1).cluster.probes().getFirst().check().reason().contains("cannot prove"));
    }

    @Test
    void nodesWithUnequalSecretsDoNotBelieveEachOther() {
        // S25, configuration: cluster.secret must be the same on all nodes; health tells that it is not.
        try (BusNode stranger =
                new BusNode("s", ClusterRedis.of(RedisConfig.at(redis.url()), new Secret("not that of the others")))) {
            stranger.publish(KEY, 666);
            stranger.cluster.signals().publish(Signals.Topic.ORDER, KEY, new byte[] {1});
            stranger.cluster.registry().add(new AccountId(1), 1, "");
            for (BusNode node : nodes) {
                Await.until(
                        "health says so",
                        () -> node.cluster.probes().getFirst().check().status() == Health.Status.DEGRADED);
                Await.until("nobody relies on it", () -> !node.cluster.bus().isSteady());
                assertEquals(List.of(), node.heard(KEY));
                assertEquals(2, node.cluster.nodes().size());
            }
            assertEquals(1, stranger.cluster.nodes().size());
            assertEquals(Map.of(), nodes.getFirst().cluster.registry().find(List.of(new AccountId(1))));
        }
    }

    private void inject(String stream, String field, byte[] bytes) {
        String unused = attacker.sync().xadd(stream, Map.of(field, bytes));
    }
}
