package parley.app.config;

import java.util.List;
import java.util.Set;
import parley.app.exit.Failure;
import parley.sessions.wiring.SessionsConfig;
import parley.sessions.wiring.SessionsModule;

/// The keys of the module `sessions` and the record they make.
final class SessionsKeys {
    static final Key<Integer> CONNECTIONS_MAX = Key.whole("sessions.limits.connections-max", 18_000, 1, 10_000_000);
    static final Key<Integer> PER_ACCOUNT_MAX = Key.whole("sessions.limits.per-account-max", 50, 1, 100_000);
    static final Key<Integer> SUBSCRIPTIONS_MAX = Key.whole("sessions.limits.subscriptions-max", 200, 1, 2_000);
    static final Key<Integer> SENDS_PER_SECOND = Key.whole("sessions.limits.sends-per-second", 1_000, 1, 1_000_000);
    static final Key<Integer> SENDS_BURST = Key.whole("sessions.limits.sends-burst", 3_000, 1, 10_000_000);
    static final Key<Integer> MESSAGE_BYTES_MAX =
            Key.whole("sessions.limits.message-bytes-max", 262_144, 32_768, 16_777_216);
    static final Key<Integer> COMMANDS_MAX = Key.whole("sessions.limits.commands-max", 1_024, 64, 100_000);
    static final Key<Integer> PING_SECONDS = Key.whole("sessions.limits.ping-seconds", 25, 10, 600);

    private SessionsKeys() {}

    static List<Key<?>> all() {
        return List.of(
                CONNECTIONS_MAX,
                PER_ACCOUNT_MAX,
                SUBSCRIPTIONS_MAX,
                SENDS_PER_SECOND,
                SENDS_BURST,
                MESSAGE_BYTES_MAX,
                COMMANDS_MAX,
                PING_SECONDS);
    }

    static SessionsConfig config(Settings settings, HttpConfig http, String version) {
        try {
            SessionsConfig config = new SessionsConfig(
                    Set.copyOf(http.allowedOrigins()),
                    http.trustedProxies(),
                    version,
                    new SessionsConfig.Limits(
                            settings.get(CONNECTIONS_MAX),
                            settings.get(PER_ACCOUNT_MAX),
                            settings.get(SUBSCRIPTIONS_MAX),
                            settings.get(SENDS_PER_SECOND),
                            settings.get(SENDS_BURST),
                            settings.get(MESSAGE_BYTES_MAX),
                            settings.get(COMMANDS_MAX),
                            settings.get(PING_SECONDS)));
            SessionsModule.check(config);
            return config;
        } catch (IllegalArgumentException bound) {
            throw new Failure(bound.getMessage() + ".");
        }
    }
}
