package parley.history.internal.hot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.history.Entry;
import parley.history.wiring.HistoryConfig.HotLimits;

/// Consecutive entries of one conversation, with their content as it was when `mutatedSeq` was that of
/// the conversation's head. Immutable.
record Window(long mutatedSeq, List<Entry> entries, long bytes) {
    /// What an entry costs in memory beside its bodies.
    private static final long ENTRY_OVERHEAD_BYTES = 160;

    /// The newest of `entries` (ascending, consecutive, at least one) that fit the limits; the last one
    /// always does.
    static Window of(long mutatedSeq, List<Entry> entries, HotLimits limits) {
        int from = entries.size();
        long bytes = 0;
        while (from > 0 && entries.size() - from < limits.entriesMax()) {
            long next = bytesOf(entries.get(from - 1));
            if (bytes + next > limits.bytesMax() && from < entries.size()) {
                break;
            }
            bytes += next;
            from--;
        }
        return new Window(mutatedSeq, List.copyOf(entries.subList(from, entries.size())), bytes);
    }

    static long bytesOf(Entry entry) {
        return ENTRY_OVERHEAD_BYTES + entry.body().length + entry.detail().length;
    }

    long first() {
        return entries.getFirst().seq();
    }

    long last() {
        return entries.getLast().seq();
    }

    boolean holds(long seq) {
        return first() <= seq && seq <= last();
    }

    /// The entry with this number, which must be held.
    Entry at(long seq) {
        return entries.get(Math.toIntExact(seq - first()));
    }

    /// This and `other` as one, when they touch or overlap and show the same content; else the newer.
    Window joined(Window other, HotLimits limits) {
        if (mutatedSeq != other.mutatedSeq) {
            return mutatedSeq > other.mutatedSeq ? this : other;
        }
        boolean isOlder = first() <= other.first();
        Window older = isOlder ? this : other;
        Window newer = isOlder ? other : this;
        if (newer.first() > older.last() + 1) {
            return newer;
        }
        if (newer.last() <= older.last()) {
            return older;
        }
        List<Entry> all = new ArrayList<>(older.entries.subList(0, Math.toIntExact(newer.first() - older.first())));
        all.addAll(newer.entries);
        return of(mutatedSeq, all, limits);
    }

    /// The entry `seq`, when this window proves its content for a head with `headMutatedSeq`.
    Optional<Entry> proven(long headMutatedSeq, long seq) {
        return mutatedSeq == headMutatedSeq && holds(seq) ? Optional.of(at(seq)) : Optional.empty();
    }
}
