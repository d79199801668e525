package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Row;

/// What is known of one conversation in one epoch.
final class Talk {
    /// The first sight of a number.
    record Seen(String identity, Event event) {}

    final String conv;
    final String epoch;

    /// The highest acknowledged seq so far, and who says so.
    long acked;

    Event.@Nullable Ack ackedBy;

    Event.@Nullable Dump dump;
    final Map<String, BitSet> held = new HashMap<>();
    final Set<String> out = new HashSet<>();
    private final List<@Nullable Seen> seen = new ArrayList<>();

    Talk(String conv, String epoch) {
        this.conv = conv;
        this.epoch = epoch;
    }

    /// What was seen first under `seq`, null for nothing yet.
    @Nullable
    Seen seen(long seq) {
        return seq >= 1 && seq <= seen.size() ? seen.get((int) seq - 1) : null;
    }

    void seen(long seq, Seen what) {
        while (seen.size() < seq) {
            seen.add(null);
        }
        seen.set((int) seq - 1, what);
    }

    long highestSeen() {
        return seen.size();
    }

    void holds(String dev, long seq) {
        held.computeIfAbsent(dev, none -> new BitSet()).set((int) seq);
    }

    void acked(Event.Ack ack) {
        if (ack.seq() > acked) {
            acked = ack.seq();
            ackedBy = ack;
        }
    }

    /// Everything about an entry that never changes, as one text.
    static String identity(Row row) {
        String print = row.isMessage() || row.kind().equals(Row.EDIT) ? "" : row.print();
        return row.kind() + " " + row.author() + " " + row.id() + " " + row.target() + " " + print;
    }
}
