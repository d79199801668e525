package parley.app.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Every key of the configuration. The file `config/application.yaml` shows them with the same defaults
/// and says why they are there; a test compares the two.
public final class Keys {
    public static final Key<String> NODE_NAME = Key.text("node.name", "");
    public static final Key<String> NODE_ADDRESS = Key.text("node.address", "");
    public static final Key<String> NODE_DATA = Key.text("node.data", "data");
    public static final Key<Duration> NODE_DRAIN_TIME = Key.time("node.drain-time", "10s", "0s", "10m");

    public static final Key<String> HTTP_HOST = Key.text("http.host", "127.0.0.1");
    public static final Key<Integer> HTTP_PORT = Key.whole("http.port", 8080, 0, 65_535);
    public static final Key<List<String>> HTTP_ALLOWED_ORIGINS = Key.list("http.allowed-origins");
    public static final Key<List<String>> HTTP_TRUSTED_PROXIES = Key.list("http.trusted-proxies");
    public static final Key<Boolean> HTTP_PROXY_PROTOCOL = Key.flag("http.proxy-protocol", false);
    public static final Key<Integer> HTTP_BODY_BYTES_MAX = Key.whole("http.body-bytes-max", 65_536, 4_096, 1_048_576);
    public static final Key<Integer> HTTP_CONNECTIONS_MAX = Key.whole("http.connections-max", 100_000, 1, 10_000_000);
    public static final Key<Integer> HTTP_REQUESTS_MAX = Key.whole("http.requests-max", 1_000, 1, 100_000);

    public static final Key<String> ADMIN_HOST = Key.text("admin.host", "127.0.0.1");
    public static final Key<Integer> ADMIN_PORT = Key.whole("admin.port", 8081, 0, 65_535);
    public static final Key<Boolean> ADMIN_METRICS_OPEN = Key.flag("admin.metrics-open", false);

    public static final Key<String> DATABASE_URL = Key.text("database.url", "");
    public static final Key<String> DATABASE_USER = Key.text("database.user", "");
    public static final Key<String> DATABASE_PASSWORD = Key.secret("database.password");
    public static final Key<Integer> DATABASE_POOL_SIZE = Key.whole("database.pool-size", 10, 4, 200);
    public static final Key<Duration> DATABASE_POOL_WAIT = Key.time("database.pool-wait", "1s", "250ms", "3s");
    public static final Key<Duration> DATABASE_CONNECT_TIME = Key.time("database.connect-time", "1s", "100ms", "3s");
    public static final Key<Duration> DATABASE_ANSWER_TIME = Key.time("database.answer-time", "3s", "500ms", "30s");
    public static final Key<Boolean> DATABASE_ALLOW_WEAK_DURABILITY = Key.flag("database.allow-weak-durability", false);

    public static final Key<String> LOG_LEVEL = Key.word("log.level", "info", "error", "warning", "info", "debug");

    private Keys() {}

    /// All of them, in the order of the file.
    public static List<Key<?>> all() {
        List<Key<?>> all = new ArrayList<>(List.of(
                NODE_NAME,
                NODE_ADDRESS,
                NODE_DATA,
                NODE_DRAIN_TIME,
                HTTP_HOST,
                HTTP_PORT,
                HTTP_ALLOWED_ORIGINS,
                HTTP_TRUSTED_PROXIES,
                HTTP_PROXY_PROTOCOL,
                HTTP_BODY_BYTES_MAX,
                HTTP_CONNECTIONS_MAX,
                HTTP_REQUESTS_MAX,
                ADMIN_HOST,
                ADMIN_PORT,
                ADMIN_METRICS_OPEN,
                DATABASE_URL,
                DATABASE_USER,
                DATABASE_PASSWORD,
                DATABASE_POOL_SIZE,
                DATABASE_POOL_WAIT,
                DATABASE_CONNECT_TIME,
                DATABASE_ANSWER_TIME,
                DATABASE_ALLOW_WEAK_DURABILITY));
        all.addAll(RedisKeys.all());
        all.addAll(TlsKeys.all());
        all.addAll(AccountsKeys.all());
        all.addAll(HistoryKeys.all());
        all.addAll(MessagingKeys.all());
        all.addAll(SessionsKeys.all());
        all.add(LOG_LEVEL);
        return List.copyOf(all);
    }
}
