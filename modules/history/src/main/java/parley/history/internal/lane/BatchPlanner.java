package parley.history.internal.lane;

import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.history.Admission.Target;
import parley.history.Admission.Verdict;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.Entry;
import parley.history.Head;
import parley.history.NewEntry;
import parley.history.internal.lane.Revisions.Position;

/// Decides what each append of a batch becomes, from the heads and keys that were read under the heads'
/// locks: a repeat, a refusal, or the next numbers of its conversation. Pure but for the admitter. One
/// object per batch, used once by one thread.
public final class BatchPlanner {
    private static final byte[] NO_MAC = {};

    /// Asks `messaging` again, when the members changed since the append was authorised; and about
    /// every append that changes an earlier message, which `target` is.
    interface Admitter {
        Verdict admit(Head head, Append append) throws SQLException;

        Verdict admitRevision(Head head, Append append, Target target) throws SQLException;
    }

    private final Map<Long, Head> heads;
    private final Map<SentKey, SentRow> known;
    private final long nowMillis;
    private final Admitter admitter;
    private final Revisions revisions;
    private final Map<Long, Head> changed = new LinkedHashMap<>();
    private final List<Plan.Written> written = new ArrayList<>();

    BatchPlanner(
            Map<Long, Head> heads,
            Map<SentKey, SentRow> known,
            long nowMillis,
            Revisions revisions,
            Admitter admitter) {
        this.heads = new HashMap<>(heads);
        this.known = new HashMap<>(known);
        this.nowMillis = nowMillis;
        this.revisions = revisions;
        this.admitter = admitter;
    }

    Plan plan(List<Item> items) throws SQLException {
        List<AppendResult> results = new ArrayList<>(items.size());
        for (Item item : items) {
            results.add(decide(item));
        }
        return new Plan(results, now(), List.copyOf(changed.values()));
    }

    /// What was written, as it is after the last append: a message that was recalled in its own batch
    /// never leaves this class.
    private List<Plan.Written> now() {
        if (revisions.changesNothing()) {
            return written;
        }
        return written.stream()
                .map(one -> new Plan.Written(one.item(), nowOf(one.committed())))
                .toList();
    }

    private AppendResult.Committed nowOf(AppendResult.Committed then) {
        return new AppendResult.Committed(then.append(), revisions.now(then.entries()), then.head());
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
        if (append.revision().isPresent()) {
            return settle(item, head, admitter.admitRevision(head, append, target(head, append)));
        }
        if (append.membersVersion() == head.membersVersion()) {
            return number(item, head, append.entries());
        }
        return settle(item, head, admitter.admit(head, append));
    }

    private AppendResult settle(Item item, Head head, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Refused refused -> new AppendResult.Refused(refused.refusal());
            case Verdict.Admitted admitted
            when admitted.entries().isEmpty() -> new AppendResult.Unneeded(head.head(), head.time());
            case Verdict.Admitted admitted -> number(item, head, admitted.entries());
        };
    }

    private Target target(Head head, Append append) {
        NewEntry asked = append.revision().orElseThrow();
        Position at = new Position(append.conversation().value(), asked.target());
        NewEntry.Reaction reaction = asked.reaction();
        boolean hasReacted = reaction != null && revisions.hasReacted(Revisions.keyOf(at, append, reaction));
        return new Target(revisions.current(at), hasReacted, Math.max(head.time(), nowMillis));
    }

    /// What a repeat is told: the first numbers, when the bodies are the same. Of a message that was
    /// recalled nothing is left to compare with; whoever knows its id is told its numbers.
    public static AppendResult answerTo(SentRow sent, byte[] bodyMac) {
        return sent.bodyMac().length == 0 || MessageDigest.isEqual(sent.bodyMac(), bodyMac)
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
            Entry numbered = entryOf(append, entry, seq, time, messages);
            entries.add(numbered);
            forget(revisions.take(numbered, entry));
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

    private void forget(@Nullable Entry recalled) {
        if (recalled != null && recalled.clientId() != null) {
            SentKey key = new SentKey(
                    recalled.conversation().value(),
                    recalled.author().value(),
                    KeyMaker.clientBytes(recalled.clientId()));
            SentRow unused = known.computeIfPresent(
                    key, (same, sent) -> new SentRow(sent.seq(), sent.time(), NO_MAC, sent.batch()));
        }
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
                entry.body(),
                Entry.Revision.NONE);
    }
}
