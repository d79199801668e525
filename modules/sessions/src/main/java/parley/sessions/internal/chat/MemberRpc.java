package parley.sessions.internal.chat;

import java.util.Map;
import parley.kernel.AccountId;
import parley.messaging.Conversations;
import parley.messaging.Role;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods about a conversation's members. They block until answered. Thread-safe.
final class MemberRpc {
    private static final int PAGE_MAX = 100;
    private static final int ADDED_MAX = 1_000;

    private final Conversations conversations;

    MemberRpc(Conversations conversations) {
        this.conversations = conversations;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(
                Map.entry(
                        "members.list",
                        (account, data, answer) ->
                                list(account, RpcBody.read(data, "conversation", "after", "limit"), answer)),
                Map.entry(
                        "members.add",
                        (account, data, answer) ->
                                add(account, RpcBody.read(data, "conversation", "accounts"), answer)),
                Map.entry(
                        "members.remove",
                        (account, data, answer) ->
                                remove(account, RpcBody.read(data, "conversation", "account"), answer)),
                Map.entry(
                        "members.role",
                        (account, data, answer) ->
                                role(account, RpcBody.read(data, "conversation", "account", "role"), answer)),
                Map.entry(
                        "members.mute",
                        (account, data, answer) ->
                                mute(account, RpcBody.read(data, "conversation", "account", "until"), answer)));
    }

    private void list(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        int limit = (int) body.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String after = body.optionalText("after").orElse(null);
        RpcAnswers.answer(
                answer, conversations.members(account, body.conversation(), after, limit), AnswerJson::members);
    }

    private void add(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        var added = body.accounts("accounts", ADDED_MAX);
        RpcAnswers.answer(answer, conversations.addMembers(account, body.conversation(), added), AnswerJson::changed);
    }

    private void remove(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        var member = body.account("account");
        RpcAnswers.answer(
                answer, conversations.removeMember(account, body.conversation(), member), AnswerJson::changed);
    }

    private void mute(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        RpcAnswers.answer(
                answer,
                conversations.mute(
                        account,
                        body.conversation(),
                        body.account("account"),
                        body.number("until", 0, RpcBody.NUMBER_MAX)),
                AnswerJson::changed);
    }

    private void role(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        String text = body.text("role");
        Role role = Role.parse(text).orElseThrow(() -> new BadInput("role", "must be owner, admin or member", text));
        RpcAnswers.answer(
                answer,
                conversations.setRole(account, body.conversation(), body.account("account"), role),
                AnswerJson::changed);
    }
}
