package parley.cluster.internal.redis;

import io.lettuce.core.ScriptOutputType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.cluster.Node;
import parley.cluster.NodeStatus;
import parley.cluster.NodeWatch;
import parley.redis.link.RedisLink;

/// Keeps this node's lease, sees those of the others, and watches over whether hints are carried. Has a
/// thread of its own, which is also the one that the [NodeWatch] is called on. Thread-safe.
final class Leases implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Leases.class.getName());

    /// How long a node that is gone without a word is remembered.
    private static final Duration LAPSED_KEPT = Duration.ofMinutes(10);

    private static final long LEASES_LIVE_MILLIS = Duration.ofMinutes(10).toMillis();

    private final Node self;
    private final Seal seal;
    private final RedisLink link;
    private final Timing timing;
    private final Steadiness steadiness;
    private final Watched watched;
    private final Membership membership;
    private final Thread thread;
    private final ConcurrentLinkedQueue<String> goodbyes = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Supplier<NodeStatus.Load>> load = new AtomicReference<>(() -> NodeStatus.Load.NONE);
    private final AtomicReference<@Nullable NodeWatch> watch = new AtomicReference<>();
    private final ConcurrentHashMap<String, Lapsed> lapsed = new ConcurrentHashMap<>();
    private volatile List<NodeStatus> alive = List.of();
    private volatile boolean isNameTaken;
    private volatile boolean isOpen = true;

    // The rest belongs to the thread.
    private final ForeignLeases foreign = new ForeignLeases();
    private long renewal;
    private long reachedAtNanos = System.nanoTime();
    private boolean wasReached;
    private boolean isCutOff;

    private record Lapsed(Node node, long atNanos) {
        boolean isOver(long nowNanos) {
            return nowNanos - atNanos > LAPSED_KEPT.toNanos();
        }
    }

    /// How often the lease is renewed, how long one lasts, when one that ended is deleted, how long
    /// without an answer Redis counts as away, and how long after the start.
    record Timing(Duration renewEvery, Duration lapse, Duration forget, Duration away, Duration first) {
        static final Timing USUAL = new Timing(
                Duration.ofMillis(250),
                Duration.ofMillis(1_400),
                Duration.ofMinutes(1),
                Duration.ofMillis(600),
                Duration.ofSeconds(5));
    }

    /// What this one watches over beside the leases.
    interface Watched {
        /// Looked after once per renewal; true while all ways between the nodes carry hints.
        boolean look(long nowNanos);

        /// What Redis holds of this node is gone, or may be.
        void announceAgain();
    }

    Leases(Node self, Seal seal, RedisLink link, Timing timing, Steadiness steadiness, Watched watched) {
        this.self = self;
        this.seal = seal;
        this.link = link;
        this.timing = timing;
        this.steadiness = steadiness;
        this.watched = watched;
        this.membership =
                new Membership(timing.lapse().toNanos(), timing.forget().toNanos());
        this.thread = Thread.ofPlatform().daemon().name("cluster-lease").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (isOpen) {
            try {
                turn();
            } catch (RuntimeException | Error bug) {
                LOG.log(Level.ERROR, "a turn of the lease failed; the next one follows", bug);
            }
            long before = System.nanoTime();
            LockSupport.parkNanos(timing.renewEvery().toNanos());
            ran(before, System.nanoTime());
        }
    }

    /// What takes a moment took so long that the others count this node as gone: nothing here ran.
    private void ran(long beforeNanos, long nowNanos) {
        if (wasReached && nowNanos - beforeNanos > timing.lapse().toNanos()) {
            membership.resume(nowNanos);
            steadiness.missed("frozen");
            watched.announceAgain();
        }
    }

    private void turn() {
        link.keep();
        long now = System.nanoTime();
        Optional<List<Object>> answer = renew(now);
        long later = System.nanoTime();
        ran(now, later);
        if (answer.isPresent()) {
            reached(answer.get(), later);
        } else if (!isCutOff && later - reachedAtNanos > (wasReached ? timing.away() : timing.first()).toNanos()) {
            isCutOff = true;
            steadiness.missed("away");
        }
        for (String boot = goodbyes.poll(); boot != null; boot = goodbyes.poll()) {
            tell(membership.goodbye(boot));
        }
        steadiness.carries(watched.look(later) && !isCutOff && wasReached);
    }

    private Optional<List<Object>> renew(long nowNanos) {
        Lease lease = new Lease(new NodeStatus(self, currentLoad()), ++renewal);
        List<byte[]> arguments = new ArrayList<>(
                List.of(ascii(self.bootId()), lease.encode(seal), ascii(Long.toString(LEASES_LIVE_MILLIS))));
        membership.forgotten(nowNanos).forEach(boot -> arguments.add(ascii(boot)));
        foreign.forgotten(nowNanos, timing.forget().toNanos()).forEach(boot -> arguments.add(ascii(boot)));
        return link.<List<Object>>ask(
                        "lease",
                        redis -> List.of(redis.<List<Object>>eval(
                                Scripts.RENEW_LEASE,
                                ScriptOutputType.MULTI,
                                new String[] {ClusterKeys.LEASES},
                                arguments.toArray(byte[][]::new))))
                .map(List::getFirst);
    }

    private void reached(List<Object> answer, long nowNanos) {
        boolean wasThere = answer.getFirst() instanceof Long was && was == 1;
        boolean wasAway = isCutOff || nowNanos - reachedAtNanos > timing.lapse().toNanos();
        if (wasAway) {
            membership.resume(nowNanos);
        }
        if (wasReached && !wasThere) {
            // Redis lost its memory, or this node was deleted as long gone.
            steadiness.missed("forgotten");
            watched.announceAgain();
        } else if (wasReached && nowNanos - reachedAtNanos > RedisRegistry.KEPT.toNanos()) {
            // The lease outlives a long silence, the sessions do not.
            watched.announceAgain();
        }
        boolean isBack = wasReached && wasAway;
        isCutOff = false;
        wasReached = true;
        reachedAtNanos = nowNanos;
        tell(membership.look(leases(answer, nowNanos), nowNanos));
        if (isBack) {
            tell(NodeWatch::back);
        }
    }

    private Map<String, Lease> leases(List<Object> answer, long nowNanos) {
        Map<String, Lease> leases = new HashMap<>();
        for (int i = 1; i + 1 < answer.size(); i += 2) {
            String boot = new String((byte[]) answer.get(i), StandardCharsets.US_ASCII);
            if (!boot.equals(self.bootId())) {
                Optional<Lease> lease = Lease.decode(seal, boot, (byte[]) answer.get(i + 1));
                if (lease.isPresent()) {
                    leases.put(boot, lease.get());
                } else if (foreign.isNew(boot, (byte[]) answer.get(i + 1), nowNanos)) {
                    steadiness.junk("lease");
                }
            }
        }
        return leases;
    }

    private void tell(List<Membership.Change> changes) {
        if (changes.isEmpty()) {
            alive = membership.alive();
            return;
        }
        alive = membership.alive();
        isNameTaken = alive.stream().anyMatch(status -> status.node().name().equals(self.name()));
        for (Membership.Change change : changes) {
            Node node = change.node();
            String what = change.isJoin() ? "joined" : change.isLapse() ? "is gone without a word" : "left";
            LOG.log(Level.INFO, "node {0} ({1}, boot {2}) {3}", node.name(), node.address(), node.bootId(), what);
            long now = System.nanoTime();
            lapsed.values().removeIf(one -> one.isOver(now));
            Lapsed unusedBefore = lapsed.remove(node.name());
            if (change.isLapse()) {
                Lapsed unused = lapsed.put(node.name(), new Lapsed(node, now));
                // It may have committed what it did not publish.
                steadiness.missed("lapse");
            }
            if (change.isJoin() && node.name().equals(self.name())) {
                LOG.log(
                        Level.WARNING,
                        "node.name must be unique in the cluster: ''{0}'' is also that of the node at {1}",
                        node.name(),
                        node.address());
            }
            tell(told -> {
                if (change.isJoin()) {
                    told.joined(node);
                } else {
                    told.left(node);
                }
            });
        }
    }

    private void tell(Consumer<NodeWatch> news) {
        NodeWatch told = watch.get();
        if (told == null) {
            return;
        }
        try {
            news.accept(told);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "the watch of the nodes failed", bug);
        }
    }

    private NodeStatus.Load currentLoad() {
        try {
            return load.get().get();
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "the load of this node could not be asked", bug);
            return NodeStatus.Load.NONE;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void report(Supplier<NodeStatus.Load> asked) {
        load.set(asked);
    }

    void watch(NodeWatch told) {
        if (!watch.compareAndSet(null, told)) {
            throw new IllegalStateException("the nodes are watched");
        }
    }

    /// Itself first, then the others by name.
    List<NodeStatus> nodes() {
        List<NodeStatus> all = new ArrayList<>(List.of(new NodeStatus(self, currentLoad())));
        all.addAll(alive);
        return List.copyOf(all);
    }

    Optional<Node> lapsed(String name) {
        Lapsed found = lapsed.get(name);
        return found == null || found.isOver(System.nanoTime()) ? Optional.empty() : Optional.of(found.node());
    }

    List<NodeStatus> others() {
        return alive;
    }

    boolean isNameTaken() {
        return isNameTaken;
    }

    /// A node said that it ends; told to the watch on this one's thread, at once.
    void goodbye(String bootId) {
        goodbyes.add(bootId);
        LockSupport.unpark(thread);
    }

    /// Renews no more and gives the lease up. Blocks for the command time-out at most.
    @Override
    public void close() {
        isOpen = false;
        LockSupport.unpark(thread);
        try {
            boolean unused = thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        Optional<List<Long>> unused =
                link.ask("lease", redis -> List.of(redis.hdel(ClusterKeys.LEASES, self.bootId())));
    }
}
