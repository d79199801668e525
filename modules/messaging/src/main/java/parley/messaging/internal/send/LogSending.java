package parley.messaging.internal.send;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.History;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;
import parley.messaging.SendResult;
import parley.messaging.Sending;
import parley.messaging.internal.member.Denied;
import parley.messaging.internal.member.Intent;
import parley.messaging.internal.member.MemberCache;
import parley.messaging.internal.member.MemberCache.Standing;

/// Sends by appending to the log. Thread-safe; keeps nothing of a send.
public final class LogSending implements Sending {
    private static final Logger LOG = System.getLogger(LogSending.class.getName());

    private final History history;
    private final MemberCache members;
    private final References references;
    private final SendMetrics metrics;

    public LogSending(History history, MemberCache members, SendMetrics metrics) {
        this.history = history;
        this.members = members;
        this.references = new References(history, members);
        this.metrics = metrics;
    }

    @Override
    public void send(AccountId sender, ConversationId conversation, Draft draft, Consumer<? super SendResult> done) {
        Consumer<SendResult> counted = result -> {
            metrics.sent(result);
            done.accept(result);
        };
        Optional<SendResult> refused = DraftRules.broken(draft);
        if (refused.isPresent()) {
            counted.accept(refused.get());
            return;
        }
        Append append;
        try {
            Optional<Standing> standing = members.find(conversation, sender);
            append = append(
                    sender, conversation, draft, standing.map(Standing::version).orElse(0L));
            Optional<SendResult> denied = denied(sender, conversation, draft, standing);
            if (denied.isPresent()) {
                counted.accept(repeatedOr(denied.get(), append));
                return;
            }
        } catch (Unavailable away) {
            LOG.log(Level.DEBUG, "a send found no database", away);
            counted.accept(new SendResult.Busy());
            return;
        }
        history.append(append, result -> counted.accept(translate(result)));
    }

    private Optional<SendResult> denied(
            AccountId account, ConversationId conversation, Draft draft, Optional<Standing> sender) {
        if (sender.isEmpty()) {
            return Optional.of(
                    members.isHidden(conversation, account) ? new SendResult.Blocked() : new SendResult.NotAMember());
        }
        return sender.get().isMuted()
                ? Optional.of(new SendResult.Muted())
                : references.broken(conversation, draft, sender.get());
    }

    /// What was sent before is answered whatever holds now; anything new is `denied`.
    private SendResult repeatedOr(SendResult denied, Append append) {
        return history.repeated(append).map(LogSending::translate).orElse(denied);
    }

    private static Append append(AccountId sender, ConversationId conversation, Draft draft, long version) {
        List<AccountId> mentions = draft.mentions();
        Intent intent = new Intent.Send(draft.replyTo(), mentions);
        NewEntry entry = NewEntry.message(draft.body(), MessageDetail.of(mentions, draft.replyTo()));
        return new Append(conversation, sender, draft.clientId(), version, false, intent, List.of(entry));
    }

    private static SendResult translate(AppendResult result) {
        return switch (result) {
            case AppendResult.Appended sent -> new SendResult.Sent(sent.seq(), sent.time(), false);
            case AppendResult.Repeated sent -> new SendResult.Sent(sent.seq(), sent.time(), true);
            case AppendResult.Refused refused -> refused(refused);
            case AppendResult.ClientIdReused reused -> new SendResult.ClientIdReused();
            case AppendResult.WrongState gone -> new SendResult.NotAMember();
            case AppendResult.Busy busy -> new SendResult.Busy();
            case AppendResult.Unknown unknown -> new SendResult.Unknown();
            case AppendResult.Failed failed -> new SendResult.Failed(failed.errorId());
            case AppendResult.Unneeded unneeded -> throw new IllegalStateException("a send is never without entries");
        };
    }

    private static SendResult refused(AppendResult.Refused refused) {
        return switch (refused.refusal()) {
            case Denied denied ->
                switch (denied) {
                    case NOT_A_MEMBER -> new SendResult.NotAMember();
                    case MUTED -> new SendResult.Muted();
                    case MENTIONS_STRANGER -> References.MENTIONS_STRANGER;
                    case REPLY_OUT_OF_SIGHT -> References.REPLY_OUT_OF_SIGHT;
                    case NOT_PERMITTED, NO_SUCH_ACCOUNT, LIMIT_REACHED -> new SendResult.NotPermitted();
                };
            default -> new SendResult.NotPermitted();
        };
    }
}
