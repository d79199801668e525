package parley.redis;

import java.time.Duration;

/// Where Redis is and how it is asked. `login` is that of the servers that hold something,
/// `sentinelLogin` that of the sentinels, which know only their own; `commandTimeout` is the most that a
/// caller ever waits for an answer.
public record RedisConfig(
        RedisPlace place, RedisLogin login, RedisLogin sentinelLogin, RedisTls tls, Duration commandTimeout) {

    public static final Duration COMMAND_TIMEOUT = Duration.ofMillis(200);
    private static final int TIMEOUT_MILLIS_MIN = 10;
    private static final int TIMEOUT_MILLIS_MAX = 5_000;

    public RedisConfig {
        login.check("redis.");
        sentinelLogin.check("redis.sentinel-");
        if (sentinelLogin.password().isPresent() && place.mode() != RedisPlace.Mode.SENTINEL) {
            throw new IllegalArgumentException(
                    "redis.sentinel-password is for sentinels only: redis.url must begin with redis-sentinel, not '"
                            + place.scheme() + "'");
        }
        tls.check(place);
        long millis = commandTimeout.toMillis();
        if (millis < TIMEOUT_MILLIS_MIN || millis > TIMEOUT_MILLIS_MAX) {
            throw new IllegalArgumentException("redis.command-timeout must be between %d ms and %d ms, not %d ms"
                    .formatted(TIMEOUT_MILLIS_MIN, TIMEOUT_MILLIS_MAX, millis));
        }
    }

    /// Redis at `url`, without a password and with the usual time-out.
    public static RedisConfig at(String url) {
        return new RedisConfig(RedisPlace.parse(url), RedisLogin.NONE, RedisLogin.NONE, RedisTls.NONE, COMMAND_TIMEOUT);
    }
}
