package parley.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import parley.app.exit.Failure;
import parley.cluster.wiring.ClusterRedis;
import parley.kernel.Secret;
import parley.redis.RedisConfig;
import parley.redis.RedisLogin;
import parley.redis.RedisPlace;
import parley.redis.RedisTls;

/// The keys of Redis and of the nodes' way through it, and the record they make.
final class RedisKeys {
    static final Key<String> URL = Key.text("redis.url", "");
    static final Key<String> USER = Key.text("redis.user", "");
    static final Key<String> PASSWORD = Key.secret("redis.password");
    static final Key<String> SENTINEL_USER = Key.text("redis.sentinel-user", "");
    static final Key<String> SENTINEL_PASSWORD = Key.secret("redis.sentinel-password");
    static final Key<String> TRUST_FILE = Key.text("redis.trust-file", "");
    static final Key<String> CERTIFICATE = Key.text("redis.certificate", "");
    static final Key<String> PRIVATE_KEY = Key.text("redis.private-key", "");
    static final Key<Duration> COMMAND_TIMEOUT = Key.time("redis.command-timeout", "200ms", "10ms", "5s");
    static final Key<String> CLUSTER_SECRET = Key.secret("cluster.secret");
    static final Key<Integer> STREAM_ENTRIES_MAX = Key.whole("cluster.stream-entries-max", 10_000, 100, 1_000_000);
    static final Key<Integer> STREAM_BYTES_MAX =
            Key.whole("cluster.stream-bytes-max", 1_048_576, 131_072, 1_073_741_824);
    static final Key<Duration> STREAM_AGE_MAX = Key.time("cluster.stream-age-max", "1m", "10s", "1h");
    static final Key<Integer> QUEUE_BYTES_MAX = Key.whole("cluster.queue-bytes-max", 8_388_608, 131_072, 1_073_741_824);

    private static final int SECRET_CHARS_MIN = 16;

    private RedisKeys() {}

    static List<Key<?>> all() {
        return List.of(
                URL,
                USER,
                PASSWORD,
                SENTINEL_USER,
                SENTINEL_PASSWORD,
                TRUST_FILE,
                CERTIFICATE,
                PRIVATE_KEY,
                COMMAND_TIMEOUT,
                CLUSTER_SECRET,
                STREAM_ENTRIES_MAX,
                STREAM_BYTES_MAX,
                STREAM_AGE_MAX,
                QUEUE_BYTES_MAX);
    }

    static Optional<ClusterRedis> config(Settings settings) {
        String url = settings.get(URL);
        RedisLogin login = login(settings, USER, PASSWORD);
        RedisLogin sentinelLogin = login(settings, SENTINEL_USER, SENTINEL_PASSWORD);
        Optional<Secret> secret = settings.secret(CLUSTER_SECRET);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            RedisConfig server = new RedisConfig(
                    RedisPlace.parse(url),
                    login,
                    sentinelLogin,
                    new RedisTls(file(settings, TRUST_FILE), file(settings, CERTIFICATE), file(settings, PRIVATE_KEY)),
                    settings.get(COMMAND_TIMEOUT));
            server.tls().privateKey().ifPresent(file -> SecretFiles.requirePrivate(PRIVATE_KEY.name(), file));
            return Optional.of(new ClusterRedis(
                    server,
                    secret.filter(value -> value.reveal().length() >= SECRET_CHARS_MIN)
                            .orElseThrow(() -> new Failure(CLUSTER_SECRET.name() + " must be set to at least "
                                    + SECRET_CHARS_MIN + " characters when redis.url is set.")),
                    settings.get(STREAM_ENTRIES_MAX),
                    settings.get(STREAM_BYTES_MAX),
                    settings.get(STREAM_AGE_MAX),
                    settings.get(QUEUE_BYTES_MAX)));
        } catch (IllegalArgumentException bound) {
            throw new Failure(bound.getMessage() + ".");
        }
    }

    private static RedisLogin login(Settings settings, Key<String> user, Key<String> password) {
        return new RedisLogin(
                Optional.of(settings.get(user)).filter(name -> !name.isEmpty()), settings.secret(password));
    }

    private static Optional<Path> file(Settings settings, Key<String> key) {
        return Optional.of(settings.get(key)).filter(file -> !file.isEmpty()).map(Path::of);
    }
}
