package parley.messaging.internal.send;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.History;
import parley.kernel.ConversationId;
import parley.messaging.SendResult;
import parley.messaging.Sending.Draft;
import parley.messaging.internal.member.MemberCache;
import parley.messaging.internal.member.MemberCache.Standing;

/// Judges what a message refers to, before it enters a lane. Thread-safe; blocks for at most three
/// statements, none when it refers to nothing.
///
/// What holds here in the version of the members that the sender was authorised against still holds when
/// the message is numbered, or [parley.messaging.internal.member.MemberAdmission] looks again: who is a
/// member, and what the sender may see, changes only with the version; and an entry that is a message
/// stays one.
final class References {
    static final SendResult MENTIONS_STRANGER = new SendResult.BodyInvalid("mentions: members of the conversation");
    static final SendResult REPLY_OUT_OF_SIGHT = new SendResult.BodyInvalid("replyTo: a message that you may read");

    private final History history;
    private final MemberCache members;

    References(History history, MemberCache members) {
        this.history = history;
        this.members = members;
    }

    /// What `draft` refers to wrongly, if anything. `standing` is the sender's.
    Optional<SendResult> broken(ConversationId conversation, Draft draft, Standing standing) {
        if (!draft.mentions().isEmpty() && !members.areMembers(conversation, draft.mentions(), standing)) {
            return Optional.of(MENTIONS_STRANGER);
        }
        if (draft.replyTo() != 0 && !isMessage(conversation, draft.replyTo(), standing.visibleFrom())) {
            return Optional.of(REPLY_OUT_OF_SIGHT);
        }
        return Optional.empty();
    }

    private boolean isMessage(ConversationId conversation, long seq, long visibleFrom) {
        Head head = history.heads(Set.of(conversation)).get(conversation);
        if (head == null || seq < visibleFrom || seq > head.head()) {
            return false;
        }
        List<Entry> entry = history.readForward(head, seq - 1, 1);
        // What is no longer kept is skipped by the read.
        return !entry.isEmpty()
                && entry.getFirst().seq() == seq
                && entry.getFirst().kind() == EntryKind.MESSAGE;
    }
}
