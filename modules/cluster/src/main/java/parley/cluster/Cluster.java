package parley.cluster;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import parley.kernel.Probe;

/// The nodes that serve one data set, and the ways between them. Thread-safe; nothing here blocks.
public interface Cluster extends AutoCloseable {

    Node self();

    /// All live nodes as this one knows them, itself first, the others by name. A node that joins or
    /// goes is seen within two seconds, or as long as the way between the nodes is away.
    List<NodeStatus> nodes();

    /// The node of this name whose lease ended lately without a word, as it was when it was alive: it died, or it
    /// lives and does not reach what the others share.
    default Optional<Node> lapsed(String name) {
        return Optional.empty();
    }

    /// Says how this node is; asked about once a second, on a thread of the cluster. Must not block.
    void report(Supplier<NodeStatus.Load> load);

    /// Names the one that is told of nodes that join and go; call it once.
    void watch(NodeWatch watch);

    /// Hints of what is in the log.
    Bus bus();

    /// What may be lost.
    Signals signals();

    /// Which other nodes have sessions of an account.
    Registry registry();

    List<Probe> probes();

    @Override
    void close();
}
