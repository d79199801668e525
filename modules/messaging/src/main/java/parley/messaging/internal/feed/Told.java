package parley.messaging.internal.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What connected accounts were told last of their being in a conversation, so that what the bus brought
/// is not told again by a poll. What is forgotten may be told twice. Thread-safe.
final class Told {
    private static final int REMEMBERED_MAX = 100_000;

    /// Longer than a poll ever looks back, but after it stood still.
    private static final Duration REMEMBERED = Duration.ofMinutes(15);

    private final Cache<AccountId, Map<ConversationId, Boolean>> told = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_MAX)
            .weigher((AccountId account, Map<ConversationId, Boolean> all) -> all.size())
            .expireAfterWrite(REMEMBERED)
            .build();

    void add(AccountId account, ConversationId conversation, boolean isIn) {
        Map<ConversationId, Boolean> unused = told.asMap().compute(account, (id, known) -> {
            Map<ConversationId, Boolean> all = known == null ? new ConcurrentHashMap<>() : known;
            all.put(conversation, isIn);
            return all;
        });
    }

    boolean isTold(AccountId account, ConversationId conversation, boolean isIn) {
        @Nullable Map<ConversationId, Boolean> all = told.getIfPresent(account);
        @Nullable Boolean last = all == null ? null : all.get(conversation);
        return last != null && last == isIn;
    }

    /// Nobody is there any more who was told, or whoever comes now was not.
    void forget(AccountId account) {
        told.invalidate(account);
    }
}
