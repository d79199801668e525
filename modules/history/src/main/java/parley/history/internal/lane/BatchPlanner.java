package parley.history.internal.lane;

import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import parley.history.Admission.Verdict;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.Entry;
import parley.history.Head;
import parley.history.NewEntry;

/// Decides what each append of a batch becomes, from the heads and keys that were read under the heads'
/// locks: a repeat, a refusal, or the next numbers of its conversation. Pure but for the admitter. One
/// object per batch, used once by one thread.
public final class BatchPlanner {

    /// Asks `messaging` again, when the members changed since the append was authorised.
    interface Admitter {
        Verdict admit(Head head, Append append) throws SQLException;
    }

    private final Map<Long, Head> heads;
    private final Map<SentKey, SentRow> known;
    private final long nowMillis;
    private final Admitter admitter;
    private final Map<Long, Head> changed = new LinkedHashMap<>();
    private final List<Plan.Written> written = new ArrayList<>();

    BatchPlanner(Map<Long, Head> heads, Map<SentKey, SentRow> known, long nowMillis, Admitter admitter) {
        this.heads = new HashMap<>(heads);
        this.known = new HashMap<>(known);
        this.nowMillis = nowMillis;
        this.admitter = admitter;
    }

    Plan plan(List<Item> items) throws SQLException {
        List<AppendResult> results = new ArrayList<>(items.size());
        for (Item item : items) {
            results.add(decide(item));
        }
        return new Plan(results, written, List.copyOf(changed.values()));
    }

    private AppendResult decide(Item item) throws SQLException {
        SentRow sent = known.get(item.key());
        if (sent != null) {
            return answerTo(sent, item.bodyMac());
        }
        Append append = item.append();
        Head head = heads.getOrDefault(item.conversation(), new Head(append.conversation(), 0, 0, 0, 0, 0, 0));
        boolean exists = head.head() > 0;
        if (append.first() == exists) {
            return new AppendResult.WrongState(exists);
        }
        if (append.membersVersion() == head.membersVersion()) {
            return number(item, head, append.entries());
        }
        return switch (admitter.admit(head, append)) {
            case Verdict.Refused refused -> new AppendResult.Refused(refused.refusal());
            case Verdict.Admitted admitted when admitted.entries().isEmpty() -> new AppendResult.Unneeded(head.head());
            case Verdict.Admitted admitted -> number(item, head, admitted.entries());
        };
    }

    /// What a repeat is told: the first numbers, when the bodies are the same.
    public static AppendResult answerTo(SentRow sent, byte[] bodyMac) {
        return MessageDigest.isEqual(sent.bodyMac(), bodyMac)
                ? new AppendResult.Repeated(sent.seq(), sent.time())
                : new AppendResult.ClientIdReused();
    }

    private AppendResult number(Item item, Head before, List<NewEntry> news) {
        Append append = item.append();
        long time = Math.max(before.time(), nowMillis);
        long seq = before.head();
        long messages = before.messages();
        long mutated = before.mutatedSeq();
        boolean members = false;
        List<Entry> entries = new ArrayList<>(news.size());
        for (NewEntry entry : news) {
            seq++;
            switch (entry.kind()) {
                case MESSAGE -> messages++;
                case EDIT, RECALL, REACTION -> mutated = seq;
                case MEMBER -> members = true;
                case TITLE -> {}
            }
            entries.add(entryOf(append, entry, seq, time, messages));
        }
        Head after = new Head(
                before.conversation(),
                seq,
                messages,
                before.floor(),
                before.membersVersion() + (members ? 1 : 0),
                mutated,
                time);
        heads.put(item.conversation(), after);
        changed.put(item.conversation(), after);
        known.put(item.key(), new SentRow(seq, time, item.bodyMac(), 0));
        written.add(new Plan.Written(item, new AppendResult.Committed(append, List.copyOf(entries), after)));
        return new AppendResult.Appended(seq, time);
    }

    private static Entry entryOf(Append append, NewEntry entry, long seq, long time, long messages) {
        return new Entry(
                append.conversation(),
                seq,
                entry.kind(),
                append.author(),
                append.clientId(),
                entry.target(),
                time,
                messages,
                entry.detail(),
                entry.body());
    }
}
