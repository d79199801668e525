package parley.messaging.internal.conversation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.ConversationView;
import parley.messaging.internal.member.MentionRows;

/// Conversations as one of their members sees them. Thread-safe; blocks.
final class Views {
    /// Most keys in one IN list.
    private static final int KEYS_MAX = 200;

    private final Database database;
    private final History history;

    Views(Database database, History history) {
        this.database = database;
        this.history = history;
    }

    /// A membership beside the head of its conversation.
    record Seen(MembershipRows.Row membership, Head head) {
        ConversationId conversation() {
            return head.conversation();
        }
    }

    /// One view per element of `seen`, in its order.
    List<ConversationView> render(AccountId account, List<Seen> seen, boolean withLast) {
        Map<ConversationId, ConversationRows.Row> rows =
                rows(seen.stream().map(Seen::conversation).toList());
        Map<ConversationId, Entry> newest =
                withLast ? history.newest(seen.stream().map(Seen::head).toList()) : Map.of();
        Map<ConversationId, Long> mentions =
                mentions(account, seen.stream().map(Seen::conversation).toList());
        List<ConversationView> views = new ArrayList<>(seen.size());
        for (Seen one : seen) {
            ConversationRows.Row row = rows.get(one.conversation());
            if (row == null) {
                throw new IllegalStateException("a member of a conversation that is not there");
            }
            long mentioned = mentions.getOrDefault(one.conversation(), 0L);
            views.add(view(account, one, row, mentioned, newest.get(one.conversation())));
        }
        return views;
    }

    private Map<ConversationId, Long> mentions(AccountId account, List<ConversationId> conversations) {
        return database.read(connection -> MentionRows.unread(connection, account, conversations));
    }

    private Map<ConversationId, ConversationRows.Row> rows(List<ConversationId> conversations) {
        Map<ConversationId, ConversationRows.Row> rows = new HashMap<>();
        for (int from = 0; from < conversations.size(); from += KEYS_MAX) {
            Collection<ConversationId> some =
                    conversations.subList(from, Math.min(from + KEYS_MAX, conversations.size()));
            rows.putAll(database.read(connection -> ConversationRows.find(connection, some)));
        }
        return rows;
    }

    private static ConversationView view(
            AccountId account, Seen seen, ConversationRows.Row row, long mentions, @Nullable Entry last) {
        MembershipRows.Row membership = seen.membership();
        Head head = seen.head();
        return new ConversationView(
                head.conversation(),
                row.kind(),
                row.title(),
                row.with(account),
                membership.role(),
                membership.visibleFrom(),
                head.head(),
                head.time(),
                head.messages(),
                membership.readSeq(),
                unread(head, membership.readMessages()),
                mentions,
                last);
    }

    /// Messages after a marker. A head that was read before the marker moved on is no debt.
    static long unread(Head head, long readMessages) {
        return Math.max(0, head.messages() - readMessages);
    }
}
