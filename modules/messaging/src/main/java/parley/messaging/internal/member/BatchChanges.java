package parley.messaging.internal.member;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import parley.history.Append;
import parley.history.AppendResult.Committed;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.ConversationView.Kind;
import parley.messaging.MemberChange;
import parley.messaging.Role;

/// The net effect of a batch of appends on members, conversations and markers: one value per row,
/// however often the batch changed it, in the order of the rows' keys, so that few statements write it
/// and two batches never lock rows in opposite orders. Pure; built and read by one thread.
final class BatchChanges {
    /// Key of a membership, ordered as the table that is keyed by account.
    record Key(AccountId account, ConversationId conversation) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::account).thenComparing(Key::conversation);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /// A conversation that was founded; `low` and `high` are 0 for a group.
    record Founded(ConversationId conversation, Intent.Found found, long seq, long low, long high) {}

    /// What happened to a member. `joined` is null when it was one before the batch; `isMember` says
    /// whether it is one after it. `mutedUntil` is null when the batch says nothing of a mute.
    record Member(
            @Nullable Joined joined,
            Role role,
            boolean isMember,
            @Nullable Long mutedUntil) {}

    /// How the account became a member within the batch; `messages` is where its read marker starts.
    /// Whether it sees the conversation is `isShown`.
    record Joined(long since, long visibleFrom, long messages, boolean isShown) {}

    /// A read marker that its owner's own message moved.
    record Marker(long seq, long messages) {}

    /// The message `seq`, which is no more.
    record Recalled(ConversationId conversation, long seq) {}

    private final List<Founded> founded = new ArrayList<>();
    private final Map<ConversationId, String> titles = new TreeMap<>();
    private final Map<Key, Member> members = new TreeMap<>();
    private final Map<Key, Marker> markers = new HashMap<>();
    private final Map<Key, TreeSet<Long>> mentions = new TreeMap<>();
    private final Set<Recalled> recalled = new LinkedHashSet<>();

    private BatchChanges() {}

    static BatchChanges of(List<Committed> batch) {
        BatchChanges changes = new BatchChanges();
        for (Committed committed : batch) {
            changes.take(committed);
        }
        return changes;
    }

    List<Founded> founded() {
        return founded;
    }

    Map<ConversationId, String> titles() {
        return titles;
    }

    Map<Key, Member> members() {
        return members;
    }

    /// In the order of their keys.
    Map<Key, Marker> markers() {
        return new TreeMap<>(markers);
    }

    /// The messages that mention an account which has not read them and is a member after the batch, by
    /// the order of the keys.
    Map<Key, SortedSet<Long>> mentions() {
        Map<Key, SortedSet<Long>> unread = new TreeMap<>();
        mentions.forEach((key, all) -> {
            SortedSet<Long> rest = all.tailSet(readUpTo(key) + 1);
            Member member = members.get(key);
            if (!rest.isEmpty() && (member == null || member.isMember())) {
                unread.put(key, rest);
            }
        });
        return unread;
    }

    private long readUpTo(Key key) {
        Marker marker = markers.get(key);
        Member member = members.get(key);
        Joined joined = member == null ? null : member.joined();
        return Math.max(marker == null ? 0 : marker.seq(), joined == null ? 0 : joined.since());
    }

    /// Of messages from before the batch and in it, in the order of the log.
    Set<Recalled> recalled() {
        return recalled;
    }

    private void take(Committed committed) {
        if (committed.append().intent() instanceof Intent.Found found) {
            found(found, committed.entries());
        }
        for (Entry entry : committed.entries()) {
            if (entry.kind() == EntryKind.MESSAGE) {
                markers.put(new Key(entry.author(), entry.conversation()), new Marker(entry.seq(), entry.messages()));
                mention(committed.append().intent(), entry);
            } else if (entry.kind() == EntryKind.RECALL) {
                recall(new Recalled(entry.conversation(), entry.target()));
            } else if (entry.kind() == EntryKind.MEMBER) {
                take(
                        entry,
                        MemberChange.of(entry).orElseThrow(),
                        committed.append().intent());
            } else if (entry.kind() == EntryKind.TITLE
                    && committed.append().intent() instanceof Intent.Rename(String title)) {
                titles.put(entry.conversation(), title);
            }
        }
    }

    private void mention(Append.Intent intent, Entry entry) {
        if (intent instanceof Intent.Send send) {
            for (AccountId account : send.mentions()) {
                boolean unused = mentions.computeIfAbsent(
                                new Key(account, entry.conversation()), key -> new TreeSet<>())
                        .add(entry.seq());
            }
        }
    }

    private void recall(Recalled message) {
        boolean unused = recalled.add(message);
        mentions.forEach((key, seqs) -> {
            if (key.conversation().equals(message.conversation())) {
                boolean unusedToo = seqs.remove(message.seq());
            }
        });
    }

    private void found(Intent.Found found, List<Entry> entries) {
        Entry last = entries.getLast();
        boolean isDirect = found.kind() == Kind.DIRECT;
        long one = found.founders().getFirst().value();
        long other = found.founders().getLast().value();
        founded.add(new Founded(
                last.conversation(),
                found,
                last.seq(),
                isDirect ? Math.min(one, other) : 0,
                isDirect ? Math.max(one, other) : 0));
    }

    private void take(Entry entry, MemberChange change, Append.Intent intent) {
        Key key = new Key(change.account(), entry.conversation());
        Member before = members.get(key);
        Joined joined = switch (change.change()) {
            case ADDED ->
                new Joined(
                        entry.seq(),
                        Intent.visibleFrom(intent, entry.seq()),
                        entry.messages(),
                        !Intent.isShunnedBy(intent, change.account()));
            case REMOVED, LEFT, ROLE, MUTED -> before == null ? null : before.joined();
        };
        @Nullable Long mutedBefore = before == null ? null : before.mutedUntil();
        @Nullable
        Long mutedUntil = switch (change.change()) {
            case MUTED -> change.until();
            case ADDED -> 0L;
            // Nobody could end the mute of an owner.
            case ROLE -> change.role() == Role.OWNER ? Long.valueOf(0) : mutedBefore;
            case REMOVED, LEFT -> mutedBefore;
        };
        members.put(key, new Member(joined, change.role(), !change.endsMembership(), mutedUntil));
    }
}
