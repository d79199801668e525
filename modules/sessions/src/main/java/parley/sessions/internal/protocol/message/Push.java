package parley.sessions.internal.protocol.message;

import org.jspecify.annotations.Nullable;

/// What the server says unasked. The pushes of unidirectional transports are not here; a disconnect
/// travels in the close frame.
public sealed interface Push {

    record Published(String channel, Publication publication) implements Push {}

    record Joined(String channel, ClientInfo info) implements Push {}

    record Left(String channel, ClientInfo info) implements Push {}

    /// `code` below 2500 ends the subscription; from 2500 on the SDK subscribes again at once.
    record Unsubscribed(String channel, int code, String reason) implements Push {}

    /// Not bound to a channel.
    record Message(Payload data) implements Push {}

    /// A server-side subscription was added: the client stands at `offset`.
    record Subscribed(
            String channel,
            boolean recoverable,
            String epoch,
            long offset,
            boolean positioned,
            @Nullable Payload data) implements Push {

        /// A stream; recoverable, from `offset` on.
        public static Subscribed stream(String channel, String epoch, long offset) {
            return new Subscribed(channel, true, epoch, offset, true, null);
        }

        /// A channel without positions.
        public static Subscribed plain(String channel) {
            return new Subscribed(channel, false, "", 0, false, null);
        }
    }
}
