package parley.sessions.internal.protocol.message;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command asks for. Fields of features that the server does not offer are read over and do not
/// appear here, except where their presence has to be refused.
public sealed interface Request {

    /// `subscriptions`: what the client says it had before, by channel; a hint, never a right.
    record Connect(
            String token,
            @Nullable Payload data,
            Map<String, Resume> subscriptions,
            String name,
            String version,
            Map<String, String> headers)
            implements Request {}

    /// `filtered`: a tag filter was given. `type` 0 is a stream. `joinLeave`, `recoverable` and
    /// `positioned` are wishes.
    record Subscribe(
            String channel,
            String token,
            Resume resume,
            @Nullable Payload data,
            boolean positioned,
            boolean recoverable,
            boolean joinLeave,
            boolean filtered,
            long flag,
            int type)
            implements Request {
        private static final long REJECT_UNRECOVERED = 2;

        /// Error 112 is wanted instead of a subscription without recovery.
        public boolean rejectsUnrecovered() {
            return (flag & REJECT_UNRECOVERED) != 0;
        }
    }

    record Unsubscribe(String channel) implements Request {}

    record Publish(String channel, @Nullable Payload data, int type) implements Request {}

    record Presence(String channel) implements Request {}

    record PresenceStats(String channel) implements Request {}

    /// `limit` 0: position only; below 0: as many as the server allows.
    record History(String channel, int limit, @Nullable StreamPosition since, boolean reverse) implements Request {}

    record Ping() implements Request {}

    record Send(@Nullable Payload data) implements Request {}

    record Rpc(String method, @Nullable Payload data) implements Request {}

    record Refresh(String token) implements Request {}

    record SubRefresh(String channel, String token, int type) implements Request {}
}
