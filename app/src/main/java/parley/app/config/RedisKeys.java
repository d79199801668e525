package parley.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import parley.app.exit.Failure;
import parley.kernel.Secret;
import parley.redis.RedisConfig;
import parley.redis.RedisPlace;

/// The keys of Redis and of what signs all that goes there.
final class RedisKeys {
    static final Key<String> URL = Key.text("redis.url", "");
    static final Key<String> USER = Key.text("redis.user", "");
    static final Key<String> PASSWORD = Key.secret("redis.password");
    static final Key<String> TRUST_FILE = Key.text("redis.trust-file", "");
    static final Key<Duration> COMMAND_TIMEOUT = Key.time("redis.command-timeout", "200ms", "10ms", "5s");
    static final Key<String> CLUSTER_SECRET = Key.secret("cluster.secret");

    private static final int SECRET_CHARS_MIN = 16;

    private RedisKeys() {}

    static List<Key<?>> all() {
        return List.of(URL, USER, PASSWORD, TRUST_FILE, COMMAND_TIMEOUT, CLUSTER_SECRET);
    }

    static Optional<SignedRedis> config(Settings settings) {
        String url = settings.get(URL);
        Optional<Secret> password = settings.secret(PASSWORD);
        Optional<Secret> secret = settings.secret(CLUSTER_SECRET);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            RedisConfig server = new RedisConfig(
                    RedisPlace.parse(url),
                    Optional.of(settings.get(USER)).filter(user -> !user.isEmpty()),
                    password,
                    Optional.of(settings.get(TRUST_FILE))
                            .filter(file -> !file.isEmpty())
                            .map(Path::of),
                    settings.get(COMMAND_TIMEOUT));
            return Optional.of(new SignedRedis(
                    server,
                    secret.filter(value -> value.reveal().length() >= SECRET_CHARS_MIN)
                            .orElseThrow(() -> new Failure(CLUSTER_SECRET.name() + " must be set to at least "
                                    + SECRET_CHARS_MIN + " characters when redis.url is set."))));
        } catch (IllegalArgumentException bound) {
            throw new Failure(bound.getMessage() + ".");
        }
    }
}
