package parley.sessions.internal.chat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.messaging.Conversations;
import parley.messaging.Conversations.HistoryFor;
import parley.sessions.internal.hub.Recalls;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods about conversations as a whole: making, finding, naming and reading them. They block
/// until answered. Thread-safe.
final class ConversationRpc {
    private static final int PAGE_MAX = 100;
    private static final int SYNC_MAX = 200;
    private static final int FOUNDERS_MAX = 1_000;

    private final Conversations conversations;
    private final Recalls recalls;

    ConversationRpc(Conversations conversations, Recalls recalls) {
        this.conversations = conversations;
        this.recalls = recalls;
    }

    /// The methods, by name.
    Map<String, RpcMethod> methods() {
        return Map.ofEntries(
                Map.entry("conversation.create", this::create),
                Map.entry(
                        "conversation.list",
                        (account, data, answer) -> list(account, RpcBody.read(data, "limit", "after"), answer)),
                Map.entry(
                        "conversation.get",
                        (account, data, answer) -> get(account, RpcBody.read(data, "conversation"), answer)),
                Map.entry(
                        "conversation.rename",
                        (account, data, answer) ->
                                rename(account, RpcBody.read(data, "conversation", "title"), answer)),
                Map.entry(
                        "conversation.leave",
                        (account, data, answer) -> leave(account, RpcBody.read(data, "conversation"), answer)),
                Map.entry(
                        "read",
                        (account, data, answer) -> read(account, RpcBody.read(data, "conversation", "seq"), answer)),
                Map.entry(
                        "receipts",
                        (account, data, answer) ->
                                receipts(account, RpcBody.read(data, "conversation", "seq", "after", "limit"), answer)),
                Map.entry(
                        "sync",
                        (account, data, answer) -> sync(account, RpcBody.read(data, "cursor", "limit"), answer)));
    }

    private void create(AccountId account, byte @Nullable [] data, Answer<Result.RpcAnswered> answer) {
        RpcBody body = RpcBody.read(data, "id", "kind", "with", "title", "members", "historyFor");
        String id = body.text("id");
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        String kind = body.text("kind");
        switch (kind) {
            case "direct" -> {
                body.refuse("title", "members", "historyFor");
                RpcAnswers.answer(
                        answer, conversations.createDirect(account, id, body.account("with")), AnswerJson::created);
            }
            case "group" -> {
                body.refuse("with");
                RpcAnswers.answer(
                        answer,
                        conversations.createGroup(
                                account,
                                id,
                                body.text("title"),
                                body.accounts("members", FOUNDERS_MAX),
                                historyFor(body)),
                        AnswerJson::created);
            }
            default -> throw new BadInput("kind", "must be direct or group", kind);
        }
    }

    private static HistoryFor historyFor(RpcBody body) {
        String text = body.optionalText("historyFor").orElse("joined");
        return switch (text) {
            case "joined" -> HistoryFor.JOINED;
            case "all" -> HistoryFor.ALL;
            default -> throw new BadInput("historyFor", "must be all or joined", text);
        };
    }

    private void list(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        int limit = (int) body.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String after = body.optionalText("after").orElse(null);
        RpcAnswers.answer(
                answer, conversations.list(account, after, limit), listing -> AnswerJson.listing(listing, recalls));
    }

    private void get(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        RpcAnswers.answer(answer, conversations.get(account, body.conversation()), AnswerJson::details);
    }

    private void rename(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        RpcAnswers.answer(
                answer, conversations.rename(account, body.conversation(), body.text("title")), AnswerJson::changed);
    }

    private void leave(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        RpcAnswers.answer(answer, conversations.leave(account, body.conversation()), AnswerJson::changed);
    }

    private void read(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        long seq = body.number("seq", 0, Long.MAX_VALUE);
        RpcAnswers.answer(answer, conversations.markRead(account, body.conversation(), seq), AnswerJson::marker);
    }

    private void receipts(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        var conversation = body.conversation();
        long seq = body.number("seq", 1, Long.MAX_VALUE);
        int limit = (int) body.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String after = body.optionalText("after").orElse(null);
        RpcAnswers.answer(
                answer, conversations.receipts(account, conversation, seq, after, limit), AnswerJson::receipts);
    }

    private void sync(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        int limit = (int) body.number("limit", 1, SYNC_MAX, SYNC_MAX);
        String cursor = body.optionalText("cursor").orElse(null);
        RpcAnswers.answer(answer, conversations.sync(account, cursor, limit), AnswerJson::synced);
    }
}
