package parley.cluster.internal;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.cluster.Bus;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.cluster.NodeStatus;
import parley.cluster.NodeWatch;
import parley.cluster.Registry;
import parley.cluster.Signals;
import parley.kernel.AccountId;
import parley.kernel.Probe;

/// A cluster of one node. Thread-safe.
public final class InProcessCluster implements Cluster {
    private final Node self;
    private final InProcessBus bus = new InProcessBus();
    private final AtomicReference<Supplier<NodeStatus.Load>> load = new AtomicReference<>(() -> NodeStatus.Load.NONE);

    public InProcessCluster(Node self) {
        this.self = self;
    }

    @Override
    public Node self() {
        return self;
    }

    @Override
    public List<NodeStatus> nodes() {
        return List.of(new NodeStatus(self, load.get().get()));
    }

    @Override
    public void report(Supplier<NodeStatus.Load> load) {
        this.load.set(load);
    }

    @Override
    public void watch(NodeWatch watch) {
        // Nobody joins or goes.
    }

    @Override
    public Bus bus() {
        return bus;
    }

    @Override
    public Signals signals() {
        return new Signals() {
            @Override
            public void publish(Topic topic, long key, byte[] payload) {
                // There is no other node.
            }

            @Override
            public void listen(Topic topic, Listener listener) {
                // There is no other node.
            }
        };
    }

    @Override
    public Registry registry() {
        return new Registry() {
            @Override
            public void add(AccountId account, long session, String detail) {
                // Nobody else asks.
            }

            @Override
            public void remove(AccountId account, long session) {
                // Nobody else asks.
            }

            @Override
            public Map<AccountId, List<Place>> find(Collection<AccountId> accounts) {
                return Map.of();
            }

            @Override
            public void announceFrom(Supplier<Stream<Announced>> sessions) {
                // Nobody else asks.
            }
        };
    }

    @Override
    public List<Probe> probes() {
        return List.of(bus);
    }

    @Override
    public void close() {
        bus.close();
    }
}
