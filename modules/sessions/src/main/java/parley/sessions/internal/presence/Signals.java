package parley.sessions.internal.presence;

/// The way from where something happened to every node's [Teller]. On one node that is a call. A bus may
/// lose signals, not reorder those of one account; it may drop them first when it is short of room.
interface Signals {

    /// Never waits for another node. May read what the receiving side needs, and throws
    /// [parley.kernel.Unavailable] when that is away; then nothing was told.
    void publish(Signal signal);
}
