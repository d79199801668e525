package parley.app.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.accounts.wiring.AccountsConfig;
import parley.app.exit.Failure;
import parley.app.http.AddressRange;
import parley.cluster.wiring.ClusterRedis;
import parley.history.wiring.HistoryConfig;
import parley.messaging.wiring.ForgettingConfig;
import parley.messaging.wiring.MessagingConfig;
import parley.sessions.wiring.SessionsConfig;

/// The whole configuration, validated: one record for each area.
public record Configuration(
        NodeConfig node,
        HttpConfig http,
        AdminConfig admin,
        TlsConfig tls,
        DatabaseConfig database,
        Optional<ClusterRedis> redis,
        AccountsConfig accounts,
        HistoryConfig history,
        MessagingConfig messaging,
        ForgettingConfig forgetting,
        SessionsConfig sessions,
        String logLevel) {

    /// Reads all sources and checks every key; the first fault is a [Failure]. `overrides` are by key,
    /// from the command line; `environment` gives a variable's value or null.
    public static Configuration read(
            @Nullable Path file, Map<String, String> overrides, Function<String, @Nullable String> environment) {
        return of(settings(file, overrides, environment));
    }

    public static Settings settings(
            @Nullable Path file, Map<String, String> overrides, Function<String, @Nullable String> environment) {
        return Settings.join(Keys.all(), overrides, environment, ConfigFile.read(file, Keys.all()));
    }

    public static Configuration of(Settings settings) {
        return new Configuration(
                new NodeConfig(
                        settings.get(Keys.NODE_NAME),
                        settings.get(Keys.NODE_ADDRESS),
                        Path.of(settings.get(Keys.NODE_DATA)).toAbsolutePath().normalize(),
                        settings.get(Keys.NODE_DRAIN_TIME)),
                http(settings),
                new AdminConfig(
                        settings.get(Keys.ADMIN_HOST),
                        settings.get(Keys.ADMIN_PORT),
                        settings.get(Keys.ADMIN_METRICS_OPEN)),
                TlsKeys.config(settings),
                database(settings),
                RedisKeys.config(settings),
                AccountsKeys.config(settings),
                HistoryKeys.config(settings, RedisKeys.config(settings)),
                MessagingKeys.config(settings),
                MessagingKeys.forgetting(settings),
                SessionsKeys.config(settings, http(settings), Version.text()),
                settings.get(Keys.LOG_LEVEL));
    }

    /// The effective values as lines of YAML, each with where it came from; secrets as `***`.
    public static List<String> redacted(Settings settings) {
        List<String> lines = new ArrayList<>();
        for (Key<?> key : Keys.all()) {
            lines.add(key.name() + ": " + settings.shown(key) + "  # " + settings.source(key.name()));
            if (key.form() == Key.Form.SECRET) {
                String file = settings.get(Key.text(key.fileName(), ""));
                lines.add(key.fileName() + ": " + file + "  # " + settings.source(key.fileName()));
            }
        }
        return lines;
    }

    private static HttpConfig http(Settings settings) {
        List<String> origins = settings.get(Keys.HTTP_ALLOWED_ORIGINS);
        for (String origin : origins) {
            if (!origin.matches("https?://[a-z0-9.\\-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:]+](:[0-9]{1,5})?")) {
                throw new Failure(Keys.HTTP_ALLOWED_ORIGINS.name()
                        + " must be origins such as https://chat.example.org in lower case and without a path, not '"
                        + origin + "'.");
            }
        }
        for (String proxy : settings.get(Keys.HTTP_TRUSTED_PROXIES)) {
            requireRange(proxy);
        }
        if (settings.get(Keys.HTTP_PROXY_PROTOCOL)
                && settings.get(Keys.HTTP_TRUSTED_PROXIES).isEmpty()) {
            throw new Failure(Keys.HTTP_PROXY_PROTOCOL.name() + " needs " + Keys.HTTP_TRUSTED_PROXIES.name()
                    + ": only what they say about a client's address is believed.");
        }
        return new HttpConfig(
                settings.get(Keys.HTTP_HOST),
                settings.get(Keys.HTTP_PORT),
                origins,
                settings.get(Keys.HTTP_TRUSTED_PROXIES),
                new HttpConfig.Limits(
                        settings.get(Keys.HTTP_BODY_BYTES_MAX),
                        settings.get(Keys.HTTP_CONNECTIONS_MAX),
                        settings.get(Keys.HTTP_REQUESTS_MAX),
                        settings.get(Keys.HTTP_PROXY_PROTOCOL)));
    }

    private static void requireRange(String proxy) {
        try {
            AddressRange unused = AddressRange.parse(proxy);
        } catch (IllegalArgumentException fault) {
            throw new Failure(Keys.HTTP_TRUSTED_PROXIES.name()
                    + " must be addresses or ranges such as 127.0.0.1 or 10.0.0.0/8, not '" + proxy + "'.");
        }
    }

    private static DatabaseConfig database(Settings settings) {
        String url = settings.get(Keys.DATABASE_URL);
        if (!url.isEmpty() && !url.matches("jdbc:mariadb://.+")) {
            throw new Failure(Keys.DATABASE_URL.name()
                    + " must be empty for the embedded database or begin with jdbc:mariadb://, not '"
                    + url.replaceAll("[?].*", "?...") + "'.");
        }
        return new DatabaseConfig(
                url,
                settings.get(Keys.DATABASE_USER),
                settings.secret(Keys.DATABASE_PASSWORD),
                settings.get(Keys.DATABASE_POOL_SIZE),
                new DatabaseConfig.Times(
                        settings.get(Keys.DATABASE_POOL_WAIT),
                        settings.get(Keys.DATABASE_CONNECT_TIME),
                        settings.get(Keys.DATABASE_ANSWER_TIME)),
                settings.get(Keys.DATABASE_ALLOW_WEAK_DURABILITY));
    }
}
