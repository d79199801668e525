package parley.sessions.internal.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Result;

/// A connection is let in. `data` is for the application, in the SDK's "connected" event;
/// `subscriptions` is the complete list of server-side subscriptions, by channel.
public record Accepted(
        BackendSession session,
        Lifetime lifetime,
        @Nullable Payload data,
        Map<String, Result.Subscribed> subscriptions) {}
