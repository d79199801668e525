package parley.messaging.internal.send;

import java.util.Optional;
import parley.messaging.SendResult;
import parley.messaging.Sending;
import parley.messaging.Sending.Draft;

/// What a draft must be, whoever sends it and wherever. Pure.
final class DraftRules {
    private DraftRules() {}

    /// The refusal of a draft that breaks a rule, if it does.
    static Optional<SendResult> broken(Draft draft) {
        if (draft.body().length > BodyRules.BODY_BYTES_MAX) {
            return Optional.of(new SendResult.BodyTooLong());
        }
        if (draft.clientId() != null && !BodyRules.isClientId(draft.clientId())) {
            return Optional.of(new SendResult.BodyInvalid("id: 1 to 64 bytes"));
        }
        if (draft.replyTo() < 0) {
            return Optional.of(References.REPLY_OUT_OF_SIGHT);
        }
        if (draft.mentions().size() > Sending.MENTIONS_MAX) {
            return Optional.of(new SendResult.BodyInvalid("mentions: at most " + Sending.MENTIONS_MAX + " accounts"));
        }
        return BodyRules.broken(draft.body()).map(SendResult.BodyInvalid::new);
    }
}
