package parley.messaging.internal.feed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;
import parley.history.Append;
import parley.history.AppendResult.Committed;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.MemberChange;
import parley.messaging.internal.member.Intent;

/// Tells the nodes of commits. Stateless; never blocks, as it runs between a commit and its answers.
public final class HintPublisher {
    /// Entries of one hint, in bytes: what is more goes into the next one. One entry always fits, since
    /// a body has at most 16 KiB and a payload of the bus 64 KiB.
    private static final int ENTRIES_BYTES_MAX = 16 * 1024;

    private final Bus bus;
    private final HintCodec codec;

    HintPublisher(Bus bus, HintCodec codec) {
        this.bus = bus;
        this.codec = codec;
    }

    /// Publishes what a lane committed: hints of one conversation in the order of its numbers.
    public void committed(List<Committed> batch) {
        Map<ConversationId, Draft> drafts = new LinkedHashMap<>();
        for (Committed committed : batch) {
            if (!committed.entries().isEmpty()) {
                drafts.computeIfAbsent(committed.append().conversation(), conversation -> new Draft())
                        .take(committed);
            }
        }
        drafts.values().forEach(Draft::publish);
    }

    /// Publishes that a read marker moved: nothing that is durable waits for it.
    public void read(AccountId account, ConversationId conversation, long seq, long unread) {
        byte[] payload = codec.encode(new Hint.Read(account, conversation, seq, unread));
        bus.publishLatest(account.value(), new Marked(account, conversation), seq, payload);
    }

    /// Publishes that a member sees a conversation again, or not any more.
    public void shown(AccountId account, ConversationId conversation, long head, boolean isShown) {
        bus.publish(account.value(), codec.encode(new Hint.Shown(account, conversation, head, isShown)));
    }

    /// Publishes that this node committed its own row.
    public void beat(long node, long beat) {
        bus.publish(node, codec.encode(new Hint.Beat(node, beat)));
    }

    private record Marked(AccountId account, ConversationId conversation) {}

    /// The hint of one conversation while it gathers.
    private final class Draft {
        private final List<Entry> entries = new ArrayList<>();
        private final List<Hint.Joined> added = new ArrayList<>();
        private final List<AccountId> removed = new ArrayList<>();
        private int bytes;
        private @Nullable Head head;

        void take(Committed committed) {
            head = committed.head();
            for (Entry entry : committed.entries()) {
                int size = HintCodec.size(entry);
                if (!entries.isEmpty() && bytes + size > ENTRIES_BYTES_MAX) {
                    publish();
                }
                bytes += size;
                entries.add(entry);
                if (entry.kind() == EntryKind.MEMBER) {
                    takeMember(committed, entry, MemberChange.of(entry).orElseThrow());
                }
            }
        }

        private void takeMember(Committed committed, Entry entry, MemberChange change) {
            Append.Intent intent = committed.append().intent();
            if (change.change() == MemberChange.Change.ADDED) {
                if (!Intent.isShunnedBy(intent, change.account())) {
                    added.add(new Hint.Joined(change.account(), entry.seq(), Intent.visibleFrom(intent, entry.seq())));
                }
            } else if (change.endsMembership()) {
                removed.add(change.account());
            }
        }

        void publish() {
            Head known = Objects.requireNonNull(head);
            Hint hint = new Hint.Committed(
                    known.conversation(),
                    entries.getFirst().seq(),
                    entries.getLast().seq(),
                    Math.max(known.head(), entries.getLast().seq()),
                    known.membersVersion(),
                    added,
                    removed,
                    entries);
            bus.publish(known.conversation().value(), codec.encode(hint));
            entries.clear();
            added.clear();
            removed.clear();
            bytes = 0;
        }
    }
}
