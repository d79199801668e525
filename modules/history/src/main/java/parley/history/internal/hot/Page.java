package parley.history.internal.hot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import parley.history.Entry;
import parley.history.Head;

/// A page in the making: consecutive entries from one position on, up or down, taken from one place
/// after the other. For one thread.
final class Page {
    private final Head head;
    private final int step;
    private final long lastWanted;
    private final List<Entry> entries = new ArrayList<>();
    private long next;
    private int fromNode;
    private int fromRedis;
    private int fromDatabase;

    /// `step` is 1 or -1; `count` entries are wanted.
    Page(Head head, long from, int step, int count) {
        this.head = head;
        this.next = from;
        this.step = step;
        this.lastWanted = from + (long) step * (count - 1);
    }

    Head head() {
        return head;
    }

    /// The number that is wanted next.
    long next() {
        return next;
    }

    long lastWanted() {
        return lastWanted;
    }

    int wants() {
        return Math.toIntExact((lastWanted - next) * step + 1);
    }

    int fromNode() {
        return fromNode;
    }

    int fromRedis() {
        return fromRedis;
    }

    int fromDatabase() {
        return fromDatabase;
    }

    void addNode(LongFunction<Optional<Entry>> source) {
        fromNode += addWhileFound(source);
    }

    void addRedis(LongFunction<Optional<Entry>> source) {
        fromRedis += addWhileFound(source);
    }

    private int addWhileFound(LongFunction<Optional<Entry>> source) {
        int before = entries.size();
        while (wants() > 0) {
            Optional<Entry> found = source.apply(next);
            if (found.isEmpty()) {
                break;
            }
            entries.add(found.get());
            next += step;
        }
        return entries.size() - before;
    }

    /// What the database had from [#next] on. A hole means that it lost entries, or that the head belongs
    /// to other data; no page is better than a wrong one.
    void addRead(List<Entry> read) {
        for (Entry entry : read) {
            requireNext(entry.seq());
            entries.add(entry);
            next += step;
        }
        fromDatabase += read.size();
        if (read.isEmpty()) {
            requireNext(0);
        }
    }

    private void requireNext(long seq) {
        if (seq != next) {
            throw new IllegalStateException("conversation %s has no entry %d below its head %d"
                    .formatted(head.conversation(), next, head.head()));
        }
    }

    List<Entry> ascending() {
        return step > 0 ? entries : entries.reversed();
    }

    /// The entries that the database gave, ascending.
    List<Entry> readAscending() {
        List<Entry> read = entries.subList(entries.size() - fromDatabase, entries.size());
        return step > 0 ? read : read.reversed();
    }

    /// As many as have at most `bytesMax` bytes of bodies, one at least.
    List<Entry> capped(int bytesMax) {
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            bytes += entry.body().length + entry.detail().length;
            if (bytes > bytesMax && i > 0) {
                return new ArrayList<>(entries.subList(0, i));
            }
        }
        return entries;
    }
}
