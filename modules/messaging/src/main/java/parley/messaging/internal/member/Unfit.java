package parley.messaging.internal.member;

import parley.history.Admission;
import parley.messaging.Conversations.Refusal;

/// An input that breaks a rule which only the state under the lock shows; `field: rule`, fit for a client.
public record Unfit(String field, String rule) implements Admission.Refusal {
    Admission.Verdict verdict() {
        return new Admission.Verdict.Refused(this);
    }

    /// The same in the terms of the module's interface.
    public Refusal refusal() {
        return new Refusal.Invalid(field, rule);
    }
}
