package parley.sessions.internal.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Decides on upgrade requests that are valid in themselves: draining, connection limits.
@FunctionalInterface
public interface AcceptPolicy {

    /// Called once per valid request, on any thread of the transport; must not block. Each [Accepted] is
    /// followed by exactly one [ConnectionListener#ended] of its listener.
    Decision decide(Handshake handshake);

    sealed interface Decision {}

    /// Answer 101 and give the connection to `listener`, with `attachment` in its slot.
    record Accepted(ConnectionListener listener, @Nullable Object attachment) implements Decision {}

    /// Answer with this HTTP status (4xx or 5xx), with `Retry-After` in whole seconds when `retryAfter`
    /// is positive, and close.
    record Refused(int status, Duration retryAfter) implements Decision {}
}
