package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Row;

/// Who may read what of a conversation, by its own member entries: from the entry that adds somebody (a
/// founder from 1, and everybody where history is for all) to the one that ends the membership.
final class Spans {
    private final Map<String, List<Span>> of = new HashMap<>();
    private final long head;

    /// `to` is 0 while the membership lasts; `since` is the entry that began it.
    private record Span(long from, long since, long to) {}

    private Spans(long head) {
        this.head = head;
    }

    static Spans of(Event.Dump dump, Event.@Nullable Founded founded) {
        Spans spans =
                new Spans(dump.rows().isEmpty() ? 0 : dump.rows().getLast().seq());
        long foundedSeq = founded == null ? 0 : founded.founded();
        boolean isForAll = founded != null && founded.all();
        for (Row row : dump.rows()) {
            if (row.kind().equals(Row.MEMBER)) {
                int colon = row.print().indexOf(':');
                String account = row.print().substring(0, colon);
                boolean readsAll = isForAll || row.seq() <= foundedSeq;
                spans.change(account, row.print().substring(colon + 1), row.seq(), readsAll ? 1 : row.seq());
            }
        }
        return spans;
    }

    private void change(String account, String change, long seq, long from) {
        List<Span> spans = of.computeIfAbsent(account, none -> new ArrayList<>());
        boolean isOpen = !spans.isEmpty() && spans.getLast().to() == 0;
        switch (change) {
            case "added" -> {
                if (!isOpen) {
                    spans.add(new Span(from, seq, 0));
                }
            }
            case "removed", "left" -> {
                if (isOpen) {
                    Span last = spans.removeLast();
                    spans.add(new Span(last.from(), last.since(), seq));
                }
            }
            default -> {}
        }
    }

    /// The first seq that a present member reads; 0 for nobody who is one at the end.
    long visibleFrom(String account) {
        List<Span> spans = of.getOrDefault(account, List.of());
        return spans.isEmpty() || spans.getLast().to() != 0
                ? 0
                : spans.getLast().from();
    }

    /// Present members with the first seq that each may read.
    Map<String, Long> members() {
        Map<String, Long> members = new HashMap<>();
        of.keySet().forEach(account -> {
            if (visibleFrom(account) > 0) {
                members.put(account, visibleFrom(account));
            }
        });
        return members;
    }

    /// The numbers that `account` was ever allowed to read.
    BitSet readable(String account) {
        BitSet all = new BitSet();
        for (Span span : of.getOrDefault(account, List.of())) {
            all.set((int) span.from(), (int) (span.to() == 0 ? head : span.to()) + 1);
        }
        return all;
    }

    /// Whether `seq` was ever the first one that `account` might read.
    boolean begins(String account, long seq) {
        return of.getOrDefault(account, List.of()).stream().anyMatch(span -> span.from() == seq);
    }

    /// The first seq that `account` reads, if it was never out since it was added first; else 0.
    long onlyFrom(String account) {
        return of.getOrDefault(account, List.of()).size() == 1 ? visibleFrom(account) : 0;
    }

    /// Whether `account` was a member when `seq` was written.
    boolean writes(String account, long seq) {
        return of.getOrDefault(account, List.of()).stream()
                .anyMatch(span -> span.since() <= seq && (span.to() == 0 || span.to() >= seq));
    }
}
