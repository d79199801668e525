package parley.sessions.internal.protocol.profile;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;

/// One session of [MemoryBackend]. Rpc methods: `echo` gives the data back; `drop` closes the connection
/// so that the client connects again, and publishes three entries to the channel that the data names;
/// any other is not available. What is sent comes back as a message.
final class MemorySession implements BackendSession {
    private final MemoryBackend backend;
    private final Outbound outbound;
    private final String user;
    private final String client;
    private final Set<MemoryChannel> channels = ConcurrentHashMap.newKeySet();

    MemorySession(MemoryBackend backend, Outbound outbound, String user, String client) {
        this.backend = backend;
        this.outbound = outbound;
        this.user = user;
        this.client = client;
    }

    String user() {
        return user;
    }

    Outbound outbound() {
        return outbound;
    }

    /// A server-side subscription, before the connect reply.
    void prepare(MemoryChannel channel, Map<String, Resume> presented, Map<String, Result.Subscribed> into) {
        Resume resume = presented.getOrDefault(channel.name(), Resume.NONE);
        Result.Subscribed subscribed = channel.register(this, info(), resume);
        if (subscribed != null) {
            channels.add(channel);
            into.put(channel.name(), subscribed);
        }
    }

    void goLive() {
        channels.forEach(channel -> channel.goLive(this));
    }

    @Override
    public void subscribe(Request.Subscribe request, Answer<Result.Subscribed> answer) {
        MemoryChannel channel = backend.channel(request.channel());
        Result.Subscribed subscribed = channel.register(this, info(), request.resume());
        if (subscribed == null) {
            answer.refuse(ProtocolError.ALREADY_SUBSCRIBED);
        } else if (request.rejectsUnrecovered() && request.resume().recover() && !subscribed.recovered()) {
            boolean unused = channel.unregister(this);
            answer.refuse(ProtocolError.UNRECOVERABLE_POSITION);
        } else if (answer.give(subscribed)) {
            channels.add(channel);
            channel.goLive(this);
        } else {
            boolean unused = channel.unregister(this);
        }
    }

    @Override
    public boolean unsubscribe(String name) {
        MemoryChannel channel = backend.channel(name);
        channels.remove(channel);
        return channel.unregister(this);
    }

    @Override
    public void publish(Request.Publish request, Answer<Result.Published> answer) {
        if (request.data() != null) {
            backend.channel(request.channel()).publish(request.data(), info());
        }
        answer.give(new Result.Published());
    }

    @Override
    public void history(Request.History request, Answer<Result.Past> answer) {
        Result.Past past = backend.channel(request.channel()).history(request);
        if (past == null) {
            answer.refuse(ProtocolError.UNRECOVERABLE_POSITION);
        } else {
            answer.give(past);
        }
    }

    @Override
    public void presence(Request.Presence request, Answer<Result.Present> answer) {
        answer.give(new Result.Present(backend.channel(request.channel()).present()));
    }

    @Override
    public void presenceStats(Request.PresenceStats request, Answer<Result.PresenceCounted> answer) {
        Map<String, ClientInfo> present = backend.channel(request.channel()).present();
        long users = present.values().stream().map(ClientInfo::user).distinct().count();
        answer.give(new Result.PresenceCounted(present.size(), (int) users));
    }

    @Override
    public void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
        switch (request.method()) {
            case "echo" -> answer.give(new Result.RpcAnswered(request.data()));
            case "drop" -> drop(request.data(), answer);
            default -> answer.refuse(ProtocolError.NOT_AVAILABLE);
        }
    }

    private void drop(@Nullable Payload channel, Answer<Result.RpcAnswered> answer) {
        answer.disconnect(Disconnects.FORCE_RECONNECT);
        if (channel != null) {
            String name = new String(channel.toByteArray(), StandardCharsets.UTF_8).replace("\"", "");
            for (int i = 1; i <= 3; i++) {
                backend.channel(name).publish(Payload.json("{\"missed\":" + i + "}"), null);
            }
        }
    }

    @Override
    public void send(@Nullable Payload data) {
        if (data != null) {
            boolean unused = outbound.announce(new EncodedPush(new Push.Message(data)));
        }
    }

    @Override
    public void refresh(String token, Answer<Lifetime> answer) {
        switch (token) {
            case "expired" -> answer.disconnect(Disconnects.EXPIRED);
            case "forged" -> answer.disconnect(Disconnects.INVALID_TOKEN);
            default -> answer.give(TestToken.parse(token).lifetime());
        }
    }

    @Override
    public void drained() {
        Thread unused = Thread.ofVirtual().start(() -> channels.forEach(channel -> channel.feed(this)));
    }

    @Override
    public void ended() {
        for (MemoryChannel channel : channels) {
            boolean unused = channel.unregister(this);
        }
    }

    private ClientInfo info() {
        return ClientInfo.of(user, client);
    }
}
