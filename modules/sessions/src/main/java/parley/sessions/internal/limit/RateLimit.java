package parley.sessions.internal.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// One named limit of a rate: a token bucket per key, forgotten once it is full again, and at most
/// [#KEYS_MAX] of them. Does not read the wall clock. Thread-safe; never blocks.
public final class RateLimit<K> {
    /// Beyond it the buckets that were used least are forgotten early, and so begin full.
    static final int KEYS_MAX = 100_000;

    private static final long WAIT_MILLIS_MAX = 60_000;

    /// Other nodes are told of a key that took one in so many of a burst.
    private static final int TOLD_SHARE = 20;

    private static final int WORTH_TELLING_MAX = 10_000;

    private final Rate rate;
    private final LongSupplier nanos;
    private final Cache<K, Used> buckets;
    private final Set<K> worthTelling = ConcurrentHashMap.newKeySet();
    private volatile boolean isShared;
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
        Used used = used(key);
        Bucket bucket = used.bucket;
        if (bucket.tryConsume(tokens)) {
            if (isShared) {
                count(key, used, tokens);
            }
            return 0;
        }
        refused.increment();
        return waitMillis(bucket, tokens);
    }

    /// Like [#take], but takes nothing: for what is charged only once it has happened.
    public long ask(K key) {
        Bucket bucket = used(key).bucket;
        if (bucket.getAvailableTokens() >= 1) {
            return 0;
        }
        refused.increment();
        return waitMillis(bucket, 1);
    }

    /// Takes one in any case, if need be on credit.
    public void charge(K key) {
        used(key).bucket.consumeIgnoringRateLimits(1);
    }

    /// Counts from now on what is to be told to other nodes.
    void share() {
        isShared = true;
    }

    private void count(K key, Used used, long tokens) {
        if (used.untold.addAndGet(tokens) * TOLD_SHARE >= rate.burst() && worthTelling.size() < WORTH_TELLING_MAX) {
            boolean unused = worthTelling.add(key);
        }
    }

    /// What the `keysMax` keys took that took most, each token once. The others keep waiting.
    Map<K, Integer> takeUntold(int keysMax) {
        Map<K, Long> waiting = new HashMap<>();
        worthTelling.forEach(key -> waiting.put(key, used(key).untold.get()));
        Map<K, Integer> untold = new HashMap<>();
        waiting.entrySet().stream()
                .sorted(Map.Entry.<K, Long>comparingByValue().reversed())
                .limit(keysMax)
                .map(Map.Entry::getKey)
                .forEach(key -> {
                    boolean wasThere = worthTelling.remove(key);
                    long tokens = used(key).untold.getAndSet(0);
                    if (wasThere && tokens > 0) {
                        untold.put(key, (int) Math.min(tokens, Integer.MAX_VALUE));
                    }
                });
        return untold;
    }

    /// Another node let `key` take that many: they are taken here too, on credit of one burst at most.
    void tookElsewhere(K key, long tokens) {
        Bucket bucket = used(key).bucket;
        long owed = Math.min(tokens, bucket.getAvailableTokens() + rate.burst());
        if (owed > 0) {
            long unused = bucket.consumeIgnoringRateLimits(owed);
        }
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

    /// A bucket, and what was taken of it and not told to others.
    private record Used(Bucket bucket, AtomicLong untold) {}

    private Used used(K key) {
        return buckets.get(key, _ -> new Used(fresh(), new AtomicLong()));
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
