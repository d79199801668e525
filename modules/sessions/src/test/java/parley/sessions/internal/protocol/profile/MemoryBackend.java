package parley.sessions.internal.protocol.profile;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.Client;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// A back end in memory: everybody may come in, with a good token or none, every channel is there once
/// it is named, and everybody may do everything with it. Thread-safe.
///
/// Who has a token is subscribed by the server to `#<user>`, to what the token names, and to each
/// channel that a test gives with [#grant].
public final class MemoryBackend implements Backend {
    private final Function<String, ChannelOptions> options;
    private final String epochs;
    private final Map<String, MemoryChannel> channels = new ConcurrentHashMap<>();
    private final Set<MemorySession> sessions = ConcurrentHashMap.newKeySet();
    private final Set<String> granted = ConcurrentHashMap.newKeySet();

    public MemoryBackend() {
        this(ChannelOptions.Plain.USUAL::of, "e");
    }

    /// `epochs`: with what the epochs of channels begin.
    MemoryBackend(Function<String, ChannelOptions> options, String epochs) {
        this.options = options;
        this.epochs = epochs;
    }

    /// Where channels keep all that is ever published to them.
    public static MemoryBackend endless() {
        return new MemoryBackend(_ -> ChannelOptions.ENDLESS, "e");
    }

    public MemoryChannel channel(String name) {
        return channels.computeIfAbsent(name, each -> new MemoryChannel(each, options.apply(each), epochs));
    }

    Collection<MemoryChannel> channels() {
        return channels.values();
    }

    Set<MemorySession> sessions() {
        return sessions;
    }

    /// From now on everybody who connects with a token is subscribed to `channel` by the server.
    public void grant(String channel) {
        granted.add(channel);
    }

    @Override
    public void connect(Outbound outbound, Client client, Request.Connect request, Answer<Accepted> answer) {
        switch (request.token().isEmpty() ? Token.ANONYMOUS : Token.read(request.token())) {
            case Token.Valid token when token.channel().isEmpty() -> accept(outbound, client, request, token, answer);
            case Token.Expired _ -> {
                boolean unused = answer.refuse(ProtocolError.TOKEN_EXPIRED);
            }
            case Token.Valid _, Token.Invalid _ -> {
                boolean unused = answer.disconnect(Disconnects.INVALID_TOKEN);
            }
        }
    }

    private void accept(
            Outbound outbound, Client client, Request.Connect request, Token.Valid token, Answer<Accepted> answer) {
        MemorySession session = new MemorySession(this, outbound, client.id(), token);
        Map<String, Result.Subscribed> subscriptions = new LinkedHashMap<>();
        if (!token.user().isEmpty()) {
            session.prepare("#" + token.user(), request.subscriptions(), subscriptions);
            granted.forEach(channel -> session.prepare(channel, request.subscriptions(), subscriptions));
        }
        token.channels().forEach(channel -> session.prepare(channel, request.subscriptions(), subscriptions));
        Payload data = Payload.json("{\"user\":" + Token.quoted(token.user()) + "}");
        sessions.add(session);
        boolean taken = answer.give(new Accepted(session, token.lifetime(), data, subscriptions));
        if (taken) {
            session.goLive();
        } else {
            session.ended();
        }
    }

    void forget(MemorySession session) {
        sessions.remove(session);
    }

    /// Those of a person; with `client` that one alone.
    List<MemorySession> sessionsOf(String user, String client) {
        return sessions.stream().filter(session -> session.is(user, client)).toList();
    }
}
