package parley.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import parley.app.exit.Failure;
import parley.cluster.wiring.ClusterRedis;
import parley.history.wiring.HistoryConfig;

/// The keys of the module `history` and the record they make.
final class HistoryKeys {
    static final Key<Integer> LANES = Key.whole("history.lanes", 2, 1, 64);
    static final Key<Integer> BATCH_ROWS_MAX = Key.whole("history.batch-rows-max", 2_000, 1, 10_000);
    static final Key<Integer> BATCH_BYTES_MAX = Key.whole("history.batch-bytes-max", 4_194_304, 65_536, 8_388_608);
    static final Key<Integer> QUEUE_APPENDS_MAX = Key.whole("history.queue-appends-max", 20_000, 1, 1_000_000);
    static final Key<Integer> QUEUE_BYTES_MAX = Key.whole("history.queue-bytes-max", 67_108_864, 65_536, 1_073_741_824);
    static final Key<Duration> QUEUE_WAIT_MAX = Key.time("history.queue-wait-max", "1500ms", "10ms", "1m");
    static final Key<Duration> ANSWER_WITHIN = Key.time("history.answer-within", "3500ms", "100ms", "1m");
    static final Key<Duration> LOCK_WAIT_MAX = Key.time("history.lock-wait-max", "2s", "1s", "1m");
    static final Key<Duration> IDLE_TRANSACTION_MAX = Key.time("history.idle-transaction-max", "5s", "1s", "1m");
    static final Key<Duration> READ_TIMEOUT = Key.time("history.read-timeout", "3s", "1s", "1m");
    static final Key<Integer> READ_BYTES_MAX = Key.whole("history.read-bytes-max", 1_048_576, 65_536, 16_777_216);
    static final Key<Integer> HOT_ENTRIES_MAX = Key.whole("history.hot-entries-max", 200, 1, 1_000);
    static final Key<Integer> HOT_BYTES_MAX = Key.whole("history.hot-bytes-max", 262_144, 16_384, 4_194_304);
    static final Key<Integer> HOT_NODE_BYTES_MAX =
            Key.whole("history.hot-node-bytes-max", 67_108_864, 0, 2_147_483_647);
    static final Key<Duration> HOT_LIFETIME = Key.time("history.hot-lifetime", "24h", "1s", "30d");
    static final Key<Integer> REDIS_QUEUE_ENTRIES_MAX =
            Key.whole("history.redis-queue-entries-max", 10_000, 1, 1_000_000);
    static final Key<Integer> REDIS_QUEUE_BYTES_MAX =
            Key.whole("history.redis-queue-bytes-max", 16_777_216, 65_536, 1_073_741_824);

    private HistoryKeys() {}

    static List<Key<?>> all() {
        return List.of(
                LANES,
                BATCH_ROWS_MAX,
                BATCH_BYTES_MAX,
                QUEUE_APPENDS_MAX,
                QUEUE_BYTES_MAX,
                QUEUE_WAIT_MAX,
                ANSWER_WITHIN,
                LOCK_WAIT_MAX,
                IDLE_TRANSACTION_MAX,
                READ_TIMEOUT,
                READ_BYTES_MAX,
                HOT_ENTRIES_MAX,
                HOT_BYTES_MAX,
                HOT_NODE_BYTES_MAX,
                HOT_LIFETIME,
                REDIS_QUEUE_ENTRIES_MAX,
                REDIS_QUEUE_BYTES_MAX);
    }

    static HistoryConfig config(Settings settings, Optional<ClusterRedis> redis) {
        try {
            return new HistoryConfig(
                    lanes(settings),
                    new HistoryConfig.ReadLimits(settings.get(READ_TIMEOUT), settings.get(READ_BYTES_MAX)),
                    new HistoryConfig.HotLimits(
                            settings.get(HOT_ENTRIES_MAX),
                            settings.get(HOT_BYTES_MAX),
                            settings.get(HOT_NODE_BYTES_MAX),
                            settings.get(HOT_LIFETIME)),
                    redis.map(to -> redis(settings, to)),
                    settings.get(Keys.DATABASE_ALLOW_WEAK_DURABILITY));
        } catch (IllegalArgumentException bound) {
            throw new Failure(bound.getMessage() + ".");
        }
    }

    private static HistoryConfig.LaneLimits lanes(Settings settings) {
        return new HistoryConfig.LaneLimits(
                settings.get(LANES),
                settings.get(BATCH_ROWS_MAX),
                settings.get(BATCH_BYTES_MAX),
                settings.get(QUEUE_APPENDS_MAX),
                settings.get(QUEUE_BYTES_MAX),
                settings.get(QUEUE_WAIT_MAX),
                settings.get(ANSWER_WITHIN),
                settings.get(LOCK_WAIT_MAX),
                settings.get(IDLE_TRANSACTION_MAX));
    }

    private static HistoryConfig.Redis redis(Settings settings, ClusterRedis to) {
        return new HistoryConfig.Redis(
                to.server(), to.secret(), settings.get(REDIS_QUEUE_ENTRIES_MAX), settings.get(REDIS_QUEUE_BYTES_MAX));
    }
}
