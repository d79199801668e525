package parley.cluster.wiring;

import java.time.Duration;
import parley.kernel.Secret;
import parley.redis.RedisConfig;

/// The Redis through which the nodes reach each other. `secret` proves all that goes there, the same on
/// all nodes.
///
/// Each of the 72 streams keeps about `streamEntriesMax` entries and `streamBytesMax` bytes at most, and
/// nothing older than `streamAgeMax` for long: so far back a node that lost Redis for a moment can read
/// on. In each of the 8 slot groups at most `queueBytesMax` bytes of hints wait to be written; more are
/// dropped, which the others notice.
public record ClusterRedis(
        RedisConfig server,
        Secret secret,
        int streamEntriesMax,
        int streamBytesMax,
        Duration streamAgeMax,
        int queueBytesMax) {

    public ClusterRedis {
        within("cluster.stream-entries-max", streamEntriesMax, 100, 1_000_000);
        within("cluster.stream-bytes-max", streamBytesMax, 131_072, 1024 * 1024 * 1024);
        within("cluster.queue-bytes-max", queueBytesMax, 131_072, 1024 * 1024 * 1024);
        if (streamAgeMax.toSeconds() < 10 || streamAgeMax.toSeconds() > 3_600) {
            throw new IllegalArgumentException("cluster.stream-age-max must be between 10 s and 3600 s, not %d ms"
                    .formatted(streamAgeMax.toMillis()));
        }
    }

    /// The usual limits.
    public static ClusterRedis of(RedisConfig server, Secret secret) {
        return new ClusterRedis(server, secret, 10_000, 1024 * 1024, Duration.ofMinutes(1), 8 * 1024 * 1024);
    }

    private static void within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, not %d".formatted(key, least, most, value));
        }
    }
}
