package parley.sessions.internal.chat;

import java.util.Map;
import java.util.Optional;
import parley.accounts.Accounts;
import parley.accounts.Profile;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods about accounts. They block until answered. Thread-safe.
final class AccountRpc {
    private final Accounts accounts;

    AccountRpc(Accounts accounts) {
        this.accounts = accounts;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(
                Map.entry(
                        "account.get",
                        (account, data, answer) -> profile(
                                accounts.profile(RpcBody.read(data, "account").account("account")), answer)),
                Map.entry(
                        "account.find",
                        (account, data, answer) -> profile(
                                accounts.find(RpcBody.read(data, "handle").text("handle")), answer)));
    }

    private static void profile(Optional<Profile> profile, Answer<Result.RpcAnswered> answer) {
        profile.ifPresentOrElse(
                found -> RpcAnswers.give(answer, AnswerJson.profile(found)),
                () -> RpcAnswers.refuse(answer, ChatErrors.NO_SUCH_ACCOUNT));
    }
}
