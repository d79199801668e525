package parley.history.wiring;

import java.time.Duration;
import java.util.Optional;
import parley.kernel.Secret;
import parley.redis.RedisConfig;

/// What an operator sets of the log. Each part refuses a value outside its bounds with a sentence that
/// names the key, the bound and the value.
///
/// `allowWeakDurability` (`database.allow-weak-durability`): serve although the database is set up to
/// lose acknowledged messages in a power cut; health shows it. `redis` is empty for one node alone.
public record HistoryConfig(
        LaneLimits lanes, ReadLimits reads, HotLimits hot, Optional<Redis> redis, boolean allowWeakDurability) {

    public static HistoryConfig defaults() {
        return new HistoryConfig(
                LaneLimits.defaults(), ReadLimits.defaults(), HotLimits.defaults(), Optional.empty(), false);
    }

    /// The same with hot data in Redis.
    public HistoryConfig withRedis(Redis withRedis) {
        return new HistoryConfig(lanes, reads, hot, Optional.of(withRedis), allowWeakDurability);
    }

    /// The same with other limits of hot data.
    public HistoryConfig withHot(HotLimits other) {
        return new HistoryConfig(lanes, reads, other, redis, allowWeakDurability);
    }

    /// The same with other lanes.
    public HistoryConfig withLanes(LaneLimits other) {
        return new HistoryConfig(other, reads, hot, redis, allowWeakDurability);
    }

    /// The writer lanes. `lanes` threads with a connection each; a batch takes at most `batchRowsMax`
    /// entries and `batchBytesMax` bytes of bodies; in one lane at most `queueAppendsMax` appends and
    /// `queueBytesMax` bytes wait, and nothing more is taken while the oldest has waited `queueWaitMax`.
    /// Every append is answered within `answerWithin`. `lockWaitMax` bounds the wait for a row that
    /// another node holds, `idleTransactionMax` how long the database keeps the locks of a frozen node.
    public record LaneLimits(
            int lanes,
            int batchRowsMax,
            int batchBytesMax,
            int queueAppendsMax,
            int queueBytesMax,
            Duration queueWaitMax,
            Duration answerWithin,
            Duration lockWaitMax,
            Duration idleTransactionMax) {

        public LaneLimits {
            within("history.lanes", lanes, 1, 64);
            within("history.batch-rows-max", batchRowsMax, 1, 10_000);
            within("history.batch-bytes-max", batchBytesMax, 65_536, 8 * 1024 * 1024);
            within("history.queue-appends-max", queueAppendsMax, 1, 1_000_000);
            within("history.queue-bytes-max", queueBytesMax, 65_536, 1024 * 1024 * 1024);
            within("history.queue-wait-max", queueWaitMax, 10, 60_000);
            within("history.answer-within", answerWithin, 100, 60_000);
            within("history.lock-wait-max", lockWaitMax, 1_000, 60_000);
            within("history.idle-transaction-max", idleTransactionMax, 1_000, 60_000);
        }

        public static LaneLimits defaults() {
            return new LaneLimits(
                    2,
                    2_000,
                    4 * 1024 * 1024,
                    20_000,
                    64 * 1024 * 1024,
                    Duration.ofMillis(1_500),
                    Duration.ofMillis(3_500),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(5));
        }
    }

    /// Reading. A statement may run for `statementTimeout`; one read returns at most `bytesMax` bytes of
    /// bodies (but never nothing because of it).
    public record ReadLimits(Duration statementTimeout, int bytesMax) {
        public ReadLimits {
            within("history.read-timeout", statementTimeout, 1_000, 60_000);
            within("history.read-bytes-max", bytesMax, 65_536, 16 * 1024 * 1024);
        }

        public static ReadLimits defaults() {
            return new ReadLimits(Duration.ofSeconds(3), 1024 * 1024);
        }
    }

    /// Recent entries kept ready: per conversation at most `entriesMax` and `bytesMax`; in this node at
    /// most `nodeBytesMax` in all; in Redis for `lifetime` after the last entry.
    public record HotLimits(int entriesMax, int bytesMax, long nodeBytesMax, Duration lifetime) {
        public HotLimits {
            within("history.hot-entries-max", entriesMax, 1, 1_000);
            within("history.hot-bytes-max", bytesMax, 16_384, 4 * 1024 * 1024);
            within("history.hot-node-bytes-max", nodeBytesMax, 0, 64L * 1024 * 1024 * 1024);
            within("history.hot-lifetime", lifetime, 1_000, 30L * 24 * 3_600_000);
        }

        public static HotLimits defaults() {
            return new HotLimits(200, 256 * 1024, 64L * 1024 * 1024, Duration.ofHours(24));
        }
    }

    /// The Redis that holds hot data. `clusterSecret` signs what is written there; `queueEntriesMax` and
    /// `queueBytesMax` bound what waits to be written, beyond it is dropped.
    public record Redis(RedisConfig server, Secret clusterSecret, int queueEntriesMax, int queueBytesMax) {
        public Redis {
            within("history.redis-queue-entries-max", queueEntriesMax, 1, 1_000_000);
            within("history.redis-queue-bytes-max", queueBytesMax, 65_536, 1024 * 1024 * 1024);
        }

        public static Redis of(String url, Secret clusterSecret) {
            return new Redis(RedisConfig.at(url), clusterSecret, 10_000, 16 * 1024 * 1024);
        }
    }

    private static void within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, not %d".formatted(key, least, most, value));
        }
    }

    private static void within(String key, Duration value, long leastMillis, long mostMillis) {
        if (value.toMillis() < leastMillis || value.toMillis() > mostMillis) {
            throw new IllegalArgumentException("%s must be between %d ms and %d ms, not %d ms"
                    .formatted(key, leastMillis, mostMillis, value.toMillis()));
        }
    }
}
