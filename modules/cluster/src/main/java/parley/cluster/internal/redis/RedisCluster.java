package parley.cluster.internal.redis;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import parley.cluster.Bus;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeStatus;
import parley.cluster.NodeWatch;
import parley.cluster.Registry;
import parley.cluster.Signals;
import parley.cluster.internal.LocalDelivery;
import parley.cluster.internal.Partitions;
import parley.cluster.wiring.ClusterRedis;
import parley.kernel.Health;
import parley.kernel.Probe;
import parley.redis.RedisPlace;
import parley.redis.link.RedisClients;
import parley.redis.link.RedisLink;

/// A cluster of nodes that reach each other through Redis. Made of a thread that writes and one that
/// reads, each with a connection of its own: one pair for all groups of partitions, in a Redis Cluster one
/// for each group; of the thread of the [Leases]; and of that of the registry. Redis may be away at any moment, also at
/// the start. Thread-safe.
public final class RedisCluster implements Cluster {
    /// Own beats go out each second; one that is so late counts as lost.
    private static final long BEAT_NANOS_MAX = Duration.ofMillis(2_500).toNanos();

    private static final Duration JUNK_SHOWN_FOR = Duration.ofMinutes(1);
    private static final int SIGNAL_BYTES_MAX = 256 * 1024;
    private static final Duration FLUSH_WITHIN = Duration.ofSeconds(2);

    private final Node self;
    private final RedisClients clients;
    private final LocalDelivery local = new LocalDelivery();
    private final List<GroupState> states = new ArrayList<>();
    private final List<Way> ways = new ArrayList<>();
    private final Steadiness steadiness;
    private final RedisLink control;
    private final Leases leases;
    private final RedisRegistry registry;
    private final RedisBus bus;
    private final RedisSignals signals;

    /// For tests: how long something odd is remembered.
    record Pace(Duration oddFor, Leases.Timing leases) {
        static final Pace USUAL = new Pace(Duration.ofMinutes(10), Leases.Timing.USUAL);
    }

    /// What carries some groups.
    private record Way(RedisLink link, BusReader reader, Thread writing, Thread reading) {}

    /// Starts; does not wait for Redis.
    public static RedisCluster start(Node self, ClusterRedis config, MeterRegistry registry) {
        return start(self, config, registry, Pace.USUAL);
    }

    static RedisCluster start(Node self, ClusterRedis config, MeterRegistry registry, Pace pace) {
        RedisCluster cluster = new RedisCluster(self, config, new ClusterMetrics(registry), pace);
        cluster.ways.forEach(way -> {
            way.writing().start();
            way.reading().start();
        });
        cluster.leases.start();
        cluster.registry.start();
        return cluster;
    }

    private RedisCluster(Node self, ClusterRedis config, ClusterMetrics metrics, Pace pace) {
        this.self = self;
        this.clients = new RedisClients(config.server());
        this.steadiness = new Steadiness(local, pace.oddFor(), metrics);
        Seal seal = new Seal(config.secret());
        boolean isSpread = config.server().place().mode() == RedisPlace.Mode.CLUSTER;
        Doorbell shared = new Doorbell();
        for (int group = 0; group < Partitions.GROUPS; group++) {
            Doorbell doorbell = isSpread ? new Doorbell() : shared;
            states.add(new GroupState(new OutQueue(config.queueBytesMax(), SIGNAL_BYTES_MAX, doorbell), doorbell));
        }
        this.bus = new RedisBus(local, states, steadiness, metrics);
        this.signals = new RedisSignals(states, metrics);
        BusCodec codec = new BusCodec(seal);
        int each = isSpread ? 1 : Partitions.GROUPS;
        for (int group = 0; group < Partitions.GROUPS; group += each) {
            ways.add(way(group, each, codec, config, metrics));
        }
        this.control = new RedisLink(clients, metrics::error);
        this.leases = new Leases(self, seal, control, pace.leases(), steadiness, new Watched());
        this.registry = new RedisRegistry(self.bootId(), seal, control, leases::others);
        metrics.watch(
                () -> states.stream()
                        .mapToLong(state -> state.queue().hintBytes())
                        .sum(),
                () -> leases.others().size() + 1,
                () -> steadiness.isSteady() ? 1 : 0);
    }

    /// What carries `count` groups from `first` on.
    private Way way(int first, int count, BusCodec codec, ClusterRedis config, ClusterMetrics metrics) {
        var limits = new GroupPublisher.StreamLimits(
                config.streamEntriesMax(), config.streamBytesMax(), config.streamAgeMax());
        List<GroupPublisher> publishers = new ArrayList<>();
        List<GroupReader> readers = new ArrayList<>();
        for (int group = first; group < first + count; group++) {
            var place = new GroupPublisher.Place(group, BootIds.number(self.bootId()), codec);
            publishers.add(new GroupPublisher(place, limits, states.get(group), metrics));
            readers.add(new GroupReader(place, states.get(group), new Hearing(), metrics));
        }
        RedisLink link = new RedisLink(clients, metrics::error);
        BusReader reader = new BusReader(readers, clients, metrics);
        return new Way(
                link,
                reader,
                Thread.ofPlatform()
                        .daemon()
                        .name("cluster-writer-" + first)
                        .unstarted(new BusWriter(publishers, states.get(first).doorbell(), link, metrics)),
                Thread.ofPlatform().daemon().name("cluster-reader-" + first).unstarted(reader));
    }

    /// What the readers hand over.
    private final class Hearing implements GroupReader.Heard {
        @Override
        public void hint(int partition, byte[] payload) {
            local.deliver(partition, payload);
        }

        @Override
        public void signal(long boot, int topic, byte[] payload) {
            if (topic == OutQueue.LATEST_CODE) {
                bus.latest(payload);
            } else {
                signals.deliver(boot, topic, payload);
            }
        }

        @Override
        public void goodbye(long boot) {
            leases.goodbye(BootIds.text(boot));
        }

        @Override
        public void missed(String reason) {
            steadiness.missed(reason);
        }

        @Override
        public void rolledBack() {
            steadiness.missed("rollback");
            registry.announceAgain();
        }

        @Override
        public void junk(String reason) {
            steadiness.junk(reason);
        }
    }

    /// What the thread of the leases looks after.
    private final class Watched implements Leases.Watched {
        private final Set<GroupState> beating = new HashSet<>();

        @Override
        public boolean look(long nowNanos) {
            boolean areAll = true;
            for (GroupState group : states) {
                if (group.isBeating(nowNanos, BEAT_NANOS_MAX)) {
                    boolean unused = beating.add(group);
                } else {
                    areAll = false;
                    if (beating.remove(group)) {
                        group.locate();
                        steadiness.missed("silent");
                    }
                }
            }
            return areAll;
        }

        @Override
        public void announceAgain() {
            registry.announceAgain();
        }
    }

    @Override
    public Node self() {
        return self;
    }

    @Override
    public List<NodeStatus> nodes() {
        return leases.nodes();
    }

    @Override
    public Optional<Node> lapsed(String name) {
        return leases.lapsed(name);
    }

    @Override
    public void report(Supplier<NodeStatus.Load> load) {
        leases.report(load);
    }

    @Override
    public void watch(NodeWatch watch) {
        leases.watch(watch);
    }

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public Signals signals() {
        return signals;
    }

    @Override
    public Registry registry() {
        return registry;
    }

    @Override
    public List<Probe> probes() {
        return List.of(new Probe() {
            @Override
            public String name() {
                return "bus";
            }

            @Override
            public Health check() {
                return health();
            }
        });
    }

    private Health health() {
        if (!local.isHeard()) {
            return Health.down("nobody listens to the bus of this node");
        }
        if (!steadiness.isCarrying()) {
            return Health.degraded("Redis does not carry hints; delivery between nodes goes by polling the database");
        }
        if (steadiness.wasJunkWithin(JUNK_SHOWN_FOR)) {
            return Health.degraded("Redis holds what this cluster cannot prove: a node has another cluster.secret or a"
                    + " newer version, or somebody else writes there; delivery goes by polling the database");
        }
        if (leases.isNameTaken()) {
            return Health.degraded("another node is named '" + self.name() + "' too; node.name must be unique");
        }
        return Health.up();
    }

    /// Gives the lease up, writes what waits, says goodbye and ends. Blocks for a few seconds at most,
    /// also without Redis.
    @Override
    public void close() {
        registry.close();
        leases.close();
        states.forEach(group -> group.queue().close());
        long until = System.nanoTime() + FLUSH_WITHIN.toNanos();
        ways.forEach(way -> end(way.writing(), until));
        ways.forEach(way -> way.reader().close());
        ways.forEach(way -> way.reading().interrupt());
        ways.forEach(way -> end(way.reading(), System.nanoTime() + FLUSH_WITHIN.toNanos()));
        ways.forEach(way -> way.link().close());
        control.close();
        clients.close();
        local.close();
    }

    private static void end(Thread thread, long untilNanos) {
        try {
            long left = Math.max(1, untilNanos - System.nanoTime());
            if (!thread.join(Duration.ofNanos(left))) {
                thread.interrupt();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
