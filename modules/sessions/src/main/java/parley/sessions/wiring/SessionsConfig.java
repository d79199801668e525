package parley.sessions.wiring;

import java.util.List;
import java.util.Set;

/// How the edge of one node is set up.
///
/// `allowedOrigins`: pages that may connect, each `scheme://host[:port]`; none = pages of the same host.
/// `trustedProxies`: address ranges in CIDR notation whose word on the client's address is taken.
/// `version` is shown to clients.
public record SessionsConfig(
        Set<String> allowedOrigins, List<String> trustedProxies, String version, Limits limits, Presence presence) {

    /// All limits of this node, each a key below `sessions.limits`. `conversationSends`: messages in one
    /// conversation; `requests`: REST requests of one client address; `subscriptionsMax`: conversations a
    /// client knows as subscribed at once; `messageBytesMax`: an incoming WebSocket message;
    /// `pingSeconds`: between pings of the server.
    public record Limits(
            Connections connections,
            PerConnection perConnection,
            PerAccount perAccount,
            RateOf conversationSends,
            RateOf requests,
            int subscriptionsMax,
            int messageBytesMax,
            int pingSeconds) {

        public static final Limits DEFAULT = new Limits(
                new Connections(18_000, 2_000, 50, 2_000, 500),
                new PerConnection(new RateOf(2_000, 6_000), new RateOf(8 << 20, 16 << 20), 1_024, 64, 1_000),
                new PerAccount(
                        new RateOf(2, 100),
                        new RateOf(1_000, 3_000),
                        new RateOf(50, 400),
                        new RateOf(20, 200),
                        new RateOf(10, 50),
                        16),
                new RateOf(2_000, 6_000),
                new RateOf(100, 1_000),
                200,
                256 * 1024,
                25);

        public Limits {
            range("subscriptions-max", subscriptionsMax, 1, 2_000);
            range("message-bytes-max", messageBytesMax, 32 * 1024, 16 * 1024 * 1024);
            range("ping-seconds", pingSeconds, 10, 600);
            if (perConnection.bytes().burst() < messageBytesMax) {
                throw new IllegalArgumentException(
                        "sessions.limits.bytes-burst must be at least sessions.limits.message-bytes-max");
            }
        }
    }

    /// WebSocket connections at once: of the node, of one client address, of one account; and those of
    /// them that have not become a session yet: of the node, of one client address.
    public record Connections(
            int connectionsMax, int perAddressMax, int perAccountMax, int handshakesMax, int handshakesPerAddressMax) {
        public Connections {
            range("connections-max", connectionsMax, 1, 10_000_000);
            range("per-address-max", perAddressMax, 1, 10_000_000);
            range("per-account-max", perAccountMax, 1, 100_000);
            range("handshakes-max", handshakesMax, 1, 10_000_000);
            range("handshakes-per-address-max", handshakesPerAddressMax, 1, 10_000_000);
        }
    }

    /// What one connection may ask for: commands and bytes that arrive, commands that wait for an answer,
    /// those of them that are under way at a time, and commands refused as too many within 10 seconds
    /// before it is closed.
    public record PerConnection(RateOf commands, RateOf bytes, int commandsMax, int inFlightMax, int refusalsMax) {
        public PerConnection {
            range("commands-max", commandsMax, 64, 100_000);
            range("in-flight-max", inFlightMax, 1, 10_000);
            range("refusals-max", refusalsMax, 1, 1_000_000);
        }
    }

    /// What one account may do over all its sessions: connect, send messages, read pages of history, ask
    /// who is present, send events such as typing; and commands that read, under way at a time.
    public record PerAccount(
            RateOf connects,
            RateOf sends,
            RateOf historyReads,
            RateOf presenceReads,
            RateOf ephemeral,
            int readsInFlightMax) {
        public PerAccount {
            range("reads-in-flight-max", readsInFlightMax, 1, 100_000);
        }
    }

    /// Events that may be lost. Conversations with more than `membersMax` members get counts instead of
    /// one event per person; `eventsPerSecond`: of the node in all; `sessionEventsPerSecond`: of one
    /// session; `graceSeconds`: how long an account stays online after its last session.
    public record Presence(int membersMax, int eventsPerSecond, int sessionEventsPerSecond, int graceSeconds) {
        public static final Presence DEFAULT = new Presence(100, 20_000, 20, 10);

        public Presence {
            range("presence-members-max", membersMax, 2, 1_000);
            range("events-per-second", eventsPerSecond, 100, 1_000_000);
            range("session-events-per-second", sessionEventsPerSecond, 1, 1_000);
            range("presence-grace-seconds", graceSeconds, 1, 300);
        }
    }

    /// So many per second on average, and `burst` at once.
    public record RateOf(int perSecond, int burst) {
        public RateOf {
            range("...-per-second", perSecond, 1, 1 << 30);
            range("...-burst", burst, 1, 1 << 30);
        }
    }

    public SessionsConfig {
        allowedOrigins = Set.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
    }

    private static void range(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "sessions.limits." + key + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
