package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /// Empty pages backwards: from `first` on there was nothing.
    private final List<First> nothings = new ArrayList<>();

    /// What was known in each epoch when a page was asked for.
    private record Asking(Event.HistBegin begin, Map<Talk, Known> known) {}

    /// `acked` of the conversation, the end that this device knew of, and whether the account had been
    /// told that it is no member any more.
    private record Known(long acked, Event.@Nullable Ack ackedBy, Event.@Nullable Hist end, boolean isOut) {
        static final Known NOTHING = new Known(0, null, null, false);
    }

    /// An attempt that has no answer yet.
    private record Membership(String conv, String account, boolean isRemoval) {}

    /// A page that begins later than asked, or one backwards that ends before it is full: rightly so when
    /// `account` may not read what is before it.
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
            case Event.Ack ack -> changed(ack.id() + " " + ack.attempt(), ack);
            case Event.Nack nack -> changed(nack.id() + " " + nack.attempt(), null);
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
                chat.talks(change.conv()).forEach(talk -> talk.out.remove(account));
                adding.merge(change.conv() + " " + account, 1, Integer::sum);
            }
        }
    }

    /// An attempt has its answer. While one to add somebody has none, nobody knows when it will do its
    /// work.
    private void changed(String attempt, Event.@Nullable Ack ack) {
        Membership change = memberships.remove(attempt);
        if (change == null) {
            return;
        }
        String key = change.conv() + " " + change.account();
        if (!change.isRemoval()) {
            adding.merge(key, -1, Integer::sum);
        } else if (ack != null && adding.getOrDefault(key, 0) == 0) {
            chat.talk(change.conv(), ack).out.add(change.account());
        }
    }

    private void begin(Event.HistBegin begin) {
        String account = chat.account(begin.dev());
        Map<Talk, Known> known = new HashMap<>();
        for (Talk talk : chat.talks(begin.conv())) {
            boolean isOut = talk.out.contains(account);
            known.put(talk, new Known(talk.acked, talk.ackedBy, ends.get(end(begin, talk)), isOut));
        }
        open.put(begin.id(), new Asking(begin, known));
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
        Talk talk = chat.talk(begin, hist);
        Known known = asking.known().getOrDefault(talk, Known.NOTHING);
        hist.rows().forEach(row -> {
            ledger.observe(talk, row, hist);
            if (row.seq() >= 1 && row.seq() <= talk.highestSeen()) {
                talk.holds(begin.dev(), row.seq());
            }
        });
        boolean isStillOut = known.isOut() && talk.out.contains(chat.account(begin.dev()));
        if (isStillOut && !hist.rows().isEmpty()) {
            findings.add(Invariant.I11, begin.dev() + " reads on after it was removed", begin, hist);
        }
        if (hist.head() < known.acked()) {
            findings.add(
                    Invariant.I9,
                    "the end is told as " + hist.head() + " after " + known.acked() + " was acknowledged",
                    known.ackedBy(),
                    begin,
                    hist);
        }
        if (known.end() != null && hist.head() < known.end().head()) {
            findings.add(
                    Invariant.I10,
                    "the end went back from " + known.end().head() + " to " + hist.head(),
                    known.end(),
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
            if (isAny && (!begin.reverse() || begin.from() < 0)) {
                findings.add(Invariant.I7B, "an empty page before the end " + hist.head(), begin, hist);
            } else if (isAny) {
                nothings.add(new First(talk, chat.account(begin.dev()), 1, first, hist));
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
        early(talk, begin, hist);
    }

    private void early(Talk talk, Event.HistBegin begin, Event.Hist hist) {
        long last = hist.rows().getLast().seq();
        if (hist.rows().size() >= begin.limit()) {
            return;
        }
        if (begin.reverse() && last > 1) {
            firsts.add(new First(talk, chat.account(begin.dev()), 1, last, hist));
        } else if (!begin.reverse() && last < hist.head()) {
            findings.add(Invariant.I7B, "a page ends with " + last + " before the end " + hist.head(), begin, hist);
        }
    }

    @Override
    public void finish() {
        Map<String, Spans> known = new HashMap<>();
        for (First one : nothings) {
            Event.Dump dump = one.talk().dump;
            long from = dump == null ? 0 : spans(known, dump).onlyFrom(one.account());
            if (from > 0 && from <= one.first()) {
                findings.add(
                        Invariant.I7B,
                        "an empty page from " + one.first() + " on backwards, and " + one.account() + " may read from "
                                + from,
                        one.event());
            }
        }
        for (First one : firsts) {
            Event.Dump dump = one.talk().dump;
            if (dump != null && !spans(known, dump).begins(one.account(), one.first())) {
                findings.add(
                        Invariant.I7B,
                        "a page has nothing from " + one.from() + " to before " + one.first() + ", and " + one.account()
                                + " may read that",
                        one.event());
            }
        }
    }

    private Spans spans(Map<String, Spans> known, Event.Dump dump) {
        return known.computeIfAbsent(dump.conv(), conv -> Spans.of(dump, chat.founded(conv)));
    }
}
