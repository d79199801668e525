package parley.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import parley.kernel.Secret;

/// Where Redis is and how it is asked. `user` and `password` are empty where it wants none; `trustFile`
/// (PEM) holds the authorities that its certificate may come from, empty = those that the JVM trusts;
/// `commandTimeout` is the most that a caller ever waits for an answer.
public record RedisConfig(
        RedisPlace place,
        Optional<String> user,
        Optional<Secret> password,
        Optional<Path> trustFile,
        Duration commandTimeout) {

    public static final Duration COMMAND_TIMEOUT = Duration.ofMillis(200);
    private static final int TIMEOUT_MILLIS_MIN = 10;
    private static final int TIMEOUT_MILLIS_MAX = 5_000;

    public RedisConfig {
        if (user.isPresent() && password.isEmpty()) {
            throw new IllegalArgumentException(
                    "redis.password must be set when redis.user is, which is '" + user.get() + "'");
        }
        if (trustFile.isPresent() && !place.isEncrypted()) {
            throw new IllegalArgumentException(
                    "redis.trust-file is for TLS only: redis.url must begin with rediss, not '" + place.scheme() + "'");
        }
        if (trustFile.isPresent() && !Files.isReadable(trustFile.get())) {
            throw new IllegalArgumentException(
                    "redis.trust-file must be a PEM file that can be read, not '" + trustFile.get() + "'");
        }
        long millis = commandTimeout.toMillis();
        if (millis < TIMEOUT_MILLIS_MIN || millis > TIMEOUT_MILLIS_MAX) {
            throw new IllegalArgumentException("redis.command-timeout must be between %d ms and %d ms, not %d ms"
                    .formatted(TIMEOUT_MILLIS_MIN, TIMEOUT_MILLIS_MAX, millis));
        }
    }

    /// Redis at `url`, without a password and with the usual time-out.
    public static RedisConfig at(String url) {
        return new RedisConfig(
                RedisPlace.parse(url), Optional.empty(), Optional.empty(), Optional.empty(), COMMAND_TIMEOUT);
    }
}
