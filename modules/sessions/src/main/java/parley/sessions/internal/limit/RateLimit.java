package parley.sessions.internal.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// One named limit of a rate: a token bucket per key, forgotten once it is full again, and at most
/// [#KEYS_MAX] of them. Does not read the wall clock. Thread-safe; never blocks.
public final class RateLimit<K> {
    /// Beyond it the buckets that were used least are forgotten early, and so begin full.
    static final int KEYS_MAX = 100_000;

    private static final long WAIT_MILLIS_MAX = 60_000;

    private final Rate rate;
    private final LongSupplier nanos;
    private final Cache<K, Bucket> buckets;
    private final Counter refused;

    /// `name` is the tag `limit` of the meters; `nanos` is a clock that never goes back.
    public RateLimit(String name, Rate rate, LongSupplier nanos, MeterRegistry metrics) {
        this.rate = rate;
        this.nanos = nanos;
        Duration refilled = Duration.ofSeconds(2 + rate.burst() / rate.perSecond());
        this.buckets = Caffeine.newBuilder()
                .maximumSize(KEYS_MAX)
                .expireAfterAccess(refilled)
                .ticker(nanos::getAsLong)
                .build();
        this.refused = LimitMeters.refused(name, metrics);
        Gauge.builder("parley.limits.keys", buckets, Cache::estimatedSize)
                .description("Token buckets that are remembered, by limit")
                .tag("limit", name)
                .register(metrics);
    }

    /// Takes one of `key`: 0 when there was one, else the milliseconds after which there will be.
    public long take(K key) {
        return take(key, 1);
    }

    /// The same for `tokens` at once. More than the burst can never be taken.
    public long take(K key, long tokens) {
        Bucket bucket = bucket(key);
        if (bucket.tryConsume(tokens)) {
            return 0;
        }
        refused.increment();
        return waitMillis(bucket, tokens);
    }

    /// Like [#take], but takes nothing: for what is charged only once it has happened.
    public long ask(K key) {
        Bucket bucket = bucket(key);
        if (bucket.getAvailableTokens() >= 1) {
            return 0;
        }
        refused.increment();
        return waitMillis(bucket, 1);
    }

    /// Takes one in any case, if need be on credit.
    public void charge(K key) {
        bucket(key).consumeIgnoringRateLimits(1);
    }

    /// Buckets that are remembered.
    long keys() {
        return buckets.estimatedSize();
    }

    /// Forgets at once what is due to be forgotten.
    void settle() {
        buckets.cleanUp();
    }

    private static long waitMillis(Bucket bucket, long tokens) {
        long wait = bucket.estimateAbilityToConsume(tokens).getNanosToWaitForRefill();
        return Math.clamp(TimeUnit.NANOSECONDS.toMillis(wait), 1, WAIT_MILLIS_MAX);
    }

    private Bucket bucket(K key) {
        return buckets.get(key, _ -> fresh());
    }

    private Bucket fresh() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(rate.perSecond(), Duration.ofSeconds(1)))
                .withCustomTimePrecision(new Clock(nanos))
                .build();
    }

    private record Clock(LongSupplier nanos) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
