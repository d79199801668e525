package parley.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import parley.kernel.AccountId;

/// Which nodes have sessions of an account. A session counts while the lease of its node holds, so
/// nothing has to be renewed for it. What is here may be lost with Redis at any moment and is announced
/// again then. Thread-safe.
public interface Registry {

    /// A session of this node. `detail` (at most 512 characters) is for whoever asks for it.
    record Place(String bootId, long session, String detail) {}

    /// Tells that this node has the session. Never blocks, never throws; may be lost.
    void add(AccountId account, long session, String detail);

    /// Takes it back. Never blocks, never throws.
    void remove(AccountId account, long session);

    /// The sessions that other live nodes have of `accounts` (at most 1,000); accounts without any are
    /// not in the answer. Blocks for a command of Redis and throws [parley.kernel.Unavailable] while it
    /// is away.
    Map<AccountId, List<Place>> find(Collection<AccountId> accounts);

    /// Names what lists all sessions of this node, to announce them again after Redis lost them or after
    /// this node was frozen; call it once. The stream is read slowly, on a thread of the cluster, and
    /// closed. A session is in the list from before it is added until it is removed.
    void announceFrom(Supplier<Stream<Announced>> sessions);

    /// A session as [#add] takes it.
    record Announced(AccountId account, long session, String detail) {}
}
