package parley.messaging.internal.member;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import parley.history.Admission.Target;
import parley.history.Admission.Verdict;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.messaging.ConversationView.Kind;
import parley.messaging.internal.member.MemberRows.Row;

/// Who may change which message, and what the entry that says so states. Pure: everything it looks at
/// stands still under the lock of the conversation's head.
final class RevisionRules {
    private static final Verdict NOTHING_TO_DO = new Verdict.Admitted(List.of());
    private static final Unfit NO_MESSAGE = new Unfit("seq", "must be that of a message that you may read");
    private static final Unfit RECALLED = new Unfit("seq", "the message was recalled");

    private final RevisionLimits limits;

    RevisionRules(RevisionLimits limits) {
        this.limits = limits;
    }

    /// What becomes of `asked`, which `actor` wants of `target` in a conversation of this kind.
    Verdict judge(Kind kind, Row actor, NewEntry asked, Target target) {
        Entry message = target.entry();
        if (message == null || message.kind() != EntryKind.MESSAGE || message.seq() < actor.visibleFrom()) {
            return NO_MESSAGE.verdict();
        }
        return switch (asked.kind()) {
            case EDIT -> edit(actor, asked, message, target.time());
            case RECALL -> recall(kind, actor, asked, message);
            case REACTION -> react(actor, asked, message, target.hasReacted());
            case MESSAGE, MEMBER, TITLE -> throw new IllegalStateException("not a change of a message");
        };
    }

    /// What becomes of `asked`, which removes a trace of `author`, whose account was deleted: of a
    /// message a recall, of the entry of a reaction too, and a reaction is taken away. What is gone
    /// already, or is not the author's, is left alone.
    static Verdict forget(AccountId author, NewEntry asked, Target target) {
        Entry entry = target.entry();
        if (entry == null) {
            return NOTHING_TO_DO;
        }
        boolean isOwn = entry.author().equals(author);
        return switch (asked.kind()) {
            case RECALL -> {
                boolean isThere = entry.kind() == EntryKind.MESSAGE
                        ? !entry.isRecalled()
                        : entry.kind() == EntryKind.REACTION && entry.detail().length > 0;
                yield isOwn && isThere ? new Verdict.Admitted(List.of(asked)) : NOTHING_TO_DO;
            }
            case REACTION ->
                entry.kind() == EntryKind.MESSAGE && !entry.isRecalled() && target.hasReacted()
                        ? takeBack(asked, entry)
                        : NOTHING_TO_DO;
            case EDIT, MESSAGE, MEMBER, TITLE -> throw new IllegalStateException("removes nothing");
        };
    }

    private static Verdict takeBack(NewEntry asked, Entry message) {
        NewEntry.Reaction reaction = Objects.requireNonNull(asked.reaction());
        int count = message.revision().reactions().getOrDefault(reaction.emoji(), 1) - 1;
        return new Verdict.Admitted(List.of(NewEntry.reaction(asked.target(), reaction, detail(reaction, count))));
    }

    private Verdict edit(Row actor, NewEntry asked, Entry message, long time) {
        if (!message.author().equals(actor.account())) {
            return Denied.NOT_PERMITTED.verdict();
        }
        if (actor.isMuted()) {
            return Denied.MUTED.verdict();
        }
        if (message.isRecalled()) {
            return RECALLED.verdict();
        }
        if (Arrays.equals(message.body(), asked.body())) {
            return NOTHING_TO_DO;
        }
        if (time - message.time() > limits.editWindow().toMillis()) {
            return Denied.NOT_PERMITTED.verdict();
        }
        return message.revision().edits() < limits.editsMax()
                ? new Verdict.Admitted(List.of(asked))
                : new Unfit("seq", "a message may be edited " + limits.editsMax() + " times").verdict();
    }

    private static Verdict recall(Kind kind, Row actor, NewEntry asked, Entry message) {
        boolean isOwn = message.author().equals(actor.account());
        if (!isOwn && !Rules.allowsRecalling(kind, actor.role())) {
            return Denied.NOT_PERMITTED.verdict();
        }
        return message.isRecalled() ? NOTHING_TO_DO : new Verdict.Admitted(List.of(asked));
    }

    private Verdict react(Row actor, NewEntry asked, Entry message, boolean hasReacted) {
        if (actor.isMuted()) {
            return Denied.MUTED.verdict();
        }
        if (message.isRecalled()) {
            return RECALLED.verdict();
        }
        NewEntry.Reaction reaction = Objects.requireNonNull(asked.reaction());
        if (reaction.on() == hasReacted) {
            return NOTHING_TO_DO;
        }
        var reactions = message.revision().reactions();
        int before = reactions.getOrDefault(reaction.emoji(), 0);
        if (before == 0 && reactions.size() >= limits.emojiMax()) {
            return new Unfit("emoji", "at most " + limits.emojiMax() + " different ones on a message").verdict();
        }
        int count = before + (reaction.on() ? 1 : -1);
        return new Verdict.Admitted(List.of(NewEntry.reaction(asked.target(), reaction, detail(reaction, count))));
    }

    /// What a reaction's entry states; `count` accounts reacted with this emoji after it.
    private static byte[] detail(NewEntry.Reaction reaction, int count) {
        return ("{\"emoji\":" + Drafts.quoted(reaction.emoji()) + ",\"on\":" + reaction.on() + ",\"count\":" + count
                        + "}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
