package parley.messaging.internal.member;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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
    /// whether it is one after it.
    record Member(@Nullable Joined joined, Role role, boolean isMember) {}

    /// How the account became a member within the batch; `messages` is where its read marker starts.
    record Joined(long since, long visibleFrom, long messages) {}

    /// A read marker that its owner's own message moved.
    record Marker(long seq, long messages) {}

    private final List<Founded> founded = new ArrayList<>();
    private final Map<ConversationId, String> titles = new TreeMap<>();
    private final Map<Key, Member> members = new TreeMap<>();
    private final Map<Key, Marker> markers = new HashMap<>();

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

    private void take(Committed committed) {
        if (committed.append().intent() instanceof Intent.Found found) {
            found(found, committed.entries());
        }
        for (Entry entry : committed.entries()) {
            if (entry.kind() == EntryKind.MESSAGE) {
                markers.put(new Key(entry.author(), entry.conversation()), new Marker(entry.seq(), entry.messages()));
            } else if (entry.kind() == EntryKind.MEMBER) {
                take(
                        entry,
                        MemberChange.of(entry).orElseThrow(),
                        Intent.visibleFrom(committed.append().intent(), entry.seq()));
            } else if (entry.kind() == EntryKind.TITLE
                    && committed.append().intent() instanceof Intent.Rename(String title)) {
                titles.put(entry.conversation(), title);
            }
        }
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

    private void take(Entry entry, MemberChange change, long visibleFrom) {
        Key key = new Key(change.account(), entry.conversation());
        Member before = members.get(key);
        Joined joined = switch (change.change()) {
            case ADDED -> new Joined(entry.seq(), visibleFrom, entry.messages());
            case REMOVED, LEFT, ROLE -> before == null ? null : before.joined();
        };
        members.put(key, new Member(joined, change.role(), !change.endsMembership()));
    }
}
