package parley.messaging.internal.send;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    private final SendMetrics metrics;

    public LogSending(History history, MemberCache members, SendMetrics metrics) {
        this.history = history;
        this.members = members;
        this.metrics = metrics;
    }

    @Override
    public void send(
            AccountId sender,
            ConversationId conversation,
            @Nullable String clientId,
            byte[] body,
            Consumer<? super SendResult> done) {
        Consumer<SendResult> counted = result -> {
            metrics.sent(result);
            done.accept(result);
        };
        Optional<SendResult> refused = refuse(clientId, body);
        if (refused.isPresent()) {
            counted.accept(refused.get());
            return;
        }
        Optional<Standing> standing;
        try {
            standing = members.find(conversation, sender);
            if (standing.isEmpty()) {
                counted.accept(answerStranger(append(sender, conversation, clientId, 0, body)));
                return;
            }
        } catch (Unavailable away) {
            LOG.log(Level.DEBUG, "a send found no database", away);
            counted.accept(new SendResult.Busy());
            return;
        }
        history.append(
                append(sender, conversation, clientId, standing.get().version(), body),
                result -> counted.accept(translate(result)));
    }

    private static Optional<SendResult> refuse(@Nullable String clientId, byte[] body) {
        if (body.length > BodyRules.BODY_BYTES_MAX) {
            return Optional.of(new SendResult.BodyTooLong());
        }
        if (clientId != null && !BodyRules.isClientId(clientId)) {
            return Optional.of(new SendResult.BodyInvalid("id: 1 to 64 bytes"));
        }
        return BodyRules.broken(body).map(SendResult.BodyInvalid::new);
    }

    /// What was sent before is answered to one who is no member any more; anything new is refused.
    private SendResult answerStranger(Append append) {
        return history.repeated(append).map(LogSending::translate).orElseGet(SendResult.NotAMember::new);
    }

    private static Append append(
            AccountId sender, ConversationId conversation, @Nullable String clientId, long version, byte[] body) {
        return new Append(
                conversation, sender, clientId, version, false, Intent.Send.INSTANCE, List.of(NewEntry.message(body)));
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
            case Denied denied when denied == Denied.NOT_A_MEMBER -> new SendResult.NotAMember();
            default -> new SendResult.NotPermitted();
        };
    }
}
