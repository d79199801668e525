package parley.messaging.internal.conversation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Marker;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.internal.member.MentionRows;

/// Moves read markers, forward only. Thread-safe; blocks.
final class Marking {
    private final Database database;
    private final History history;
    private final Moved moved;

    Marking(Database database, History history, Moved moved) {
        this.database = database;
        this.history = history;
        this.moved = moved;
    }

    /// Told of a marker that moved, after the commit. Must not block.
    interface Moved {
        void moved(AccountId account, ConversationId conversation, Marker marker);
    }

    Result<Marker> mark(AccountId account, ConversationId conversation, long seq) {
        if (seq < 0) {
            return new Result.Refused<>(new Refusal.Invalid("seq", "not negative"));
        }
        Optional<MembershipRows.Row> membership = find(account, conversation);
        Head head = history.heads(Set.of(conversation)).get(conversation);
        if (membership.isEmpty() || head == null) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        long target = Math.min(seq, head.head());
        if (target <= membership.get().readSeq()) {
            return new Result.Done<>(marker(membership.get(), head));
        }
        long messages = messagesUpTo(head, target);
        if (move(account, conversation, target, messages)) {
            Marker marker = new Marker(target, Views.unread(head, messages));
            moved.moved(account, conversation, marker);
            return new Result.Done<>(marker);
        }
        // Another device was faster, or the account has just left.
        Optional<MembershipRows.Row> now = find(account, conversation);
        return now.isPresent()
                ? new Result.Done<>(marker(now.get(), head))
                : new Result.Refused<>(new Refusal.NotAMember());
    }

    private boolean move(AccountId account, ConversationId conversation, long seq, long messages) {
        return database.transact(connection -> {
            boolean moved =
                    MembershipRows.moveMarker(connection, database.dialect(), account, conversation, seq, messages);
            if (moved) {
                MentionRows.passed(connection, account, conversation, seq);
            }
            return moved;
        });
    }

    private Optional<MembershipRows.Row> find(AccountId account, ConversationId conversation) {
        return database.read(connection -> MembershipRows.find(connection, account, conversation));
    }

    private static Marker marker(MembershipRows.Row membership, Head head) {
        return new Marker(membership.readSeq(), Views.unread(head, membership.readMessages()));
    }

    private long messagesUpTo(Head head, long seq) {
        if (seq == head.head()) {
            return head.messages();
        }
        List<Entry> entry = history.readForward(head, seq - 1, 1);
        if (entry.isEmpty()) {
            throw new IllegalStateException("an entry below the head is missing");
        }
        return entry.getFirst().messages();
    }
}
