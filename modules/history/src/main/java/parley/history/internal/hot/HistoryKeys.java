package parley.history.internal.hot;

import parley.kernel.ConversationId;

/// The Redis keys of this module. The braces keep all keys of a conversation in one slot of a cluster.
final class HistoryKeys {
    private HistoryKeys() {}

    /// List of signed segments, oldest first.
    static String recent(ConversationId conversation) {
        return "history:{" + conversation + "}:recent";
    }
}
