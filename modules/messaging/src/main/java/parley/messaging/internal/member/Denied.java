package parley.messaging.internal.member;

import parley.history.Admission;
import parley.messaging.Conversations.Refusal;

/// Why an append was refused under the lock.
public enum Denied implements Admission.Refusal {
    NOT_A_MEMBER,
    NOT_PERMITTED,
    NO_SUCH_ACCOUNT,
    LIMIT_REACHED;

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
        };
    }
}
