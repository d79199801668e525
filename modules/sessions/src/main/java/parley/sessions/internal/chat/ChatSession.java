package parley.sessions.internal.chat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens.VerifyResult;
import parley.history.Entry;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;
import parley.messaging.Reading;
import parley.messaging.Reading.Access;
import parley.sessions.Disconnect;
import parley.sessions.internal.hub.Channels;
import parley.sessions.internal.hub.EntryJson;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.StreamPosition;

/// The commands of one session. Every answer goes through here, and every fault of what stands behind
/// becomes a temporary error.
final class ChatSession implements BackendSession {
    private final ChatBackend.Parts parts;
    private final ChatRpc rpc;
    private final ChatLimits limits;
    private final HubSession session;
    private final Function<Instant, Lifetime> lifetime;

    ChatSession(
            ChatBackend.Parts parts,
            ChatRpc rpc,
            ChatLimits limits,
            HubSession session,
            Function<Instant, Lifetime> lifetime) {
        this.parts = parts;
        this.rpc = rpc;
        this.limits = limits;
        this.session = session;
        this.lifetime = lifetime;
    }

    @Override
    public void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
        Runnable call = () -> rpc.call(session.account(), request, answer);
        if (request.method().equals(MessageRpc.SEND)) {
            guarded(answer, call);
        } else {
            reading(answer, call);
        }
    }

    @Override
    public void publish(Request.Publish request, Answer<Result.Published> answer) {
        Optional<ConversationId> conversation = Channels.conversation(request.channel());
        Payload data = request.data();
        if (conversation.isEmpty()) {
            refuse(
                    answer,
                    isOwnChannel(request.channel()) ? ProtocolError.PERMISSION_DENIED : ProtocolError.UNKNOWN_CHANNEL);
        } else if (data == null) {
            refuse(answer, ProtocolError.badRequest("data: is required"));
        } else {
            guarded(answer, () -> rpc.publish(session.account(), conversation.get(), data, answer));
        }
    }

    @Override
    public void subscribe(Request.Subscribe request, Answer<Result.Subscribed> answer) {
        Optional<ConversationId> conversation = Channels.conversation(request.channel());
        if (request.filtered()) {
            refuse(answer, ProtocolError.badRequest("tf: filters are not offered"));
        } else if (isOwnChannel(request.channel())) {
            refuse(answer, ProtocolError.ALREADY_SUBSCRIBED);
        } else if (conversation.isEmpty()) {
            refuse(answer, ProtocolError.UNKNOWN_CHANNEL);
        } else {
            reading(answer, () -> subscribe(conversation.get(), request, answer));
        }
    }

    private void subscribe(ConversationId conversation, Request.Subscribe request, Answer<Result.Subscribed> answer) {
        if (session.isServerStyle()) {
            boolean member =
                    parts.reading().access(session.account(), conversation).isPresent();
            refuse(answer, member ? ProtocolError.ALREADY_SUBSCRIBED : ProtocolError.PERMISSION_DENIED);
        } else if (session.announced() >= limits.subscriptionsMax()) {
            parts.hub().subscriptionsFull();
            refuse(answer, ProtocolError.LIMIT_EXCEEDED);
        } else if (!parts.hub().hold(session, conversation)) {
            refuse(answer, ProtocolError.ALREADY_SUBSCRIBED);
        } else {
            boolean kept = false;
            try {
                kept = answerHeld(conversation, request, answer);
            } finally {
                if (!kept) {
                    parts.hub().drop(session, conversation);
                }
            }
        }
    }

    /// The conversation is followed; says where the client stands in it. False when the client did not
    /// get that answer.
    private boolean answerHeld(
            ConversationId conversation, Request.Subscribe request, Answer<Result.Subscribed> answer) {
        Access access = parts.reading().access(session.account(), conversation).orElse(null);
        if (access == null) {
            refuse(answer, ProtocolError.PERMISSION_DENIED);
            return false;
        }
        Recovery.Start start =
                new Recovery(parts.reading(), parts.hub().recalls(), limits).start(access, request.resume());
        parts.hub().place(session, conversation, start.position(), access.head().head(), true);
        if (!answer.give(start.reply())) {
            return false;
        }
        session.release(conversation);
        return true;
    }

    @Override
    public boolean unsubscribe(String channel) {
        return Channels.conversation(channel)
                .map(conversation -> parts.hub().drop(session, conversation))
                .orElse(false);
    }

    @Override
    public void history(Request.History request, Answer<Result.Past> answer) {
        Optional<ConversationId> conversation = Channels.conversation(request.channel());
        if (conversation.isEmpty()) {
            refuse(
                    answer,
                    isOwnChannel(request.channel()) ? ProtocolError.NOT_AVAILABLE : ProtocolError.UNKNOWN_CHANNEL);
            return;
        }
        ProtocolError excess = parts.limits().allowances().history(session.account());
        if (excess != null) {
            refuse(answer, excess);
        } else {
            reading(answer, () -> history(conversation.get(), request, answer));
        }
    }

    private void history(ConversationId conversation, Request.History request, Answer<Result.Past> answer) {
        Reading reading = parts.reading();
        StreamPosition since = request.since();
        Optional<Access> access = reading.access(session.account(), conversation);
        if (access.isEmpty()) {
            refuse(answer, ProtocolError.PERMISSION_DENIED);
        } else if (since != null && !since.epoch().isEmpty() && !since.epoch().equals(reading.epoch())) {
            refuse(answer, ProtocolError.UNRECOVERABLE_POSITION);
        } else if (since != null && since.offset() == 0 && request.reverse()) {
            refuse(answer, ProtocolError.badRequest("since.offset: must be above 0 with reverse"));
        } else {
            List<Publication> page = page(access.get(), request).stream()
                    .map(entry -> Publication.entry(
                            entry.seq(), EntryJson.payload(entry, parts.hub().recalls())))
                    .toList();
            give(
                    answer,
                    new Result.Past(page, reading.epoch(), access.get().head().head()));
        }
    }

    private List<Entry> page(Access access, Request.History request) {
        int limit = request.limit() < 0 ? limits.historyPageMax() : Math.min(request.limit(), limits.historyPageMax());
        long head = access.head().head();
        StreamPosition since = request.since();
        // Offsets are unsigned on the wire: what is negative here lies above every head.
        long offset = since == null || since.offset() < 0 ? head + 1 : since.offset();
        if (limit == 0) {
            return List.of();
        }
        if (request.reverse()) {
            return parts.reading().readBackward(access, Math.min(offset, head + 1), limit);
        }
        long after = since == null ? 0 : offset;
        return after >= head ? List.of() : parts.reading().readForward(access, after, limit);
    }

    @Override
    public void presence(Request.Presence request, Answer<Result.Present> answer) {
        asMember(
                request.channel(),
                answer,
                conversation -> parts.presence()
                        .roster()
                        .present(conversation)
                        .ifPresentOrElse(
                                present -> give(answer, present), () -> refuse(answer, ProtocolError.NOT_AVAILABLE)));
    }

    @Override
    public void presenceStats(Request.PresenceStats request, Answer<Result.PresenceCounted> answer) {
        asMember(
                request.channel(),
                answer,
                conversation -> give(answer, parts.presence().roster().count(conversation)));
    }

    /// Goes on with the conversation that `channel` stands for, if the account is a member of it.
    private void asMember(String channel, Answer<?> answer, Consumer<ConversationId> command) {
        Optional<ConversationId> conversation = Channels.conversation(channel);
        ProtocolError excess = parts.limits().allowances().presence(session.account());
        if (conversation.isEmpty()) {
            refuse(answer, isOwnChannel(channel) ? ProtocolError.NOT_AVAILABLE : ProtocolError.UNKNOWN_CHANNEL);
        } else if (excess != null) {
            refuse(answer, excess);
        } else {
            reading(answer, () -> {
                if (parts.reading()
                        .access(session.account(), conversation.get())
                        .isPresent()) {
                    command.accept(conversation.get());
                } else {
                    refuse(answer, ProtocolError.PERMISSION_DENIED);
                }
            });
        }
    }

    /// Nobody waits for an answer: what cannot be read or comes too fast is dropped.
    @Override
    public void send(@Nullable Payload data) {
        if (parts.limits().allowances().ephemeral(session.account()) != null) {
            return;
        }
        try {
            RpcBody body = RpcBody.read(data == null ? null : data.toByteArray(), "type", "conversation");
            if (body.text("type").equals("typing")) {
                parts.presence().typing(session, body.conversation());
            } else {
                parts.presence().malformed();
            }
        } catch (BadInput bad) {
            parts.presence().malformed();
        }
    }

    @Override
    public void refresh(String token, Answer<Lifetime> answer) {
        switch (parts.tokens().verify(token)) {
            case VerifyResult.Verified(var account, var device, var expiresAt) -> {
                boolean same = account.equals(session.account())
                        && device.equals(session.view().device());
                if (same) {
                    give(answer, lifetime.apply(expiresAt));
                } else {
                    end(answer, Disconnects.INVALID_TOKEN);
                }
            }
            case VerifyResult.Expired() -> end(answer, Disconnects.EXPIRED);
            case VerifyResult.SignedOut() -> end(answer, SessionDirectory.SIGNED_OUT);
            case VerifyResult.Banned() -> end(answer, SessionDirectory.BANNED);
            case VerifyResult.Invalid() -> end(answer, Disconnects.INVALID_TOKEN);
        }
    }

    @Override
    public void drained() {
        session.drained();
    }

    @Override
    public void ended() {
        session.end();
        parts.presence().ended(session);
        parts.sessionEnded(session.view());
    }

    private boolean isOwnChannel(String channel) {
        return channel.equals(Channels.of(session.account()));
    }

    /// A command that asks the database and has answered when it returns.
    private void reading(Answer<?> answer, Runnable command) {
        ProtocolError excess = parts.limits().allowances().readBegins(session.account());
        if (excess != null) {
            refuse(answer, excess);
            return;
        }
        try {
            guarded(answer, command);
        } finally {
            parts.limits().allowances().readEnded(session.account());
        }
    }

    private static void guarded(Answer<?> answer, Runnable command) {
        try {
            command.run();
        } catch (BadInput bad) {
            refuse(answer, ProtocolError.badRequest(bad.sentence()));
        } catch (Unavailable away) {
            refuse(answer, ProtocolError.INTERNAL);
        }
    }

    /// Nothing was set up that a late answer would have to undo.
    @SuppressWarnings("CheckReturnValue")
    private static <R> void give(Answer<R> answer, R result) {
        answer.give(result);
    }

    @SuppressWarnings("CheckReturnValue")
    private static void refuse(Answer<?> answer, ProtocolError error) {
        answer.refuse(error);
    }

    @SuppressWarnings("CheckReturnValue")
    private static void end(Answer<?> answer, Disconnect why) {
        answer.disconnect(why);
    }
}
