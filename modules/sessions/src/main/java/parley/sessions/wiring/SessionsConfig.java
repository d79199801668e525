package parley.sessions.wiring;

import java.util.List;
import java.util.Set;

/// How the edge of one node is set up.
///
/// `allowedOrigins`: pages that may connect, each `scheme://host[:port]`; none = pages of the same host.
/// `trustedProxies`: address ranges in CIDR notation whose word on the client's address is taken.
/// `version` is shown to clients. `connectionsMax`: WebSocket connections of the node; `perAccountMax`:
/// sessions of one account on it; `subscriptionsMax`: conversations a client knows as subscribed at
/// once; `sendsPerSecond` and `sendsBurst`: messages of one account on the node; `messageBytesMax`: an
/// incoming WebSocket message; `commandsMax`: commands of one connection that wait for an answer;
/// `pingSeconds`: between pings of the server.
public record SessionsConfig(Set<String> allowedOrigins, List<String> trustedProxies, String version, Limits limits) {

    public record Limits(
            int connectionsMax,
            int perAccountMax,
            int subscriptionsMax,
            int sendsPerSecond,
            int sendsBurst,
            int messageBytesMax,
            int commandsMax,
            int pingSeconds) {

        public static final Limits DEFAULT = new Limits(18_000, 50, 200, 1_000, 3_000, 256 * 1024, 1_024, 25);

        public Limits {
            range("connections-max", connectionsMax, 1, 10_000_000);
            range("per-account-max", perAccountMax, 1, 100_000);
            range("subscriptions-max", subscriptionsMax, 1, 2_000);
            range("sends-per-second", sendsPerSecond, 1, 1_000_000);
            range("sends-burst", sendsBurst, 1, 10_000_000);
            range("message-bytes-max", messageBytesMax, 32 * 1024, 16 * 1024 * 1024);
            range("commands-max", commandsMax, 64, 100_000);
            range("ping-seconds", pingSeconds, 10, 600);
        }

        private static void range(String key, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(
                        "sessions.limits." + key + " must be from " + min + " to " + max + ", is " + value);
            }
        }
    }

    public SessionsConfig {
        allowedOrigins = Set.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
    }
}
