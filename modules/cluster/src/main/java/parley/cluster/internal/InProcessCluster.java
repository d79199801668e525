package parley.cluster.internal;

import java.util.List;
import parley.cluster.Bus;
import parley.cluster.Cluster;
import parley.cluster.Node;
import parley.kernel.Probe;

/// A cluster of one node. Thread-safe.
public final class InProcessCluster implements Cluster {
    private final Node self;
    private final InProcessBus bus = new InProcessBus();

    public InProcessCluster(Node self) {
        this.self = self;
    }

    @Override
    public Node self() {
        return self;
    }

    @Override
    public List<Node> nodes() {
        return List.of(self);
    }

    @Override
    public Bus bus() {
        return bus;
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
