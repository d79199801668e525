package parley.history.internal.hot;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import parley.kernel.ConversationId;

/// The highest `mutatedSeq` of each conversation that this node has seen lately: what was read before
/// that change and arrives late is not kept, though nothing else of the conversation is in memory any
/// more. Thread-safe; never blocks.
final class NewestChanges {
    private static final int CONVERSATIONS_MAX = 100_000;

    /// Longer than any read of a page takes.
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final Cache<ConversationId, Long> newest = Caffeine.newBuilder()
            .maximumSize(CONVERSATIONS_MAX)
            .expireAfterWrite(REMEMBERED)
            .build();

    void seen(ConversationId conversation, long mutatedSeq) {
        if (mutatedSeq > 0 && !isKnown(conversation, mutatedSeq)) {
            Long unused = newest.asMap().merge(conversation, mutatedSeq, Math::max);
        }
    }

    private boolean isKnown(ConversationId conversation, long mutatedSeq) {
        @Nullable Long known = newest.getIfPresent(conversation);
        return known != null && known >= mutatedSeq;
    }

    /// True when something was changed after `mutatedSeq`.
    boolean isOutdated(ConversationId conversation, long mutatedSeq) {
        return isKnown(conversation, mutatedSeq + 1);
    }
}
