package parley.kernel;

import java.util.Optional;

/// Id of a conversation: a positive, time-sorted 63-bit number, in text always decimal.
public record ConversationId(long value) implements Comparable<ConversationId> {
    public ConversationId {
        IdSource.requireId(value);
    }

    /// The id that `text` names: 1 to 19 digits without sign or leading zero. Empty for anything else.
    public static Optional<ConversationId> parse(String text) {
        return IdSource.parse(text).map(ConversationId::new);
    }

    @Override
    public int compareTo(ConversationId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
