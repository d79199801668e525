package parley.cluster;

/// Told of nodes that join and go, not of the own one. Called on a thread of the cluster, one call at a
/// time; must hand over at once and never block or throw. A node that starts again under its name is
/// another one (its boot id differs).
public interface NodeWatch {

    void joined(Node node);

    /// Its lease ended, or it gave it up. Its sessions are gone, as far as anybody here can know; one that
    /// was only frozen joins again.
    void left(Node node);

    /// This node is back: for a time it could not be seen, so that others may have taken it for gone.
    default void back() {}
}
