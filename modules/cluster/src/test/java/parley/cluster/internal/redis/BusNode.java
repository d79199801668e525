package parley.cluster.internal.redis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import parley.cluster.Bus;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeStatus;
import parley.cluster.NodeWatch;
import parley.cluster.internal.NodeIdentity;
import parley.cluster.wiring.ClusterConfig;
import parley.cluster.wiring.ClusterRedis;
import parley.kernel.Secret;
import parley.redis.RedisConfig;
import parley.testkit.Await;

/// A node of a test: a cluster on a real Redis, and all that it heard.
final class BusNode implements AutoCloseable, Bus.Listener, NodeWatch {
    static final Secret SECRET = new Secret("the cluster's secret of this test");
    static final long ARRIVING = 1_000;
    static final Duration ODD_FOR = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Cluster cluster;
    final AtomicInteger missed = new AtomicInteger();
    final AtomicInteger backs = new AtomicInteger();
    final AtomicLong received = new AtomicLong();
    final List<String> comings = new CopyOnWriteArrayList<>();

    /// The numbers that were heard of each key, in order.
    final Map<Long, List<Long>> heard = new ConcurrentHashMap<>();

    BusNode(String name, String url) {
        this(name, RedisConfig.at(url));
    }

    BusNode(String name, RedisConfig server) {
        this(name, ClusterRedis.of(server, SECRET));
    }

    BusNode(String name, ClusterRedis redis) {
        this(name, redis, Leases.Timing.USUAL);
    }

    private BusNode(String name, ClusterRedis redis, Leases.Timing timing) {
        Node self = NodeIdentity.of(new ClusterConfig(name, "1", "http://127.0.0.1/", InstantSource.system()));
        cluster = RedisCluster.start(self, redis, registry, new RedisCluster.Pace(ODD_FOR, timing));
        cluster.bus().listen(this);
        cluster.watch(this);
    }

    /// One that loses nothing and nobody while the machine stands still for some seconds.
    static BusNode patient(String name, String url) {
        RedisConfig usual = RedisConfig.at(url);
        RedisConfig server =
                new RedisConfig(usual.place(), usual.login(), usual.sentinelLogin(), usual.tls(), PATIENCE);
        Leases.Timing usually = Leases.Timing.USUAL;
        return new BusNode(
                name,
                ClusterRedis.of(server, SECRET),
                new Leases.Timing(usually.renewEvery(), PATIENCE, usually.forget(), PATIENCE, PATIENCE));
    }

    /// Nodes `a`, `b`, ... that see each other and are steady.
    static List<BusNode> together(String url, int count) {
        return together(count, name -> new BusNode(name, url));
    }

    /// The same of patient ones.
    static List<BusNode> patient(String url, int count) {
        return together(count, name -> patient(name, url));
    }

    private static List<BusNode> together(int count, Function<String, BusNode> make) {
        List<BusNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(make.apply(String.valueOf((char) ('a' + i))));
        }
        awaitSteady(nodes);
        return nodes;
    }

    static void awaitSteady(List<BusNode> nodes) {
        for (BusNode node : nodes) {
            Await.until(
                    Duration.ofSeconds(20),
                    "all see each other and are steady",
                    () -> node.cluster.nodes().size() == nodes.size()
                            && node.cluster.bus().isSteady());
        }
    }

    @Override
    public void received(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        heard.computeIfAbsent(in.getLong(), any -> new CopyOnWriteArrayList<>()).add(in.getLong());
        long unused = received.incrementAndGet();
    }

    @Override
    public void missed() {
        int unused = missed.incrementAndGet();
    }

    @Override
    public void joined(Node node) {
        comings.add("+" + node.name());
    }

    @Override
    public void left(Node node) {
        comings.add("-" + node.name());
    }

    @Override
    public void back() {
        int unused = backs.incrementAndGet();
    }

    void publish(long key, long number) {
        cluster.bus().publish(key, payload(key, number));
    }

    /// Publishes `number` and says whether it came to `to` within a moment.
    boolean arrivesAt(BusNode to, long number) {
        publish(ARRIVING, number);
        long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
        while (System.nanoTime() - end < 0) {
            if (to.heard(ARRIVING).contains(number)) {
                return true;
            }
            LockSupport.parkNanos(200_000);
        }
        return false;
    }

    static byte[] payload(long key, long number) {
        return ByteBuffer.allocate(16).putLong(key).putLong(number).array();
    }

    List<Long> heard(long key) {
        return List.copyOf(heard.getOrDefault(key, List.of()));
    }

    List<String> names() {
        return cluster.nodes().stream().map(NodeStatus::node).map(Node::name).toList();
    }

    double count(String meter, String... tags) {
        return registry.find(meter).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /// How often numbers told of a loss; what a machine that stood still makes nodes say is no such
    /// loss.
    double losses() {
        return count("parley.cluster.missed", "reason", "gap") + count("parley.cluster.missed", "reason", "beat");
    }

    /// Why hints were said to be missed: reason and count.
    String missedWhy() {
        return registry.find("parley.cluster.missed").counters().stream()
                .map(counter -> counter.getId().getTag("reason") + " " + counter.count())
                .toList()
                .toString();
    }

    double gauge(String meter) {
        Gauge gauge = registry.find(meter).gauge();
        return gauge == null ? Double.NaN : gauge.value();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
