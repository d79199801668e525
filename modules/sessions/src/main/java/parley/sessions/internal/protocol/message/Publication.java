package parley.sessions.internal.protocol.message;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One event of a channel. `offset` 0 means that it is not part of the stream: it has no place, is never
/// recovered, and moves no position.
public record Publication(@Nullable Payload data, @Nullable ClientInfo info, long offset, Map<String, String> tags) {
    /// The same with another payload.
    @SuppressWarnings("ReferenceEquality") // the same object says that nothing changes
    public Publication with(@Nullable Payload other) {
        return other == data ? this : new Publication(other, info, offset, tags);
    }

    /// All of `publications` with `change` done to their payloads; the same list when that changes none.
    @SuppressWarnings("ReferenceEquality")
    static List<Publication> with(List<Publication> publications, UnaryOperator<Payload> change) {
        List<Publication> changed = publications.stream()
                .map(each -> each.data == null ? each : each.with(change.apply(each.data)))
                .toList();
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i) != publications.get(i)) {
                return changed;
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
