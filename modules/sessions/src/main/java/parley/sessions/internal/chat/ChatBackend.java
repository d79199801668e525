package parley.sessions.internal.chat;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import parley.accounts.Tokens;
import parley.accounts.Tokens.VerifyResult;
import parley.kernel.AccountId;
import parley.kernel.IdSource;
import parley.kernel.SessionId;
import parley.kernel.Unavailable;
import parley.messaging.Reading;
import parley.sessions.Disconnect;
import parley.sessions.SessionView;
import parley.sessions.internal.hub.Channels;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.limit.Places;
import parley.sessions.internal.presence.Presence;
import parley.sessions.internal.presence.PresenceLimits;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.Client;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// Lets people in: checks the token, sets the session up in the hub, and tells the client what it is
/// subscribed to.
///
/// Nothing falls between, by this order: the account counts as connected, its memberships are read, its
/// conversations are followed (held), their heads are read, the reply is given, what was held goes out.
public final class ChatBackend implements Backend {
    private static final Logger LOG = System.getLogger(ChatBackend.class.getName());

    /// What the back end works with.
    public record Parts(
            Tokens tokens, Reading reading, SessionDirectory directory, Hub hub, Presence presence, Limits limits) {
        void sessionEnded(SessionView view) {
            limits.places().sessionEnded(view.account(), InetAddress.ofLiteral(view.address()));
        }
    }

    /// What bounds sessions and their accounts.
    public record Limits(
            Places places, Allowances allowances, ToIntFunction<AccountId> sessionsElsewhere, PresenceLimits presence) {
        boolean sessionBegins(AccountId account, InetAddress address) {
            return places.sessionBegins(account, address, sessionsElsewhere.applyAsInt(account));
        }
    }

    /// What other nodes tell of an account's sessions lapses in this time.
    private static final long ELSEWHERE_WAIT_MILLIS = 2_000;

    private final Parts parts;
    private final ChatRpc rpc;
    private final ChatLimits limits;
    private final IdSource ids;
    private final InstantSource clock;

    ChatBackend(Parts parts, ChatRpc rpc, ChatLimits limits, IdSource ids, InstantSource clock) {
        this.parts = parts;
        this.rpc = rpc;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public void connect(Outbound outbound, Client client, Request.Connect request, Answer<Accepted> answer) {
        switch (parts.tokens().verify(request.token())) {
            case VerifyResult.Verified verified -> letIn(verified, outbound, client, request, answer);
            case VerifyResult.Expired() -> refuse(answer, ProtocolError.TOKEN_EXPIRED);
            case VerifyResult.SignedOut() -> end(answer, SessionDirectory.SIGNED_OUT);
            case VerifyResult.Banned() -> end(answer, SessionDirectory.BANNED);
            case VerifyResult.Invalid() -> {
                if (request.token().isEmpty()) {
                    refuse(answer, ProtocolError.UNAUTHORIZED);
                } else {
                    end(answer, Disconnects.INVALID_TOKEN);
                }
            }
        }
    }

    private void letIn(
            VerifyResult.Verified who,
            Outbound outbound,
            Client client,
            Request.Connect request,
            Answer<Accepted> answer) {
        boolean server;
        try {
            server = isServerStyle(request.data());
        } catch (BadInput bad) {
            refuse(answer, ProtocolError.badRequest(bad.sentence()));
            return;
        }
        ProtocolError excess = parts.limits().allowances().connect(who.account());
        if (excess != null) {
            refuse(answer, excess);
        } else if (!parts.limits().sessionBegins(who.account(), address(client))) {
            // What other nodes told may be over already, so it refuses for a while only.
            if (parts.limits().places().isFull(who.account())) {
                end(answer, Disconnects.CONNECTION_LIMIT);
            } else {
                refuse(answer, ProtocolError.tooManyRequests("sessions of this account", ELSEWHERE_WAIT_MILLIS));
            }
        } else {
            UUID id = UUID.fromString(client.id());
            open(registered(view(who, client, request), id, outbound, server), who, request, answer);
        }
    }

    private HubSession registered(SessionView view, UUID client, Outbound outbound, boolean server) {
        try {
            return parts.hub().register(view, client, outbound, server, limits.subscriptionsMax());
        } catch (RuntimeException | Error fault) {
            parts.sessionEnded(view);
            throw fault;
        }
    }

    private static InetAddress address(Client client) {
        return InetAddress.ofLiteral(client.address());
    }

    /// The session counts as one of its account; if it is not accepted, all is taken back.
    private void open(HubSession session, VerifyResult.Verified who, Request.Connect request, Answer<Accepted> answer) {
        boolean open = false;
        try {
            open = answer.give(accepted(session, who, request));
            if (open) {
                session.open();
                parts.presence().opened(session);
            }
        } catch (Unavailable away) {
            LOG.log(Level.WARNING, "a session could not be set up, what it needs is away", away);
            refuse(answer, ProtocolError.INTERNAL);
        } finally {
            if (!open) {
                session.end();
                parts.sessionEnded(session.view());
            }
        }
    }

    private static boolean isServerStyle(@Nullable Payload data) {
        String style = RpcBody.read(data == null ? null : data.toByteArray(), "subscriptions")
                .optionalText("subscriptions")
                .orElse("server");
        return switch (style) {
            case "server" -> true;
            case "client" -> false;
            default -> throw new BadInput("subscriptions", "must be server or client", style);
        };
    }

    private SessionView view(VerifyResult.Verified who, Client client, Request.Connect request) {
        return new SessionView(
                new SessionId(ids.next()),
                who.account(),
                who.device(),
                client.address(),
                shortened(request.name()),
                shortened(request.version()),
                clock.instant());
    }

    private static String shortened(String text) {
        int most = SessionView.CLIENT_TEXT_CHARS_MAX;
        return text.length() <= most ? text : text.substring(0, most);
    }

    private Accepted accepted(HubSession session, VerifyResult.Verified who, Request.Connect request) {
        Map<String, Result.Subscribed> subscriptions = new HashMap<>();
        subscriptions.put(Channels.of(who.account()), Result.Subscribed.plain());
        if (session.isServerStyle()) {
            new ServerSubscriptions(parts.hub(), parts.reading(), limits)
                    .establish(session, request.subscriptions(), subscriptions);
        }
        ChatSession chat = new ChatSession(parts, rpc, limits, session, this::lifetime);
        return new Accepted(chat, lifetime(who.expiresAt()), data(session), subscriptions);
    }

    /// Whole seconds, at least one: a token that ends this moment was good when it was checked.
    private Lifetime lifetime(Instant expiresAt) {
        long seconds = expiresAt.getEpochSecond() - clock.instant().getEpochSecond();
        return new Lifetime(Math.clamp(seconds, 1, Integer.MAX_VALUE));
    }

    private Payload data(HubSession session) {
        SessionView view = session.view();
        return Payload.json("{\"account\":\"" + view.account() + "\",\"device\":\"" + view.device()
                + "\",\"session\":\"" + view.id() + "\",\"limits\":{\"bodyBytesMax\":16384,\"subscriptionsMax\":"
                + limits.subscriptionsMax() + ",\"historyPageMax\":" + limits.historyPageMax() + "}}");
    }

    /// Nothing was set up that a late answer would have to undo.
    @SuppressWarnings("CheckReturnValue")
    private static void refuse(Answer<?> answer, ProtocolError error) {
        answer.refuse(error);
    }

    @SuppressWarnings("CheckReturnValue")
    private static void end(Answer<?> answer, Disconnect why) {
        answer.disconnect(why);
    }
}
