package parley.app.config;

import java.util.List;
import java.util.Set;
import parley.app.exit.Failure;
import parley.sessions.wiring.SessionsConfig;
import parley.sessions.wiring.SessionsConfig.Connections;
import parley.sessions.wiring.SessionsConfig.PerAccount;
import parley.sessions.wiring.SessionsConfig.PerConnection;
import parley.sessions.wiring.SessionsConfig.RateOf;
import parley.sessions.wiring.SessionsModule;

/// The keys of the module `sessions` and the record they make.
final class SessionsKeys {
    static final Key<Integer> CONNECTIONS_MAX = limit("connections-max", 18_000, 1, 10_000_000);
    static final Key<Integer> PER_ADDRESS_MAX = limit("per-address-max", 2_000, 1, 10_000_000);
    static final Key<Integer> PER_ACCOUNT_MAX = limit("per-account-max", 50, 1, 100_000);
    static final Key<Integer> HANDSHAKES_MAX = limit("handshakes-max", 2_000, 1, 10_000_000);
    static final Key<Integer> HANDSHAKES_PER_ADDRESS_MAX = limit("handshakes-per-address-max", 500, 1, 10_000_000);
    static final Key<Integer> CONNECTS_PER_SECOND = limit("connects-per-second", 2, 1, 1_000_000);
    static final Key<Integer> CONNECTS_BURST = limit("connects-burst", 100, 1, 1_000_000);
    static final Key<Integer> COMMANDS_PER_SECOND = limit("commands-per-second", 2_000, 1, 10_000_000);
    static final Key<Integer> COMMANDS_BURST = limit("commands-burst", 6_000, 1, 10_000_000);
    static final Key<Integer> BYTES_PER_SECOND = limit("bytes-per-second", 8_388_608, 1_024, 1_073_741_824);
    static final Key<Integer> BYTES_BURST = limit("bytes-burst", 16_777_216, 32_768, 1_073_741_824);
    static final Key<Integer> COMMANDS_MAX = limit("commands-max", 1_024, 64, 100_000);
    static final Key<Integer> IN_FLIGHT_MAX = limit("in-flight-max", 64, 1, 10_000);
    static final Key<Integer> REFUSALS_MAX = limit("refusals-max", 1_000, 1, 1_000_000);
    static final Key<Integer> SENDS_PER_SECOND = limit("sends-per-second", 1_000, 1, 1_000_000);
    static final Key<Integer> SENDS_BURST = limit("sends-burst", 3_000, 1, 10_000_000);
    static final Key<Integer> CONVERSATION_SENDS_PER_SECOND =
            limit("conversation-sends-per-second", 2_000, 1, 1_000_000);
    static final Key<Integer> CONVERSATION_SENDS_BURST = limit("conversation-sends-burst", 6_000, 1, 10_000_000);
    static final Key<Integer> HISTORY_READS_PER_SECOND = limit("history-reads-per-second", 50, 1, 1_000_000);
    static final Key<Integer> HISTORY_READS_BURST = limit("history-reads-burst", 400, 1, 10_000_000);
    static final Key<Integer> PRESENCE_READS_PER_SECOND = limit("presence-reads-per-second", 20, 1, 1_000_000);
    static final Key<Integer> PRESENCE_READS_BURST = limit("presence-reads-burst", 200, 1, 10_000_000);
    static final Key<Integer> EPHEMERAL_PER_SECOND = limit("ephemeral-per-second", 10, 1, 1_000_000);
    static final Key<Integer> EPHEMERAL_BURST = limit("ephemeral-burst", 50, 1, 10_000_000);
    static final Key<Integer> READS_IN_FLIGHT_MAX = limit("reads-in-flight-max", 16, 1, 100_000);
    static final Key<Integer> REQUESTS_PER_SECOND = limit("requests-per-second", 100, 1, 1_000_000);
    static final Key<Integer> REQUESTS_BURST = limit("requests-burst", 1_000, 1, 10_000_000);
    static final Key<Integer> SUBSCRIPTIONS_MAX = limit("subscriptions-max", 200, 1, 2_000);
    static final Key<Integer> MESSAGE_BYTES_MAX = limit("message-bytes-max", 262_144, 32_768, 16_777_216);
    static final Key<Integer> PING_SECONDS = limit("ping-seconds", 25, 10, 600);
    static final Key<Integer> PRESENCE_MEMBERS_MAX = limit("presence-members-max", 100, 2, 1_000);
    static final Key<Integer> PRESENCE_GRACE_SECONDS = limit("presence-grace-seconds", 10, 1, 300);
    static final Key<Integer> EVENTS_PER_SECOND = limit("events-per-second", 20_000, 100, 1_000_000);
    static final Key<Integer> SESSION_EVENTS_PER_SECOND = limit("session-events-per-second", 20, 1, 1_000);

    private SessionsKeys() {}

    static List<Key<?>> all() {
        return List.of(
                CONNECTIONS_MAX,
                PER_ADDRESS_MAX,
                PER_ACCOUNT_MAX,
                HANDSHAKES_MAX,
                HANDSHAKES_PER_ADDRESS_MAX,
                CONNECTS_PER_SECOND,
                CONNECTS_BURST,
                COMMANDS_PER_SECOND,
                COMMANDS_BURST,
                BYTES_PER_SECOND,
                BYTES_BURST,
                COMMANDS_MAX,
                IN_FLIGHT_MAX,
                REFUSALS_MAX,
                SENDS_PER_SECOND,
                SENDS_BURST,
                CONVERSATION_SENDS_PER_SECOND,
                CONVERSATION_SENDS_BURST,
                HISTORY_READS_PER_SECOND,
                HISTORY_READS_BURST,
                PRESENCE_READS_PER_SECOND,
                PRESENCE_READS_BURST,
                EPHEMERAL_PER_SECOND,
                EPHEMERAL_BURST,
                READS_IN_FLIGHT_MAX,
                REQUESTS_PER_SECOND,
                REQUESTS_BURST,
                SUBSCRIPTIONS_MAX,
                MESSAGE_BYTES_MAX,
                PING_SECONDS,
                PRESENCE_MEMBERS_MAX,
                PRESENCE_GRACE_SECONDS,
                EVENTS_PER_SECOND,
                SESSION_EVENTS_PER_SECOND);
    }

    static SessionsConfig config(Settings settings, HttpConfig http, String version) {
        try {
            SessionsConfig config = new SessionsConfig(
                    Set.copyOf(http.allowedOrigins()),
                    http.trustedProxies(),
                    version,
                    limits(settings),
                    presence(settings));
            SessionsModule.check(config);
            return config;
        } catch (IllegalArgumentException bound) {
            throw new Failure(bound.getMessage() + ".");
        }
    }

    private static SessionsConfig.Limits limits(Settings settings) {
        return new SessionsConfig.Limits(
                new Connections(
                        settings.get(CONNECTIONS_MAX),
                        settings.get(PER_ADDRESS_MAX),
                        settings.get(PER_ACCOUNT_MAX),
                        settings.get(HANDSHAKES_MAX),
                        settings.get(HANDSHAKES_PER_ADDRESS_MAX)),
                new PerConnection(
                        rate(settings, COMMANDS_PER_SECOND, COMMANDS_BURST),
                        rate(settings, BYTES_PER_SECOND, BYTES_BURST),
                        settings.get(COMMANDS_MAX),
                        settings.get(IN_FLIGHT_MAX),
                        settings.get(REFUSALS_MAX)),
                new PerAccount(
                        rate(settings, CONNECTS_PER_SECOND, CONNECTS_BURST),
                        rate(settings, SENDS_PER_SECOND, SENDS_BURST),
                        rate(settings, HISTORY_READS_PER_SECOND, HISTORY_READS_BURST),
                        rate(settings, PRESENCE_READS_PER_SECOND, PRESENCE_READS_BURST),
                        rate(settings, EPHEMERAL_PER_SECOND, EPHEMERAL_BURST),
                        settings.get(READS_IN_FLIGHT_MAX)),
                rate(settings, CONVERSATION_SENDS_PER_SECOND, CONVERSATION_SENDS_BURST),
                rate(settings, REQUESTS_PER_SECOND, REQUESTS_BURST),
                settings.get(SUBSCRIPTIONS_MAX),
                settings.get(MESSAGE_BYTES_MAX),
                settings.get(PING_SECONDS));
    }

    private static SessionsConfig.Presence presence(Settings settings) {
        return new SessionsConfig.Presence(
                settings.get(PRESENCE_MEMBERS_MAX),
                settings.get(EVENTS_PER_SECOND),
                settings.get(SESSION_EVENTS_PER_SECOND),
                settings.get(PRESENCE_GRACE_SECONDS));
    }

    private static RateOf rate(Settings settings, Key<Integer> perSecond, Key<Integer> burst) {
        return new RateOf(settings.get(perSecond), settings.get(burst));
    }

    private static Key<Integer> limit(String name, int text, int least, int most) {
        return Key.whole("sessions.limits." + name, text, least, most);
    }
}
