package parley.cluster;

import java.util.List;
import parley.kernel.Probe;

/// The nodes that serve one data set, and the bus between them. Thread-safe; nothing here blocks.
public interface Cluster extends AutoCloseable {

    Node self();

    /// All live nodes as this one knows them, itself first.
    List<Node> nodes();

    Bus bus();

    List<Probe> probes();

    @Override
    void close();
}
