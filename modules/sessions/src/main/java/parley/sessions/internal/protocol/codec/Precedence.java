package parley.sessions.internal.protocol.codec;

import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Request;

/// Which request of a command counts when it holds several.
final class Precedence {
    private Precedence() {}

    static Request first(@Nullable Request one, Request other) {
        return one == null || rank(other) < rank(one) ? other : one;
    }

    private static int rank(Request request) {
        return switch (request) {
            case Request.Connect _ -> 0;
            case Request.Ping _ -> 1;
            case Request.Subscribe _ -> 2;
            case Request.Unsubscribe _ -> 3;
            case Request.Publish _ -> 4;
            case Request.Presence _ -> 5;
            case Request.PresenceStats _ -> 6;
            case Request.History _ -> 7;
            case Request.Rpc _ -> 8;
            case Request.Send _ -> 9;
            case Request.Refresh _ -> 10;
            case Request.SubRefresh _ -> 11;
        };
    }
}
