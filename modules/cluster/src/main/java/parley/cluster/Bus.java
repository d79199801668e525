package parley.cluster;

/// Carries hints to every node, this one included. A hint may be lost, repeated or late, never changed;
/// what it says must be found in the database as well. Hints of one key that one thread publishes one
/// after another arrive in that order where nothing is lost. Thread-safe.
public interface Bus {

    /// Hands `payload` (at most 64 KiB; shared, nobody may change it afterwards) to the bus and returns
    /// at once; never blocks and never throws. `key` (a conversation's or an account's id) chooses the
    /// partition.
    void publish(long key, byte[] payload);

    /// As [#publish], for a state that nobody has to hear of: this node hears of it at once, the others
    /// after all else that waits, of one `subject` (any value with a good `equals`) only what has the
    /// highest `rank`, and where room is short not at all. Says nothing that could be missed.
    default void publishLatest(long key, Object subject, long rank, byte[] payload) {
        publish(key, payload);
    }

    /// False while hints may be lost on their way to this node, and for ten minutes after this node was
    /// cut off; asked before every poll of the database. True always where the bus is this process's memory.
    boolean isSteady();

    /// True when hints come from other nodes too; false where the bus is this process's memory, so that
    /// nothing can happen elsewhere.
    default boolean isShared() {
        return true;
    }

    /// Names the node's one listener; call it once, before the first publish that should be heard.
    void listen(Listener listener);

    /// Receives hints. Called on threads of the bus, for one key on one thread at a time; must hand over
    /// at once and never block or throw.
    interface Listener {
        void received(byte[] payload);

        /// Hints were lost, or may have been: what they told must be looked for in the database now.
        default void missed() {}
    }
}
