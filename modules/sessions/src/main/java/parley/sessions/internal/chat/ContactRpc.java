package parley.sessions.internal.chat;

import java.util.Map;
import parley.kernel.AccountId;
import parley.messaging.Contacts;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods about whom an account blocks. They block until answered. Thread-safe.
final class ContactRpc {
    private static final int PAGE_MAX = 100;

    private final Contacts contacts;

    ContactRpc(Contacts contacts) {
        this.contacts = contacts;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(
                Map.entry(
                        "account.block",
                        (account, data, answer) -> block(account, RpcBody.read(data, "account"), answer)),
                Map.entry(
                        "account.unblock",
                        (account, data, answer) -> unblock(account, RpcBody.read(data, "account"), answer)),
                Map.entry(
                        "account.blocked",
                        (account, data, answer) -> blocked(account, RpcBody.read(data, "limit", "after"), answer)));
    }

    private void block(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        AccountId other = body.account("account");
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        RpcAnswers.answer(answer, contacts.block(account, other), AnswerJson::done);
    }

    private void unblock(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        AccountId other = body.account("account");
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        RpcAnswers.answer(answer, contacts.unblock(account, other), AnswerJson::done);
    }

    private void blocked(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        int limit = (int) body.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String after = body.optionalText("after").orElse(null);
        RpcAnswers.answer(answer, contacts.blocked(account, after, limit), AnswerJson::blocked);
    }
}
