package parley.cluster;

/// Carries short messages to all other nodes (not to this one: who publishes acts here without it).
/// They may be lost or repeated; those of one topic and key that one thread publishes one after another
/// arrive in that order. They never delay a hint of the [Bus]: where room is short they are dropped
/// first. Thread-safe.
public interface Signals {

    /// What a signal is about. The earlier in this list, the later it is dropped; `code` stands in the
    /// payload that travels and never changes its meaning. 100 is that of [Bus#publishLatest].
    enum Topic {
        /// Ends of sessions, drains: what must act soon, and is found in the database when it was lost.
        ORDER(1),
        /// Who came and went.
        PRESENCE(2),
        /// How much an account used of its limits.
        USAGE(3),
        /// Who types.
        TYPING(4);

        private final int code;

        Topic(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /// Hands `payload` (at most 16 KiB; shared, nobody may change it afterwards) over and returns at
    /// once; never blocks and never throws. `key` is the id of an account or a conversation.
    void publish(Topic topic, long key, byte[] payload);

    /// Names the one listener of `topic`; call it once, before the first signal that should be heard.
    void listen(Topic topic, Listener listener);

    /// Receives signals. Called on threads of the cluster, for one key on one thread at a time; must hand
    /// over at once and never block or throw. What it cannot read it ignores: nodes of the next version
    /// may send more than this one knows.
    interface Listener {
        /// `from` is the boot id of the node that published it.
        void received(String from, byte[] payload);
    }
}
