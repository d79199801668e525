package parley.sessions.internal.chat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import parley.kernel.AccountId;

/// Watches over sends: how fast one account may send on this node, over all its sessions (a token bucket
/// each, forgotten once it is full again), and how long a sender waits for the acknowledgement.
/// Thread-safe; never blocks.
final class SendGuard {
    private final Cache<AccountId, Bucket> buckets;
    private final int perSecond;
    private final int burst;
    private final Counter refused;
    private final Timer acknowledged;

    SendGuard(int perSecond, int burst, MeterRegistry metrics) {
        this.perSecond = perSecond;
        this.burst = burst;
        Duration refilled = Duration.ofSeconds(1 + burst / perSecond);
        this.buckets = Caffeine.newBuilder().expireAfterAccess(refilled).build();
        this.refused = Counter.builder("parley.sends.limited")
                .description("Sends refused because the account sends too fast")
                .register(metrics);
        this.acknowledged = Timer.builder("parley.sends.acknowledged")
                .description("From the beginning of a send to its acknowledgement")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4))
                .register(metrics);
    }

    boolean tryTake(AccountId account) {
        boolean taken = buckets.get(account, id -> fresh()).tryConsume(1);
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    /// A send that began at `began` (of `System.nanoTime()`) is acknowledged.
    void acknowledged(long began) {
        acknowledged.record(Duration.ofNanos(System.nanoTime() - began));
    }

    private Bucket fresh() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}
