package parley.sessions.internal.chat;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.accounts.Accounts;
import parley.accounts.Profile;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Result.Done;
import parley.messaging.Conversations.Result.Refused;
import parley.messaging.Role;
import parley.messaging.SendResult;
import parley.messaging.Sending;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// The rpc methods of the chat, one short method each: reads the input strictly, asks the module that
/// knows, renders its answer. Thread-safe; methods other than `message.send` block until answered.
final class ChatRpc {
    private static final int PAGE_MAX = 100;
    private static final int SYNC_MAX = 200;
    private static final int FOUNDERS_MAX = 1_000;

    private final Sending sending;
    private final Conversations conversations;
    private final Accounts accounts;
    private final SendGuard guard;

    ChatRpc(Sending sending, Conversations conversations, Accounts accounts, SendGuard guard) {
        this.sending = sending;
        this.conversations = conversations;
        this.accounts = accounts;
        this.guard = guard;
    }

    /// Answers `request` of `account`. Throws [BadInput], and [parley.kernel.Unavailable].
    void call(AccountId account, Request.Rpc request, Answer<Result.RpcAnswered> answer) {
        byte @Nullable [] data = request.data() == null ? null : request.data().toByteArray();
        switch (request.method()) {
            case "message.send" -> send(account, RpcBody.read(data, "conversation", "id", "body"), answer);
            case "conversation.create" -> create(account, data, answer);
            case "conversation.list" -> list(account, RpcBody.read(data, "limit", "after"), answer);
            case "conversation.get" -> get(account, RpcBody.read(data, "conversation"), answer);
            case "conversation.rename" -> rename(account, RpcBody.read(data, "conversation", "title"), answer);
            case "conversation.leave" -> leave(account, RpcBody.read(data, "conversation"), answer);
            case "members.list" -> members(account, RpcBody.read(data, "conversation", "after", "limit"), answer);
            case "members.add" -> add(account, RpcBody.read(data, "conversation", "accounts"), answer);
            case "members.remove" -> remove(account, RpcBody.read(data, "conversation", "account"), answer);
            case "members.role" -> role(account, RpcBody.read(data, "conversation", "account", "role"), answer);
            case "read" -> read(account, RpcBody.read(data, "conversation", "seq"), answer);
            case "sync" -> sync(account, RpcBody.read(data, "cursor", "limit"), answer);
            case "account.get" ->
                profile(accounts.profile(RpcBody.read(data, "account").account("account")), answer);
            case "account.find" ->
                profile(accounts.find(RpcBody.read(data, "handle").text("handle")), answer);
            default -> refuse(answer, ProtocolError.METHOD_NOT_FOUND);
        }
    }

    private void send(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        var conversation = body.conversation();
        String id = body.text("id");
        byte[] message = body.object("body");
        if (!guard.tryTake(account)) {
            refuse(answer, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        long began = System.nanoTime();
        sending.send(account, conversation, id, message, result -> {
            switch (result) {
                case SendResult.Sent(var seq, var time, var repeated) -> {
                    guard.acknowledged(began);
                    give(answer, AnswerJson.sent(seq, time, repeated));
                }
                case SendResult refused -> refuse(answer, ChatErrors.of(refused));
            }
        });
    }

    /// A send without idempotency: the answer of `publish` carries no number.
    void publish(AccountId account, ConversationId conversation, Payload data, Answer<Result.Published> answer) {
        if (!guard.tryTake(account)) {
            refuse(answer, ProtocolError.TOO_MANY_REQUESTS);
            return;
        }
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        sending.send(account, conversation, null, data.toByteArray(), result -> {
            switch (result) {
                case SendResult.Sent sent -> published(answer);
                case SendResult.NotAMember() -> refuse(answer, ProtocolError.PERMISSION_DENIED);
                case SendResult refused -> refuse(answer, ChatErrors.of(refused));
            }
        });
    }

    private void create(AccountId account, byte @Nullable [] data, Answer<Result.RpcAnswered> answer) {
        RpcBody body = RpcBody.read(data, "id", "kind", "with", "title", "members", "historyFor");
        String id = body.text("id");
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        String kind = body.text("kind");
        switch (kind) {
            case "direct" -> {
                body.refuse("title", "members", "historyFor");
                answer(answer, conversations.createDirect(account, id, body.account("with")), AnswerJson::created);
            }
            case "group" -> {
                body.refuse("with");
                answer(
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
        answer(answer, conversations.list(account, after, limit), AnswerJson::listing);
    }

    private void get(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer(answer, conversations.get(account, body.conversation()), AnswerJson::details);
    }

    private void rename(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        answer(answer, conversations.rename(account, body.conversation(), body.text("title")), AnswerJson::changed);
    }

    private void leave(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        answer(answer, conversations.leave(account, body.conversation()), AnswerJson::changed);
    }

    private void members(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        int limit = (int) body.number("limit", 1, PAGE_MAX, PAGE_MAX);
        String after = body.optionalText("after").orElse(null);
        answer(answer, conversations.members(account, body.conversation(), after, limit), AnswerJson::members);
    }

    private void add(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        var added = body.accounts("accounts", FOUNDERS_MAX);
        answer(answer, conversations.addMembers(account, body.conversation(), added), AnswerJson::changed);
    }

    private void remove(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        var member = body.account("account");
        answer(answer, conversations.removeMember(account, body.conversation(), member), AnswerJson::changed);
    }

    private void role(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        answer.ifLate(ChatErrors.OUTCOME_UNKNOWN);
        String text = body.text("role");
        Role role = Role.parse(text).orElseThrow(() -> new BadInput("role", "must be owner, admin or member", text));
        answer(
                answer,
                conversations.setRole(account, body.conversation(), body.account("account"), role),
                AnswerJson::changed);
    }

    private void read(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        long seq = body.number("seq", 0, Long.MAX_VALUE);
        answer(answer, conversations.markRead(account, body.conversation(), seq), AnswerJson::marker);
    }

    private void sync(AccountId account, RpcBody body, Answer<Result.RpcAnswered> answer) {
        int limit = (int) body.number("limit", 1, SYNC_MAX, SYNC_MAX);
        String cursor = body.optionalText("cursor").orElse(null);
        answer(answer, conversations.sync(account, cursor, limit), AnswerJson::synced);
    }

    private static void profile(Optional<Profile> profile, Answer<Result.RpcAnswered> answer) {
        profile.ifPresentOrElse(
                found -> give(answer, AnswerJson.profile(found)), () -> refuse(answer, ChatErrors.NO_SUCH_ACCOUNT));
    }

    private static <V> void answer(
            Answer<Result.RpcAnswered> answer, Conversations.Result<V> result, Function<V, Payload> render) {
        switch (result) {
            case Done<V>(var value) -> give(answer, render.apply(value));
            case Refused<V>(var refusal) -> refuse(answer, ChatErrors.of(refusal));
        }
    }

    /// Whether the client still waits makes no difference here: nothing was set up for the answer.
    @SuppressWarnings("CheckReturnValue")
    private static void give(Answer<Result.RpcAnswered> answer, Payload data) {
        answer.give(new Result.RpcAnswered(data));
    }

    @SuppressWarnings("CheckReturnValue")
    private static void published(Answer<Result.Published> answer) {
        answer.give(new Result.Published());
    }

    @SuppressWarnings("CheckReturnValue")
    private static void refuse(Answer<?> answer, ProtocolError error) {
        answer.refuse(error);
    }
}
