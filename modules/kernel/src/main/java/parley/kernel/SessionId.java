package parley.kernel;

import java.util.Optional;

/// Id of a session, one authenticated connection of this run of a node: a positive, time-sorted 63-bit
/// number, in text always decimal.
public record SessionId(long value) implements Comparable<SessionId> {
    public SessionId {
        IdSource.requireId(value);
    }

    /// The id that `text` names: 1 to 19 digits without sign or leading zero. Empty for anything else.
    public static Optional<SessionId> parse(String text) {
        return IdSource.parse(text).map(SessionId::new);
    }

    @Override
    public int compareTo(SessionId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
