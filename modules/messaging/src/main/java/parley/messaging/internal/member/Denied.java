package parley.messaging.internal.member;

import parley.history.Admission;
import parley.messaging.Conversations.Refusal;

/// Why an append was refused under the lock.
public enum Denied implements Admission.Refusal {
    NOT_A_MEMBER,
    NOT_PERMITTED,
    NO_SUCH_ACCOUNT,
    LIMIT_REACHED,
    /// A member that was muted wants to write.
    MUTED,
    /// Somebody whom a message mentions is no member.
    MENTIONS_STRANGER,
    /// The message that is replied to is none that the sender may read.
    REPLY_OUT_OF_SIGHT;

    Admission.Verdict verdict() {
        return new Admission.Verdict.Refused(this);
    }

    /// The same in the terms of the module's interface.
    public Refusal refusal() {
        return switch (this) {
            case NOT_A_MEMBER -> new Refusal.NotAMember();
            case NOT_PERMITTED -> new Refusal.NotPermitted();
            case NO_SUCH_ACCOUNT -> new Refusal.NoSuchAccount();
            case LIMIT_REACHED -> new Refusal.LimitReached();
            case MUTED -> new Refusal.Muted();
            case MENTIONS_STRANGER, REPLY_OUT_OF_SIGHT -> throw new IllegalStateException("no change was denied");
        };
    }
}
