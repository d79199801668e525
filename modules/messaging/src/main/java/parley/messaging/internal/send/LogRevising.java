package parley.messaging.internal.send;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.History;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.Revising;
import parley.messaging.internal.conversation.Outcomes;
import parley.messaging.internal.member.Intent;
import parley.messaging.internal.member.MemberCache;

/// Changes messages by entries of their log. Whether a change is allowed is decided under the lock; here
/// only what breaks a rule of form is turned away, and strangers, so that they cost the lanes nothing.
/// Thread-safe; blocks for the commit.
public final class LogRevising implements Revising {
    private static final int EMOJI_BYTES_MAX = 32;
    private static final byte[] NOTHING = {};

    private final History history;
    private final MemberCache members;

    public LogRevising(History history, MemberCache members) {
        this.history = history;
        this.members = members;
    }

    @Override
    public Result<Revised> edit(AccountId account, ConversationId conversation, long seq, byte[] body) {
        if (body.length > BodyRules.BODY_BYTES_MAX) {
            return new Result.Refused<>(new Refusal.BodyTooLong());
        }
        Optional<String> broken = BodyRules.broken(body);
        if (broken.isPresent()) {
            return invalid("body", broken.get().substring("body: ".length()));
        }
        return append(account, conversation, NewEntry.edit(seq, body));
    }

    @Override
    public Result<Revised> recall(AccountId account, ConversationId conversation, long seq) {
        return append(account, conversation, NewEntry.recall(seq));
    }

    @Override
    public Result<Revised> react(AccountId account, ConversationId conversation, long seq, String emoji, boolean on) {
        if (!isEmoji(emoji)) {
            return invalid("emoji", "1 to " + EMOJI_BYTES_MAX + " bytes of UTF-8 without control characters");
        }
        return append(account, conversation, NewEntry.reaction(seq, new NewEntry.Reaction(emoji, on), NOTHING));
    }

    /// What it shows is the client's affair; it must only be text that every client can carry.
    static boolean isEmoji(String emoji) {
        if (emoji.isEmpty() || emoji.length() > EMOJI_BYTES_MAX) {
            return false;
        }
        byte[] bytes = emoji.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= EMOJI_BYTES_MAX
                && new String(bytes, StandardCharsets.UTF_8).equals(emoji)
                && emoji.codePoints().noneMatch(Character::isISOControl);
    }

    private static <V> Result<V> invalid(String field, String rule) {
        return new Result.Refused<>(new Refusal.Invalid(field, rule));
    }

    private Result<Revised> append(AccountId account, ConversationId conversation, NewEntry entry) {
        if (members.find(conversation, account).isEmpty()) {
            boolean hidden = members.isHidden(conversation, account);
            return new Result.Refused<>(hidden ? new Refusal.Blocked() : new Refusal.NotAMember());
        }
        Append append = new Append(
                conversation, account, null, Intent.UNDER_THE_LOCK, false, Intent.Revise.INSTANCE, List.of(entry));
        return switch (history.append(append)) {
            case AppendResult.Appended changed -> new Result.Done<>(new Revised(changed.seq(), changed.time()));
            case AppendResult.Unneeded same -> new Result.Done<>(new Revised(same.seq(), same.time()));
            case AppendResult other -> Outcomes.refused(other);
        };
    }
}
