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
import parley.verify.Invariant;
import parley.verify.LogTables;
import parley.verify.Row;

/// What the tables hold at the end, against everything before: I1, I3, I4, I7, I11, I14.
public final class Tables implements Part {
    private final Chat chat;
    private final Ledger ledger;
    private final Reading reading;
    private final Findings findings;
    private final Map<String, Event.Quiet> quiet = new HashMap<>();
    private final Map<String, Stored> logs = new HashMap<>();

    public Tables(Chat chat, Ledger ledger, Reading reading, Findings findings) {
        this.chat = chat;
        this.ledger = ledger;
        this.reading = reading;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Dump dump -> dumped(dump);
            case Event.Quiet one -> quiet.put(one.dev() + " " + one.conv(), one);
            default -> {}
        }
    }

    private void dumped(Event.Dump dump) {
        Talk talk = chat.talk(dump.conv());
        Set<String> ids = new HashSet<>();
        long expected = 1;
        long messages = 0;
        for (Row row : dump.rows()) {
            if (row.seq() != expected) {
                findings.add(Invariant.I3, dump.conv() + " goes from " + (expected - 1) + " to " + row.seq(), dump);
            }
            expected = row.seq() + 1;
            ledger.observe(talk, row, dump);
            if (row.isMessage()) {
                messages++;
                if (!row.id().isEmpty() && !ids.add(row.author() + " " + row.id())) {
                    findings.add(Invariant.I4, row.id() + " is stored twice", dump);
                }
            } else {
                Ledger.Tally tally = ledger.tally(dump.conv(), row);
                if (tally != null && ++tally.stored > tally.begun - tally.refused) {
                    findings.add(
                            tally.begun == tally.refused ? Invariant.I2 : Invariant.I4,
                            row.kind() + " " + row.seq() + " is there more often than it was asked for",
                            tally.first,
                            dump);
                }
            }
        }
        if (dump.head() != expected - 1 || dump.messages() != messages) {
            findings.add(
                    Invariant.I3,
                    "the head of " + dump.conv() + " says " + dump.head() + " entries and " + dump.messages()
                            + " messages; there are " + (expected - 1) + " and " + messages,
                    dump);
        }
        Revised.check(dump, findings);
        logs.put(dump.conv(), Stored.of(dump));
    }

    @Override
    public void finish() {
        for (Event.Founded founded : chat.founded()) {
            Stored log = logs.get(founded.conv());
            if (log == null) {
                findings.add(Invariant.I1, "the database knows nothing of " + founded.conv(), founded);
            } else {
                Spans spans = Spans.of(log.dump(), founded);
                members(log.dump(), spans);
                authors(log.dump(), spans);
                Mutes.check(log.dump(), findings);
                holders(log.dump(), spans);
            }
        }
        for (Asked one : ledger.asked()) {
            Stored log = logs.get(one.conv);
            boolean isSame = one.ackTalk == chat.talk(one.conv);
            if (one.ack != null && log != null && !log.keeps(one, one.ack, isSame)) {
                findings.add(
                        Invariant.I1,
                        one.id + " was acknowledged as " + one.ack.seq() + " of " + one.conv
                                + " and the database does not hold that",
                        one.first,
                        one.ack,
                        log.dump());
            }
        }
    }

    private void members(Event.Dump dump, Spans spans) {
        if (!dump.source().equals(LogTables.SQL)) {
            return;
        }
        Map<String, Long> told = new HashMap<>();
        dump.members().forEach(member -> told.put(member.account(), member.visibleFrom()));
        if (!told.equals(spans.members())) {
            findings.add(
                    Invariant.I3,
                    "the members of " + dump.conv() + " do not follow from its entries: " + difference(told, spans),
                    dump);
        }
    }

    private static String difference(Map<String, Long> told, Spans spans) {
        Set<Map.Entry<String, Long>> by = new HashSet<>(spans.members().entrySet());
        List<String> all = new ArrayList<>();
        told.entrySet().stream().filter(one -> !by.contains(one)).limit(5).forEach(one -> all.add("stored " + one));
        by.stream()
                .filter(one -> !told.entrySet().contains(one))
                .limit(5)
                .forEach(one -> all.add("by the entries " + one));
        return String.join(", ", all);
    }

    private void authors(Event.Dump dump, Spans spans) {
        for (Row row : dump.rows()) {
            if (!spans.writes(row.author(), row.seq()) && !isFounding(dump, row)) {
                findings.add(
                        Invariant.I11,
                        row.author() + " was no member of " + dump.conv() + " and wrote " + row.seq(),
                        dump);
            }
        }
    }

    private boolean isFounding(Event.Dump dump, Row row) {
        Event.Founded founded = chat.founded(dump.conv());
        return founded != null && row.seq() <= founded.founded();
    }

    private void holders(Event.Dump dump, Spans spans) {
        Talk talk = chat.talk(dump.conv());
        long head = dump.rows().isEmpty() ? 0 : dump.rows().getLast().seq();
        BitSet stored = new BitSet();
        dump.rows().forEach(row -> stored.set((int) row.seq()));
        for (Event.Device device : chat.devices()) {
            BitSet held = talk.held.getOrDefault(device.dev(), new BitSet());
            unknown(talk, device, held, stored, head);
            forbidden(talk, device, held, spans, stored);
            long from = spans.visibleFrom(device.account());
            if (from > 0) {
                missing(dump, device, held, from);
            }
        }
    }

    private void unknown(Talk talk, Event.Device device, BitSet held, BitSet stored, long head) {
        BitSet more = copy(held);
        more.andNot(stored);
        if (!more.isEmpty()) {
            int seq = more.nextSetBit(0);
            findings.add(
                    Invariant.I14,
                    device.dev() + " holds " + seq + " of " + talk.conv + "; the database has " + head + " entries",
                    first(talk, seq));
        }
    }

    private void forbidden(Talk talk, Event.Device device, BitSet held, Spans spans, BitSet stored) {
        BitSet more = copy(held);
        more.and(stored);
        more.andNot(spans.readable(device.account()));
        if (!more.isEmpty()) {
            int seq = more.nextSetBit(0);
            findings.add(
                    Invariant.I11,
                    device.dev() + " of " + device.account() + " got " + seq + " of " + talk.conv
                            + ", which that account may not read",
                    device,
                    first(talk, seq));
        }
    }

    private void missing(Event.Dump dump, Event.Device device, BitSet held, long from) {
        long head = dump.rows().isEmpty() ? 0 : dump.rows().getLast().seq();
        int gap = held.nextClearBit((int) from);
        if (gap <= head) {
            findings.add(
                    Invariant.I7,
                    device.dev() + " never got " + gap + " of " + dump.conv() + ", the end is " + head,
                    dump);
        }
        long read = reading.reached(device.dev(), dump.conv());
        if (read < head) {
            findings.add(
                    Invariant.I7,
                    "at rest " + device.dev() + " could read " + dump.conv() + " up to " + read + ", the end is "
                            + head,
                    device,
                    dump);
        }
        Event.Quiet one = quiet.get(device.dev() + " " + dump.conv());
        if (one == null || one.live() < head) {
            findings.add(
                    Invariant.I7,
                    "at rest pushes had brought " + device.dev() + " to " + (one == null ? "nowhere" : one.live())
                            + " of " + dump.conv() + ", the end is " + head,
                    one,
                    dump);
        }
    }

    private static @Nullable Event first(Talk talk, int seq) {
        Talk.Seen seen = talk.seen(seq);
        return seen == null ? null : seen.event();
    }

    private static BitSet copy(BitSet bits) {
        BitSet copy = new BitSet();
        copy.or(bits);
        return copy;
    }
}
