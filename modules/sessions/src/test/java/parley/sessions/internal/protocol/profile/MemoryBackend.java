package parley.sessions.internal.protocol.profile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

/// A back end for tests of the protocol with real clients: everybody may come in, every channel is there
/// once it is named and keeps all that is published, and positions are recovered. Thread-safe.
///
/// Tokens are plain text: empty is anonymous, `expired` and `forged` are what they say, `user:7` is a
/// person, and `user:7:2` one whose token lives 2 s. A person has a server-side subscription to
/// `#<user>`, and to each channel that the test gives with [#grant].
public final class MemoryBackend implements Backend {
    private final Map<String, MemoryChannel> channels = new ConcurrentHashMap<>();
    private final Map<String, MemoryChannel> granted = new ConcurrentHashMap<>();

    public MemoryChannel channel(String name) {
        return channels.computeIfAbsent(name, MemoryChannel::new);
    }

    /// From now on everybody who connects is subscribed to `channel` by the server.
    public void grant(String channel) {
        granted.put(channel, channel(channel));
    }

    @Override
    public void connect(Outbound outbound, Client client, Request.Connect request, Answer<Accepted> answer) {
        switch (request.token()) {
            case "expired" -> answer.refuse(ProtocolError.TOKEN_EXPIRED);
            case "forged" -> answer.disconnect(Disconnects.INVALID_TOKEN);
            default -> accept(outbound, client, request, answer);
        }
    }

    private void accept(Outbound outbound, Client client, Request.Connect request, Answer<Accepted> answer) {
        TestToken token = TestToken.parse(request.token());
        MemorySession session = new MemorySession(this, outbound, token.user(), client.id());
        Map<String, Result.Subscribed> subscriptions = new LinkedHashMap<>();
        if (!token.user().isEmpty()) {
            session.prepare(channel("#" + token.user()), request.subscriptions(), subscriptions);
        }
        granted.values().forEach(channel -> session.prepare(channel, request.subscriptions(), subscriptions));
        Payload data = Payload.json("{\"user\":\"" + token.user() + "\"}");
        boolean taken = answer.give(new Accepted(session, token.lifetime(), data, subscriptions));
        if (taken) {
            session.goLive();
        } else {
            session.ended();
        }
    }
}
