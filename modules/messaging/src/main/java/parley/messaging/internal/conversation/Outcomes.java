package parley.messaging.internal.conversation;

import parley.history.AppendResult;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.internal.member.Denied;
import parley.messaging.internal.member.Unfit;

/// How an append that was not written looks from outside. Pure.
public final class Outcomes {
    private Outcomes() {}

    public static <V> Result<V> refused(AppendResult result) {
        return new Result.Refused<>(
                switch (result) {
                    case AppendResult.Refused refused -> refusal(refused);
                    case AppendResult.WrongState state -> new Refusal.NotAMember();
                    case AppendResult.Busy busy -> new Refusal.Busy();
                    case AppendResult.Unknown unknown -> new Refusal.Unknown();
                    case AppendResult.Failed failed -> new Refusal.Failed(failed.errorId());
                    case AppendResult.ClientIdReused reused -> new Refusal.ClientIdReused();
                    case AppendResult.Appended done -> throw new IllegalStateException("not refused: " + done);
                    case AppendResult.Repeated done -> throw new IllegalStateException("not refused: " + done);
                    case AppendResult.Unneeded done -> throw new IllegalStateException("not refused: " + done);
                });
    }

    private static Refusal refusal(AppendResult.Refused refused) {
        if (refused.refusal() instanceof Denied denied) {
            return denied.refusal();
        }
        if (refused.refusal() instanceof Unfit unfit) {
            return unfit.refusal();
        }
        throw new IllegalStateException("a refusal of another module");
    }
}
