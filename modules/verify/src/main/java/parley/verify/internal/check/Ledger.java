package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;
import parley.verify.Row;

/// What was asked for and how it was answered (I4, I8), and whether what anybody sees is that (I2, I5).
public final class Ledger implements Part {
    private static final long SEQ_MAX = 100_000_000;

    private final Chat chat;
    private final Findings findings;
    private final Pipelines pipelines;
    private final Map<String, Asked> asked = new LinkedHashMap<>();

    /// Attempts at the same change: entries without an id can only be counted.
    private final Map<String, Tally> tallies = new HashMap<>();

    private final Set<String> recalls = new HashSet<>();

    private final List<Doubt> doubts = new ArrayList<>();

    /// A sight of something that nobody asked for so far: who founds a conversation learns its name
    /// last.
    private record Doubt(Talk talk, Row row, Event by) {}

    static final class Tally {
        final Event first;
        int begun;
        int refused;
        int stored;

        Tally(Event first) {
            this.first = first;
        }
    }

    public Ledger(Chat chat, Findings findings) {
        this.chat = chat;
        this.findings = findings;
        this.pipelines = new Pipelines(findings);
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Send send -> send(send);
            case Event.Change change -> change(change);
            case Event.Ack ack -> ack(ack);
            case Event.Nack nack -> nack(nack);
            case Event.Close close -> pipelines.closed(close);
            default -> {}
        }
    }

    private void send(Event.Send send) {
        Talk talk = chat.talk(send.conv(), send.conn());
        Asked one = asked.computeIfAbsent(send.id(), none -> new Asked(send, chat.account(send.dev()), talk));
        one.begun++;
        if (send.attempt() == 1) {
            pipelines.begun(send);
        }
    }

    private void change(Event.Change change) {
        Talk talk = chat.talk(change.conv(), change.conn());
        String account = chat.account(change.dev());
        asked.computeIfAbsent(change.id(), none -> new Asked(change, account, talk)).begun++;
        tallies.computeIfAbsent(key(account, change), none -> new Tally(change)).begun++;
        if (change.kind().equals(Row.RECALL)) {
            recalls.add(change.conv() + " " + change.target());
        }
    }

    private void ack(Event.Ack ack) {
        Asked one = asked.get(ack.id());
        if (one == null) {
            findings.add(Invariant.I2, "an answer to nothing that was asked", ack);
            return;
        }
        Talk talk = chat.talk(one.conv, ack);
        boolean isMessage = one.first instanceof Event.Send;
        if (isMessage && one.ack != null && one.ackTalk == talk && one.ack.seq() != ack.seq()) {
            findings.add(
                    Invariant.I4,
                    "the id " + ack.id() + " was told two numbers, " + one.ack.seq() + " and " + ack.seq(),
                    one.first,
                    one.ack,
                    ack);
        }
        if (one.talk == talk && (isMessage ? ack.seq() <= one.ackedBefore : ack.seq() < one.ackedBefore)) {
            findings.add(
                    Invariant.I8,
                    "asked for after " + one.ackedBefore + " was acknowledged, and got " + ack.seq(),
                    one.ackedBeforeBy,
                    one.first,
                    ack);
        }
        if (one.ack == null) {
            one.ack = ack;
            one.ackTalk = talk;
        }
        if (one.first instanceof Event.Send send) {
            pipelines.acked(ack);
            agree(talk, new Row(ack.seq(), Row.MESSAGE, one.account, send.id(), 0, "", 0, false), ack);
        }
        talk.acked(ack);
    }

    private void nack(Event.Nack nack) {
        Asked one = asked.get(nack.id());
        if (one != null) {
            one.refused++;
            one.nack = nack;
            if (one.first instanceof Event.Change change) {
                Tally tally = tallies.get(key(one.account, change));
                if (tally != null) {
                    tally.refused++;
                }
            }
        }
    }

    /// Somebody sees `row` in `talk`: is it what everybody sees there, and was it asked for?
    void observe(Talk talk, Row row, Event by) {
        if (!agree(talk, row, by)) {
            return;
        }
        if (row.isMessage()) {
            message(talk, row, by);
            return;
        }
        if (!wasAsked(talk, row)) {
            doubts.add(new Doubt(talk, row, by));
        }
    }

    private boolean wasAsked(Talk talk, Row row) {
        boolean isErased = row.kind().equals(Row.EDIT) && row.print().isEmpty();
        return isErased ? recalls.contains(talk.conv + " " + row.target()) : tally(talk.conv, row) != null;
    }

    private void message(Talk talk, Row row, Event by) {
        Asked one = asked.get(row.id());
        if (one == null || !(one.first instanceof Event.Send send)) {
            findings.add(Invariant.I2, "nobody sent " + said(talk, row), by);
            return;
        }
        if (one.visible == null) {
            one.visible = by;
        }
        if (!one.conv.equals(talk.conv) || !one.account.equals(row.author())) {
            findings.add(Invariant.I2, "sent by another or elsewhere: " + said(talk, row), one.first, by);
        } else if (row.recalled()) {
            if (!recalls.contains(talk.conv + " " + row.seq()) || !row.print().isEmpty()) {
                findings.add(Invariant.I2, "recalled by nobody, or not whole: " + said(talk, row), one.first, by);
            }
        } else if (row.edited() > 0) {
            if (tally(talk.conv, edit(row)) == null) {
                findings.add(Invariant.I2, "edited by nobody like that: " + said(talk, row), one.first, by);
            }
        } else if (!send.print().equals(row.print())) {
            findings.add(Invariant.I2, "not as it was sent: " + said(talk, row), one.first, by);
        }
    }

    /// The entry that made an edited message what it is.
    static Row edit(Row message) {
        return new Row(message.edited(), Row.EDIT, message.author(), "", message.seq(), message.print(), 0, false);
    }

    private boolean agree(Talk talk, Row row, Event by) {
        if (row.seq() < 1 || row.seq() > SEQ_MAX) {
            findings.add(Invariant.I3, "no number for an entry: " + said(talk, row), by);
            return false;
        }
        String identity = Talk.identity(row);
        Talk.Seen seen = talk.seen(row.seq());
        if (seen == null) {
            talk.seen(row.seq(), new Talk.Seen(identity, by));
        } else if (!seen.identity().equals(identity)) {
            findings.add(
                    Invariant.I5,
                    "number " + row.seq() + " of " + talk.conv + " is '" + seen.identity() + "' and '" + identity + "'",
                    seen.event(),
                    by);
        }
        return true;
    }

    @Nullable
    Tally tally(String conv, Row row) {
        return tallies.get(key(conv, row.author(), row.kind(), row.target(), row.print()));
    }

    private static String key(String account, Event.Change change) {
        return key(change.conv(), account, change.kind(), change.target(), change.print());
    }

    private static String key(String conv, String account, String kind, long target, String print) {
        return conv + " " + account + " " + kind + " " + target + " " + print;
    }

    private static String said(Talk talk, Row row) {
        return row.kind() + " " + row.seq() + " of " + talk.conv + (row.id().isEmpty() ? "" : " with id " + row.id());
    }

    Optional<Asked> asked(String id) {
        return Optional.ofNullable(asked.get(id));
    }

    Collection<Asked> asked() {
        return asked.values();
    }

    @Override
    public void finish() {
        for (Doubt doubt : doubts) {
            if (!wasAsked(doubt.talk(), doubt.row())) {
                findings.add(Invariant.I2, "nobody asked for " + said(doubt.talk(), doubt.row()), doubt.by());
            }
        }
        for (Asked one : asked.values()) {
            if (one.isRefused() && one.visible != null) {
                findings.add(
                        Invariant.I2, "refused for good and yet there: " + one.id, one.first, one.nack, one.visible);
            }
        }
        pipelines.finish();
    }
}
