package parley.sessions.internal.protocol.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One event of a channel. `offset` 0 means that it is not part of the stream: it has no place, is never
/// recovered, and moves no position.
public record Publication(@Nullable Payload data, @Nullable ClientInfo info, long offset, Map<String, String> tags) {
    public static Publication entry(long offset, Payload data) {
        return new Publication(data, null, offset, Map.of());
    }

    public static Publication transientEvent(Payload data) {
        return new Publication(data, null, 0, Map.of());
    }
}
