package parley.sessions.internal.protocol.message;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One event of a channel. `offset` 0 means that it is not part of the stream: it has no place, is never
/// recovered, and moves no position.
public record Publication(@Nullable Payload data, @Nullable ClientInfo info, long offset, Map<String, String> tags) {
    /// The same with what its payload is now.
    @SuppressWarnings("ReferenceEquality") // the same object says that nothing was taken back
    public Publication now() {
        Payload now = data == null ? null : data.now();
        return now == data ? this : new Publication(now, info, offset, tags);
    }

    /// All of `publications` as they are now; the same list when none has changed.
    @SuppressWarnings("ReferenceEquality")
    static List<Publication> now(List<Publication> publications) {
        List<Publication> now = publications.stream().map(Publication::now).toList();
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i) != publications.get(i)) {
                return now;
            }
        }
        return publications;
    }

    public static Publication entry(long offset, Payload data) {
        return new Publication(data, null, offset, Map.of());
    }

    public static Publication transientEvent(Payload data) {
        return new Publication(data, null, 0, Map.of());
    }
}
