package parley.history.internal.hot;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import parley.history.Entry;
import parley.history.wiring.HistoryConfig.HotLimits;

/// Consecutive entries of one conversation, with their content as it was when `mutatedSeq` was that of
/// the conversation's head. What it shows never changes; a newer window may share its slots and fill
/// those behind it, so that a busy conversation is not copied with every commit. [#joined] is for one
/// thread at a time per conversation; everything else is thread-safe.
final class Window {
    /// What an entry costs in memory beside its bodies.
    private static final long ENTRY_OVERHEAD_BYTES = 160;

    private final long mutatedSeq;
    private final Slots slots;
    private final int from;
    private final int to;
    private final long bytes;

    /// Room for entries; only the window that ends at `used` may add to it.
    private static final class Slots {
        private final Entry[] entries;
        private int used;

        Slots(int capacity) {
            entries = new Entry[capacity];
        }
    }

    private Window(long mutatedSeq, Slots slots, int from, int to, long bytes) {
        this.mutatedSeq = mutatedSeq;
        this.slots = slots;
        this.from = from;
        this.to = to;
        this.bytes = bytes;
    }

    /// The newest of `entries` (ascending, consecutive, at least one) that fit the limits; the last one
    /// always does.
    static Window of(long mutatedSeq, List<Entry> entries, HotLimits limits) {
        Slots slots = new Slots(entries.size());
        return new Window(mutatedSeq, slots, 0, 0, 0).filled(entries, limits);
    }

    /// With `newer` behind, trimmed to the limits from the front; the slots have room.
    private Window filled(List<Entry> newer, HotLimits limits) {
        int end = to;
        long sum = bytes;
        for (Entry entry : newer) {
            slots.entries[end] = entry;
            end++;
            sum += bytesOf(entry);
        }
        slots.used = end;
        int begin = from;
        while (begin < end - 1 && (end - begin > limits.entriesMax() || sum > limits.bytesMax())) {
            sum -= bytesOf(slots.entries[begin]);
            begin++;
        }
        return new Window(mutatedSeq, slots, begin, end, sum);
    }

    static long bytesOf(Entry entry) {
        return ENTRY_OVERHEAD_BYTES + entry.body().length + entry.detail().length;
    }

    long mutatedSeq() {
        return mutatedSeq;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return to - from;
    }

    long first() {
        return slots.entries[from].seq();
    }

    long last() {
        return slots.entries[to - 1].seq();
    }

    private boolean holds(long seq) {
        return first() <= seq && seq <= last();
    }

    /// The entry with this number, which must be held.
    private Entry at(long seq) {
        return slots.entries[from + Math.toIntExact(seq - first())];
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
        int added = Math.toIntExact(older.last() + 1 - newer.first());
        return older.followedBy(newer, newer.from + added, limits);
    }

    /// This and what `newer` holds from its slot `begin` on, in place where this window is the last one
    /// that used the slots and there is room, else in new slots with room for as many again.
    private Window followedBy(Window newer, int begin, HotLimits limits) {
        List<Entry> added = newer.listed(begin);
        boolean isLast = slots.used == to && to + added.size() <= slots.entries.length;
        if (isLast) {
            return filled(added, limits);
        }
        Slots room = new Slots(size() + added.size() + limits.entriesMax());
        Window moved = new Window(mutatedSeq, room, 0, 0, 0).filled(listed(from), limits);
        return moved.filled(added, limits);
    }

    List<Entry> entries() {
        return listed(from);
    }

    private List<Entry> listed(int begin) {
        return Arrays.asList(slots.entries).subList(begin, to);
    }

    /// The entry `seq`, when this window proves its content for a head with `headMutatedSeq`.
    Optional<Entry> proven(long headMutatedSeq, long seq) {
        return mutatedSeq == headMutatedSeq && holds(seq) ? Optional.of(at(seq)) : Optional.empty();
    }
}
