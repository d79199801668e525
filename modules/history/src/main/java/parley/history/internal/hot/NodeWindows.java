package parley.history.internal.hot;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.Optional;
import parley.history.Entry;
import parley.history.wiring.HistoryConfig.HotLimits;
import parley.kernel.ConversationId;

/// The newest entries of active conversations in this node's memory, bounded by bytes. Thread-safe;
/// never blocks.
final class NodeWindows {
    private final HotLimits limits;
    private final NewestChanges changes;
    private final Cache<ConversationId, Window> windows;

    NodeWindows(HotLimits limits, NewestChanges changes) {
        this.limits = limits;
        this.changes = changes;
        this.windows = Caffeine.newBuilder()
                .maximumWeight(limits.nodeBytesMax())
                .<ConversationId, Window>weigher((id, window) -> Math.toIntExact(window.bytes()))
                .executor(Runnable::run)
                .build();
    }

    Optional<Window> find(ConversationId conversation) {
        return Optional.ofNullable(windows.getIfPresent(conversation));
    }

    /// `entries` (ascending, consecutive) as read or committed while the head's `mutatedSeq` was this.
    /// A late call cannot bring back what a newer one replaced.
    void add(ConversationId conversation, long mutatedSeq, List<Entry> entries) {
        changes.seen(conversation, mutatedSeq);
        Window added = Window.of(mutatedSeq, entries, limits);
        Window unused = windows.asMap().compute(conversation, (id, old) -> {
            // Asked in here: whoever puts a newer one in later replaces this one, whoever did is known.
            if (changes.isOutdated(id, mutatedSeq)) {
                return old;
            }
            return old == null ? added : old.joined(added, limits);
        });
    }

    /// Drops what shows the conversation as it was before the change `mutatedSeq`.
    void seen(ConversationId conversation, long mutatedSeq) {
        if (mutatedSeq > 0 && windows.getIfPresent(conversation) != null) {
            changes.seen(conversation, mutatedSeq);
            Window unused = windows.asMap()
                    .computeIfPresent(conversation, (id, window) -> window.mutatedSeq() < mutatedSeq ? null : window);
        }
    }

    /// Every entry that is kept.
    List<Entry> all() {
        return windows.asMap().values().stream()
                .flatMap(window -> window.entries().stream())
                .toList();
    }

    long entries() {
        return windows.estimatedSize();
    }
}
