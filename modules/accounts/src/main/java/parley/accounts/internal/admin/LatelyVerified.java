package parley.accounts.internal.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import parley.accounts.Administration.ApiKey;
import parley.kernel.Secret;
import parley.kernel.Unavailable;

/// Keys that the database knew lately, so that operators are let in while it is away. It is asked each
/// time, and what it answers holds; only when it does not answer is one taken that it knew within
/// [#LIFETIME]. Holds the SHA-256 of keys and never a key. Thread-safe.
final class LatelyVerified {
    static final Duration LIFETIME = Duration.ofMinutes(5);
    static final int KEYS_MAX = 1_000;

    private final Cache<String, ApiKey> keys;

    /// Counts keys that ended or were refused: what was looked up meanwhile is not remembered.
    private final AtomicLong ends = new AtomicLong();

    LatelyVerified() {
        this(Ticker.systemTicker());
    }

    LatelyVerified(Ticker ticker) {
        this.keys = Caffeine.newBuilder()
                .maximumSize(KEYS_MAX)
                .expireAfterWrite(LIFETIME)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /// Asks the database for the key with a text.
    @FunctionalInterface
    interface Lookup {
        /// Throws [Unavailable] when the database does not answer.
        Optional<ApiKey> find();
    }

    /// What `database` says of the key with this text, or while it is away what it said lately. Throws its
    /// [Unavailable] for any other key.
    Optional<ApiKey> verify(Secret text, Lookup database) {
        String hash = HexFormat.of().formatHex(ApiKeys.hash(text));
        long before = ends.get();
        try {
            Optional<ApiKey> found = database.find();
            found.ifPresent(key -> keys.put(hash, key));
            if (found.isEmpty()) {
                long unused = ends.incrementAndGet();
            }
            if (ends.get() != before) {
                keys.invalidate(hash);
            }
            return found;
        } catch (Unavailable away) {
            ApiKey known = keys.getIfPresent(hash);
            if (known == null) {
                throw away;
            }
            return Optional.of(known);
        }
    }

    /// A key ended on this node; all are asked for anew. Does not block.
    void forget() {
        long unused = ends.incrementAndGet();
        keys.invalidateAll();
    }
}
