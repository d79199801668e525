package parley.sessions.internal.protocol.profile;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.Renewed;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;

/// One session of [MemoryBackend]. The rpc method `echo` gives the data back, any other is not
/// available. What is sent comes back as a message.
public final class MemorySession implements BackendSession {
    private final MemoryBackend backend;
    private final Outbound outbound;
    private final String client;
    private final Token.Valid token;
    private final Set<MemoryChannel> channels = ConcurrentHashMap.newKeySet();

    MemorySession(MemoryBackend backend, Outbound outbound, String client, Token.Valid token) {
        this.backend = backend;
        this.outbound = outbound;
        this.client = client;
        this.token = token;
    }

    String user() {
        return token.user();
    }

    boolean is(String user, String clientId) {
        return user().equals(user) && (clientId.isEmpty() || client.equals(clientId));
    }

    String client() {
        return client;
    }

    Outbound outbound() {
        return outbound;
    }

    /// A server-side subscription, before the connect reply.
    void prepare(String name, Map<String, Resume> presented, Map<String, Result.Subscribed> into) {
        MemoryChannel channel = backend.channel(name);
        Resume resume = presented.getOrDefault(name, Resume.NONE);
        Result.Subscribed subscribed = channel.register(this, new MemoryChannel.Wish(info(null), resume, false, true));
        if (subscribed != null) {
            channels.add(channel);
            into.put(name, subscribed);
        }
    }

    void goLive() {
        channels.forEach(channel -> channel.goLive(this));
    }

    /// A server-side subscription, later.
    void add(String name, Resume resume, @Nullable Payload data) {
        MemoryChannel channel = backend.channel(name);
        if (channel.register(this, new MemoryChannel.Wish(info(null), resume, false, true)) == null) {
            return;
        }
        channels.add(channel);
        boolean taken = outbound.announce(new EncodedPush(channel.added(this, resume, data)));
        if (taken && backend.sessions().contains(this)) {
            channel.goLive(this);
        } else {
            boolean unused = channel.unregister(this);
        }
    }

    @Override
    public void subscribe(Request.Subscribe request, Answer<Result.Subscribed> answer) {
        if (request.token().isEmpty()) {
            subscribe(request, null, answer);
            return;
        }
        switch (Token.read(request.token())) {
            case Token.Valid valid when isFor(valid, request.channel()) -> subscribe(request, valid, answer);
            case Token.Valid _ -> {
                boolean unused = answer.disconnect(Disconnects.INVALID_TOKEN);
            }
            case Token.Expired _ -> {
                boolean unused = answer.refuse(ProtocolError.TOKEN_EXPIRED);
            }
            case Token.Invalid _ -> {
                boolean unused = answer.refuse(ProtocolError.PERMISSION_DENIED);
            }
        }
    }

    private boolean isFor(Token.Valid subscription, String channel) {
        return subscription.user().equals(user()) && subscription.channel().equals(channel);
    }

    private void subscribe(Request.Subscribe request, Token.@Nullable Valid permit, Answer<Result.Subscribed> answer) {
        MemoryChannel channel = backend.channel(request.channel());
        if (!channel.options().known()) {
            boolean unused = answer.refuse(ProtocolError.UNKNOWN_CHANNEL);
            return;
        }
        boolean stream = request.recoverable() || request.positioned();
        Result.Subscribed subscribed =
                channel.register(this, new MemoryChannel.Wish(info(permit), request.resume(), stream, false));
        if (subscribed == null) {
            boolean unused = answer.refuse(ProtocolError.ALREADY_SUBSCRIBED);
            return;
        }
        Lifetime lifetime = permit == null ? Lifetime.UNLIMITED : permit.lifetime();
        if (answer.give(lifetime.isLimited() ? subscribed.expiring(lifetime.seconds()) : subscribed)) {
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
            backend.channel(request.channel()).publish(request.data(), info(null));
        }
        boolean unused = answer.give(new Result.Published());
    }

    @Override
    public void history(Request.History request, Answer<Result.Past> answer) {
        Result.Past past = backend.channel(request.channel()).history(request);
        boolean unused = past == null ? answer.refuse(ProtocolError.UNRECOVERABLE_POSITION) : answer.give(past);
    }

    @Override
    public void presence(Request.Presence request, Answer<Result.Present> answer) {
        MemoryChannel channel = backend.channel(request.channel());
        boolean unused = channel.options().presence()
                ? answer.give(new Result.Present(channel.present()))
                : answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    @Override
    public void presenceStats(Request.PresenceStats request, Answer<Result.PresenceCounted> answer) {
        MemoryChannel channel = backend.channel(request.channel());
        boolean unused = channel.options().presence()
                ? answer.give(channel.counted())
                : answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    @Override
    public void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
        boolean unused = request.method().equals("echo")
                ? answer.give(new Result.RpcAnswered(request.data()))
                : answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    @Override
    public void send(@Nullable Payload data) {
        if (data != null) {
            boolean unused = outbound.announce(new EncodedPush(new Push.Message(data)));
        }
    }

    @Override
    public void refresh(String text, Answer<Lifetime> answer) {
        boolean unused = switch (Token.read(text)) {
            case Token.Valid valid when isFor(valid, "") -> answer.give(valid.lifetime());
            case Token.Expired _ -> answer.disconnect(Disconnects.EXPIRED);
            case Token.Valid _, Token.Invalid _ -> answer.disconnect(Disconnects.INVALID_TOKEN);
        };
    }

    @Override
    public void subRefresh(Request.SubRefresh request, Answer<Renewed> answer) {
        boolean unused = switch (Token.read(request.token())) {
            case Token.Valid valid when isFor(valid, channelOf(request, valid)) -> renew(valid, answer);
            case Token.Expired _ -> answer.refuse(ProtocolError.EXPIRED);
            case Token.Valid _, Token.Invalid _ -> answer.disconnect(Disconnects.INVALID_TOKEN);
        };
    }

    private static String channelOf(Request.SubRefresh request, Token.Valid valid) {
        return request.channel().isEmpty() ? valid.channel() : request.channel();
    }

    private boolean renew(Token.Valid permit, Answer<Renewed> answer) {
        return backend.channel(permit.channel()).has(this)
                ? answer.give(new Renewed(permit.channel(), permit.lifetime()))
                : answer.refuse(ProtocolError.PERMISSION_DENIED);
    }

    @Override
    public void drained() {
        Thread unused = Thread.ofVirtual().start(() -> channels.forEach(channel -> channel.feed(this)));
    }

    @Override
    public void ended() {
        backend.forget(this);
        for (MemoryChannel channel : channels) {
            boolean unused = channel.unregister(this);
        }
    }

    private ClientInfo info(Token.@Nullable Valid permit) {
        return new ClientInfo(user(), client, token.info(), permit == null ? null : permit.info());
    }
}
