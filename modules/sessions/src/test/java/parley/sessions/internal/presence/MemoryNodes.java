package parley.sessions.internal.presence;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeStatus;
import parley.cluster.NodeWatch;
import parley.cluster.Registry;
import parley.cluster.Signals;
import parley.kernel.AccountId;
import parley.kernel.Probe;
import parley.kernel.Unavailable;

/// A few nodes in one memory: signals travel when a test says so, and only those that it lets through;
/// the registry may be away. For one thread.
final class MemoryNodes {
    private final Map<String, One> nodes = new LinkedHashMap<>();
    private final Set<Cluster> lapsed = new HashSet<>();
    private final Deque<Runnable> travelling = new ArrayDeque<>();
    private final Map<AccountId, List<Registry.Place>> places = new HashMap<>();
    Predicate<Signals.Topic> passes = topic -> true;
    boolean redisAway;
    int asked;
    int written;
    int signals;

    Cluster node(String name) {
        Node node = new Node(name, "boot-" + name, "1", "", Instant.EPOCH);
        One one = new One(node);
        nodes.values().forEach(other -> other.tell(watch -> watch.joined(node)));
        nodes.put(node.bootId(), one);
        return one;
    }

    /// Hands over what is on its way.
    void deliver() {
        while (!travelling.isEmpty()) {
            travelling.remove().run();
        }
    }

    /// The node is no more, without a word.
    void kill(Cluster dead) {
        One unused = nodes.remove(dead.self().bootId());
        places.values()
                .forEach(all ->
                        all.removeIf(place -> place.bootId().equals(dead.self().bootId())));
        nodes.values().forEach(other -> other.tell(watch -> watch.left(dead.self())));
    }

    /// The others give the node up, which lives.
    void lapse(Cluster frozen) {
        boolean unused = lapsed.add(frozen);
        nodes.values().stream()
                .filter(other -> other != frozen)
                .forEach(other -> other.tell(watch -> watch.left(frozen.self())));
    }

    /// The others see it again.
    void back(Cluster frozen) {
        boolean unused = lapsed.remove(frozen);
        nodes.values().stream()
                .filter(other -> other != frozen)
                .forEach(other -> other.tell(watch -> watch.joined(frozen.self())));
        ((One) frozen).tell(NodeWatch::back);
    }

    private final class One implements Cluster, Signals, Registry {
        private final Node self;
        private final Map<Topic, Signals.Listener> listeners = new EnumMap<>(Topic.class);
        private @Nullable NodeWatch watch;

        One(Node self) {
            this.self = self;
        }

        void tell(Consumer<NodeWatch> news) {
            if (watch != null) {
                news.accept(watch);
            }
        }

        @Override
        public Node self() {
            return self;
        }

        @Override
        public List<NodeStatus> nodes() {
            return nodes.values().stream()
                    .filter(one -> one == this || !lapsed.contains(one))
                    .map(one -> new NodeStatus(one.self, NodeStatus.Load.NONE))
                    .toList();
        }

        @Override
        public void report(Supplier<NodeStatus.Load> load) {}

        @Override
        public void watch(NodeWatch watching) {
            watch = watching;
        }

        @Override
        public Bus bus() {
            return new Bus() {
                @Override
                public void publish(long key, byte[] payload) {}

                @Override
                public boolean isSteady() {
                    return true;
                }

                @Override
                public void listen(Bus.Listener listener) {}
            };
        }

        @Override
        public Signals signals() {
            return this;
        }

        @Override
        public Registry registry() {
            return this;
        }

        @Override
        public List<Probe> probes() {
            return List.of();
        }

        @Override
        public void close() {}

        @Override
        public void publish(Topic topic, long key, byte[] payload) {
            signals++;
            if (passes.test(topic)) {
                travelling.add(() -> nodes.values().stream()
                        .filter(other -> other != this)
                        .map(other -> other.listeners.get(topic))
                        .filter(listener -> listener != null)
                        .forEach(listener -> listener.received(self.bootId(), payload)));
            }
        }

        @Override
        public void listen(Topic topic, Signals.Listener listener) {
            listeners.put(topic, listener);
        }

        @Override
        public void add(AccountId account, long session, String detail) {
            written++;
            places.computeIfAbsent(account, any -> new ArrayList<>()).add(new Place(self.bootId(), session, detail));
        }

        @Override
        public void remove(AccountId account, long session) {
            written++;
            places.getOrDefault(account, new ArrayList<>())
                    .removeIf(place -> place.bootId().equals(self.bootId()) && place.session() == session);
        }

        @Override
        public Map<AccountId, List<Place>> find(Collection<AccountId> accounts) {
            asked++;
            if (redisAway) {
                throw new Unavailable("redis", new IllegalStateException("away"));
            }
            Map<AccountId, List<Place>> found = new HashMap<>();
            for (AccountId account : accounts) {
                List<Place> others = places.getOrDefault(account, List.of()).stream()
                        .filter(place -> !place.bootId().equals(self.bootId()))
                        .toList();
                if (!others.isEmpty()) {
                    found.put(account, others);
                }
            }
            return found;
        }

        @Override
        public void announceFrom(Supplier<Stream<Announced>> sessions) {}
    }
}
