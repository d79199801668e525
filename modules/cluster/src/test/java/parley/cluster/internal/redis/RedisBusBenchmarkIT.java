package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.cluster.Cluster;
import parley.cluster.internal.NodeIdentity;
import parley.cluster.wiring.ClusterConfig;
import parley.cluster.wiring.ClusterRedis;
import parley.redis.RedisConfig;
import parley.testkit.Await;
import parley.testkit.RedisServer;

/// Figures of the bus, by hand: three nodes in one process, Redis beside them.
@Tag("long")
final class RedisBusBenchmarkIT {
    private static final int NODES = 3;
    private static final int HINT_BYTES = 300;
    private static final int KEYS = 100;

    private final RedisServer redis = RedisServer.start();
    private final List<Cluster> clusters = new ArrayList<>();
    private final long[] nanos = new long[4_000_000];
    private final AtomicInteger heard = new AtomicInteger();
    private volatile boolean isMeasuring;

    @Test
    void latencyAndThroughput() throws Exception {
        // Figures: 2,000 hints a second over 100 keys, from publish to received on the other nodes.
        for (int i = 0; i < NODES; i++) {
            int own = i;
            Cluster cluster = RedisCluster.start(
                    NodeIdentity.of(new ClusterConfig("n" + i, "1", "", InstantSource.system())),
                    ClusterRedis.of(RedisConfig.at(redis.url()), BusNode.SECRET),
                    new SimpleMeterRegistry());
            clusters.add(cluster);
            cluster.bus().listen(payload -> {
                ByteBuffer in = ByteBuffer.wrap(payload);
                if (isMeasuring && in.getInt() != own) {
                    nanos[heard.getAndIncrement() % nanos.length] = System.nanoTime() - in.getLong();
                }
            });
        }
        Await.until(
                Duration.ofSeconds(20),
                "steady",
                () -> clusters.stream()
                        .allMatch(cluster ->
                                cluster.nodes().size() == NODES && cluster.bus().isSteady()));
        int measured = paced(2_000, 3);
        assertTrue(measured > 0);
        for (int rate : List.of(2_000, 2_000, 2_000, 10_000, 30_000)) {
            measured = paced(rate, 5);
            assertTrue(measured > 0);
        }
        flat(10);
        clusters.forEach(Cluster::close);
        redis.close();
    }

    private int paced(int perSecond, int seconds) throws InterruptedException {
        begin();
        long cpu = cpu();
        long start = System.nanoTime();
        int count = perSecond * seconds;
        for (int i = 0; i < count; i++) {
            long due = start + (long) i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            publish(i);
        }
        return report(perSecond + "/s", count, start, cpu);
    }

    private void flat(int seconds) throws InterruptedException {
        begin();
        long cpu = cpu();
        long start = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - start < seconds * 1_000_000_000L) {
            publish(count++);
            if (count - heard.get() / (NODES - 1) > 20_000) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        int unused = report("as fast as it goes", count, start, cpu);
    }

    private void begin() {
        heard.set(0);
        isMeasuring = true;
    }

    private void publish(int i) {
        int node = i % NODES;
        byte[] payload = ByteBuffer.allocate(HINT_BYTES)
                .putInt(node)
                .putLong(System.nanoTime())
                .array();
        clusters.get(node).bus().publish(i % KEYS, payload);
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private int report(String what, int count, long start, long cpuBefore) {
        Await.until(Duration.ofSeconds(10), "all came", () -> heard.get() >= count * (NODES - 1));
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = (cpu() - cpuBefore) / 1e9;
        isMeasuring = false;
        int n = Math.min(heard.get(), nanos.length);
        long[] sorted = Arrays.copyOf(nanos, n);
        Arrays.sort(sorted);
        System.out.printf(
                "%s: %d hints in %.1f s = %.0f/s; to the others p50 %.2f p99 %.2f p99.9 %.2f max %.1f ms; %.2f cores of all nodes%n",
                what,
                count,
                seconds,
                count / seconds,
                at(sorted, 0.5),
                at(sorted, 0.99),
                at(sorted, 0.999),
                at(sorted, 1),
                cpu / seconds);
        return n;
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * share))] / 1e6;
    }
}
