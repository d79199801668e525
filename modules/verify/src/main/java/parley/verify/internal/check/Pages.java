package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// I7B, I9, I10 and the part of I11 that has a time: pages of history.
public final class Pages implements Part {
    private final Chat chat;
    private final Ledger ledger;
    private final Findings findings;
    private final Map<Long, Asking> open = new HashMap<>();
    private final Map<String, Event.Hist> ends = new HashMap<>();
    private final Map<String, Membership> memberships = new HashMap<>();
    private final Map<String, Integer> adding = new HashMap<>();
    private final List<First> firsts = new ArrayList<>();

    /// What was known when a page was asked for: `acked` of the conversation, the end that this device
    /// knew of, and whether the account had been told that it is no member any more.
    private record Asking(
            Event.HistBegin begin, long acked, Event.@Nullable Ack ackedBy, Event.@Nullable Hist end, boolean isOut) {}

    /// An attempt that has no answer yet.
    private record Membership(String conv, String account, boolean isRemoval) {}

    /// A page that begins later than asked: rightly so when `account` may not read what is before it.
    record First(Talk talk, String account, long from, long first, Event event) {}

    public Pages(Chat chat, Ledger ledger, Findings findings) {
        this.chat = chat;
        this.ledger = ledger;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.HistBegin begin -> begin(begin);
            case Event.Hist hist -> page(hist);
            case Event.HistFailed failed -> open.remove(failed.id());
            case Event.Change change -> changing(change);
            case Event.Ack ack -> changed(ack.id() + " " + ack.attempt(), true);
            case Event.Nack nack -> changed(nack.id() + " " + nack.attempt(), false);
            default -> {}
        }
    }

    private void changing(Event.Change change) {
        if (change.kind().equals(Row.MEMBER)) {
            String account = change.print().substring(0, change.print().indexOf(':'));
            boolean isRemoval =
                    change.print().endsWith(":removed") || change.print().endsWith(":left");
            memberships.put(change.id() + " " + change.attempt(), new Membership(change.conv(), account, isRemoval));
            if (!isRemoval) {
                chat.talk(change.conv()).out.remove(account);
                adding.merge(change.conv() + " " + account, 1, Integer::sum);
            }
        }
    }

    /// An attempt has its answer. While one to add somebody has none, nobody knows when it will do its
    /// work.
    private void changed(String attempt, boolean isDone) {
        Membership change = memberships.remove(attempt);
        if (change == null) {
            return;
        }
        String key = change.conv() + " " + change.account();
        if (!change.isRemoval()) {
            adding.merge(key, -1, Integer::sum);
        } else if (isDone && adding.getOrDefault(key, 0) == 0) {
            chat.talk(change.conv()).out.add(change.account());
        }
    }

    private void begin(Event.HistBegin begin) {
        Talk talk = chat.talk(begin.conv());
        boolean isOut = talk.out.contains(chat.account(begin.dev()));
        open.put(begin.id(), new Asking(begin, talk.acked, talk.ackedBy, ends.get(end(begin, talk)), isOut));
    }

    private static String end(Event.HistBegin begin, Talk talk) {
        return begin.dev() + " " + begin.conv() + " " + talk.epoch;
    }

    private void page(Event.Hist hist) {
        Asking asking = open.remove(hist.id());
        if (asking == null) {
            findings.add(Invariant.I2, "a page that nobody asked for", hist);
            return;
        }
        Event.HistBegin begin = asking.begin();
        Talk talk = chat.talk(begin.conv());
        hist.rows().forEach(row -> {
            ledger.observe(talk, row, hist);
            if (row.seq() >= 1 && row.seq() <= talk.highestSeen()) {
                talk.holds(begin.dev(), row.seq());
            }
        });
        boolean isStillOut = asking.isOut() && talk.out.contains(chat.account(begin.dev()));
        if (isStillOut && !hist.rows().isEmpty()) {
            findings.add(Invariant.I11, begin.dev() + " reads on after it was removed", begin, hist);
        }
        if (hist.head() < asking.acked()) {
            findings.add(
                    Invariant.I9,
                    "the end is told as " + hist.head() + " after " + asking.acked() + " was acknowledged",
                    asking.ackedBy(),
                    begin,
                    hist);
        }
        if (asking.end() != null && hist.head() < asking.end().head()) {
            findings.add(
                    Invariant.I10,
                    "the end went back from " + asking.end().head() + " to " + hist.head(),
                    asking.end(),
                    begin,
                    hist);
        }
        ends.merge(end(begin, talk), hist, (old, now) -> now.head() > old.head() ? now : old);
        holes(talk, begin, hist);
    }

    private void holes(Talk talk, Event.HistBegin begin, Event.Hist hist) {
        List<Row> rows = hist.rows();
        long step = begin.reverse() ? -1 : 1;
        long first = begin.reverse()
                ? begin.from() < 0 ? hist.head() : Math.min(begin.from() - 1, hist.head())
                : Math.max(begin.from(), 0) + 1;
        boolean isAny = begin.reverse() ? first >= 1 : first <= hist.head();
        if (rows.isEmpty()) {
            if (isAny && !begin.reverse()) {
                findings.add(Invariant.I7B, "an empty page before the end " + hist.head(), begin, hist);
            }
            return;
        }
        long found = rows.getFirst().seq();
        if (found != first) {
            if (begin.reverse() || found < first) {
                findings.add(Invariant.I7B, "a page begins with " + found + " in place of " + first, begin, hist);
            } else {
                firsts.add(new First(talk, chat.account(begin.dev()), first, found, hist));
            }
        }
        for (int i = 1; i < rows.size(); i++) {
            if (rows.get(i).seq() != rows.get(i - 1).seq() + step) {
                findings.add(
                        Invariant.I7B,
                        "a page goes on from " + rows.get(i - 1).seq() + " to "
                                + rows.get(i).seq(),
                        begin,
                        hist);
            }
        }
        if (!begin.reverse()
                && rows.size() < begin.limit()
                && Objects.requireNonNull(rows.getLast()).seq() < hist.head()) {
            findings.add(
                    Invariant.I7B,
                    "a page ends with " + rows.getLast().seq() + " before the end " + hist.head(),
                    begin,
                    hist);
        }
    }

    @Override
    public void finish() {
        Map<String, Spans> known = new HashMap<>();
        for (First one : firsts) {
            Event.Dump dump = one.talk().dump;
            if (dump != null
                    && !known.computeIfAbsent(dump.conv(), conv -> Spans.of(dump, chat.founded(conv)))
                            .begins(one.account(), one.first())) {
                findings.add(
                        Invariant.I7B,
                        "a page begins with " + one.first() + " and leaves out from " + one.from(),
                        one.event());
            }
        }
    }
}
