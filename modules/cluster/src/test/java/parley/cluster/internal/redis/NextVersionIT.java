package parley.cluster.internal.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisServer;

/// A node of the next version in one cluster with nodes of this one, played by hand: what it writes is
/// longer, or of a format that nobody here knows, and it knows the cluster's secret.
@ExtendWith(LeakChecker.class)
final class NextVersionIT {
    private static final byte NEXT = BusCodec.VERSION + 1;
    private static final byte UNKNOWN_KIND = 77;
    private static final long BOOT = 0x0123_4567_89ab_cdefL;

    private final Seal seal = new Seal(BusNode.SECRET);
    private final RedisServer redis = RedisServer.start();
    private final List<BusNode> nodes = BusNode.patient(redis.url(), 2);
    private final RedisClient client = RedisClient.create(redis.url());
    private final StatefulRedisConnection<String, byte[]> next =
            client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));

    @AfterEach
    void end() {
        next.close();
        client.shutdown();
        nodes.forEach(BusNode::close);
        redis.close();
    }

    @Test
    void whatTheNextVersionWritesIsAReasonToLookInTheDatabase() {
        // I8, format N beside N+1: the entry of an unknown version or kind says that something was committed; what
        // this version's nodes write among themselves goes on.
        for (byte[] entry : List.of(
                new byte[] {NEXT, 1, 2, 3}, new byte[] {NEXT}, head(BusCodec.VERSION, UNKNOWN_KIND), head(NEXT, (byte)
                        1))) {
            List<Integer> before = missed();
            write(ClusterKeys.partition(5), entry);
            Await.until("both look", () -> missed().get(0) > before.get(0) && missed().get(1) > before.get(1));
            nodes.getFirst().publish(9, entry.length);
        }
        Await.until("hints arrive", () -> nodes.get(1).heard(9).equals(List.of(4L, 1L, 18L, 18L)));
    }

    @Test
    void aLeaseWithMoreInItIsALease() {
        // I8: nodes of both versions see each other.
        String boot = BootIds.text(BOOT);
        Await.until("the next version's node is seen", () -> {
            String lease = "next\n2\nhttp://127.0.0.1/\n1700000000000\n3\n0\n" + System.nanoTime() + "\nmore\nand more";
            byte[] sealed = sealed(ClusterKeys.LEASES + " " + boot, lease.getBytes(StandardCharsets.UTF_8));
            boolean unused = next.sync().hset(ClusterKeys.LEASES, boot, sealed);
            return nodes.stream().allMatch(node -> node.names().contains("next"));
        });
    }

    private static byte[] head(byte version, byte kind) {
        return ByteBuffer.allocate(18)
                .put(version)
                .put(kind)
                .putLong(BOOT)
                .putLong(1)
                .array();
    }

    private List<Integer> missed() {
        return nodes.stream().map(node -> node.missed.get()).toList();
    }

    private byte[] sealed(String place, byte[] text) {
        byte[] all = new byte[text.length + Seal.BYTES];
        System.arraycopy(text, 0, all, 0, text.length);
        seal.seal(place, all);
        return all;
    }

    private void write(String stream, byte[] entry) {
        String unused = next.sync().xadd(stream, Map.of(BusCodec.FIELD, sealed(stream, entry)));
    }
}
