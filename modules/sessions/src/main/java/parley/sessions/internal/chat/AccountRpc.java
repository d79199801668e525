package parley.sessions.internal.chat;

import java.util.Map;
import java.util.Optional;
import parley.accounts.Accounts;
import parley.accounts.Profile;
import parley.kernel.AccountId;
import parley.sessions.internal.presence.Presence;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods about accounts. They block until answered. Thread-safe.
final class AccountRpc {
    private final Accounts accounts;
    private final Presence presence;

    AccountRpc(Accounts accounts, Presence presence) {
        this.accounts = accounts;
        this.presence = presence;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(
                Map.entry(
                        "account.get",
                        (account, data, answer) ->
                                get(account, RpcBody.read(data, "account").account("account"), answer)),
                Map.entry(
                        "account.find",
                        (account, data, answer) -> profile(
                                accounts.find(RpcBody.read(data, "handle").text("handle")), answer)));
    }

    private void get(AccountId viewer, AccountId account, Answer<Result.RpcAnswered> answer) {
        accounts.profile(account)
                .ifPresentOrElse(
                        found -> RpcAnswers.give(answer, AnswerJson.profile(found, presence.sight(viewer, account))),
                        () -> RpcAnswers.refuse(answer, ChatErrors.NO_SUCH_ACCOUNT));
    }

    private static void profile(Optional<Profile> profile, Answer<Result.RpcAnswered> answer) {
        profile.ifPresentOrElse(
                found -> RpcAnswers.give(answer, AnswerJson.profile(found, Optional.empty())),
                () -> RpcAnswers.refuse(answer, ChatErrors.NO_SUCH_ACCOUNT));
    }
}
