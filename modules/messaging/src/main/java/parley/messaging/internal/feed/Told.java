package parley.messaging.internal.feed;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What connected accounts were told last of their being in a conversation, so that what the bus brought
/// is not told again by a poll. What is forgotten may be told twice. Thread-safe.
final class Told {
    private static final int REMEMBERED_MAX = 100_000;

    /// Longer than a poll ever looks back, but after it stood still.
    private static final Duration REMEMBERED = Duration.ofMinutes(15);

    private final Cache<Key, Boolean> told = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED)
            .build();

    private record Key(AccountId account, ConversationId conversation) {}

    void add(AccountId account, ConversationId conversation, boolean isIn) {
        told.put(new Key(account, conversation), isIn);
    }

    boolean isTold(AccountId account, ConversationId conversation, boolean isIn) {
        @Nullable Boolean last = told.getIfPresent(new Key(account, conversation));
        return last != null && last == isIn;
    }
}
