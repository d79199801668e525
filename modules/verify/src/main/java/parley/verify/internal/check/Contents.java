package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// The part of I9 that is about content: a page asked for after the change of a message was acknowledged
/// shows that message changed.
public final class Contents implements Part {
    private final Chat chat;
    private final Findings findings;
    private final Map<String, Event.Change> changes = new HashMap<>();

    /// By the message that they change, then by when: acknowledged changes.
    private final Map<String, TreeMap<Long, Done>> done = new HashMap<>();

    private final Map<Long, Asking> open = new HashMap<>();
    private final List<Stale> stale = new ArrayList<>();
    private long count;

    private record Done(Event.Change change, Event.Ack ack) {}

    private record Asking(Event.HistBegin begin, long at) {}

    /// A message that looks as before an edit, if the log holds that edit: one that changed nothing
    /// leaves none.
    private record Stale(Talk talk, Done edit, Event.Hist page) {}

    public Contents(Chat chat, Findings findings) {
        this.chat = chat;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        count++;
        switch (event) {
            case Event.Change change -> {
                if (change.kind().equals(Row.EDIT) || change.kind().equals(Row.RECALL)) {
                    changes.put(change.id(), change);
                }
            }
            case Event.Ack ack -> {
                Event.Change change = changes.get(ack.id());
                if (change != null) {
                    done.computeIfAbsent(key(chat.talk(change.conv(), ack), change.target()), none -> new TreeMap<>())
                            .put(count, new Done(change, ack));
                }
            }
            case Event.HistBegin begin -> open.put(begin.id(), new Asking(begin, count));
            case Event.HistFailed failed -> open.remove(failed.id());
            case Event.Hist hist -> {
                Asking asking = open.remove(hist.id());
                if (asking != null) {
                    hist.rows().forEach(row -> shown(asking, hist, row));
                }
            }
            default -> {}
        }
    }

    private static String key(Talk talk, long seq) {
        return talk.conv + " " + talk.epoch + " " + seq;
    }

    private void shown(Asking asking, Event.Hist hist, Row row) {
        Talk talk = chat.talk(asking.begin(), hist);
        TreeMap<Long, Done> all = done.get(key(talk, row.seq()));
        if (all == null || !row.isMessage() || row.recalled()) {
            return;
        }
        for (Done one : all.headMap(asking.at()).values()) {
            if (one.change().kind().equals(Row.RECALL)) {
                findings.add(
                        Invariant.I9,
                        "a page shows " + row.seq() + " of " + one.change().conv() + " after it was recalled",
                        one.ack(),
                        asking.begin(),
                        hist);
            } else if (row.edited() < one.ack().seq()) {
                stale.add(new Stale(talk, one, hist));
            }
        }
    }

    @Override
    public void finish() {
        for (Stale one : stale) {
            Event.Change change = one.edit().change();
            if (holds(one.talk().dump, one.edit().ack().seq(), change.target())) {
                findings.add(
                        Invariant.I9,
                        "a page shows " + change.target() + " of " + change.conv() + " as before its edit "
                                + one.edit().ack().seq(),
                        one.edit().ack(),
                        one.page());
            }
        }
    }

    private static boolean holds(Event.@Nullable Dump dump, long seq, long target) {
        return dump != null
                && dump.rows().stream()
                        .anyMatch(row -> row.seq() == seq && row.kind().equals(Row.EDIT) && row.target() == target);
    }
}
