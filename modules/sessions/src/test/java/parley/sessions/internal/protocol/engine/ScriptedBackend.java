package parley.sessions.internal.protocol.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Client;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.Renewed;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// A back end that does what the test says: it notes every call, and holds the answers of the channels
/// and methods named `held...` until the test gives them. One thread.
final class ScriptedBackend implements Backend {
    /// What was called, in order.
    final List<String> calls = new ArrayList<>();

    /// Answers that wait for the test.
    final List<Answer<?>> held = new ArrayList<>();

    @Nullable
    Outbound outbound;

    @Nullable
    Client client;

    Lifetime lifetime = Lifetime.UNLIMITED;
    Map<String, Result.Subscribed> subscriptions = Map.of();

    /// What subscribe answers.
    Result.Subscribed subscribed = Result.Subscribed.fresh("e", 5);

    /// What connect does; accepts unless the test says otherwise.
    Consumer<Answer<Accepted>> onConnect = this::accept;

    /// What an rpc does before it is answered.
    Runnable onRpc = () -> {};

    void accept(Answer<Accepted> answer) {
        note("accepted " + answer.give(new Accepted(new Session(), lifetime, null, subscriptions)));
    }

    Outbound out() {
        if (outbound == null) {
            throw new AssertionError("nobody connected");
        }
        return outbound;
    }

    @SuppressWarnings("unchecked")
    <R> Answer<R> takeHeld() {
        return (Answer<R>) held.removeFirst();
    }

    /// What was called since the last time.
    List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    @Override
    public void connect(Outbound way, Client who, Request.Connect request, Answer<Accepted> answer) {
        outbound = way;
        client = who;
        note("connect " + request.token());
        onConnect.accept(answer);
    }

    private void note(String call) {
        calls.add(call);
    }

    private final class Session implements BackendSession {
        @Override
        public void subscribe(Request.Subscribe request, Answer<Result.Subscribed> answer) {
            note("subscribe " + request.channel());
            finish(request.channel(), answer, subscribed);
        }

        @Override
        public boolean unsubscribe(String channel) {
            note("unsubscribe " + channel);
            return true;
        }

        @Override
        public void publish(Request.Publish request, Answer<Result.Published> answer) {
            note("publish " + request.channel());
            finish(request.channel(), answer, new Result.Published());
        }

        @Override
        public void history(Request.History request, Answer<Result.Past> answer) {
            note("history " + request.channel());
            finish(request.channel(), answer, new Result.Past(List.of(), "e", 5));
        }

        @Override
        public void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
            note("rpc " + request.method());
            onRpc.run();
            finish(request.method(), answer, new Result.RpcAnswered(Payload.json("1")));
        }

        @Override
        public void send(@Nullable Payload data) {
            note("send");
        }

        @Override
        public void refresh(String token, Answer<Lifetime> answer) {
            note("refresh " + token);
            finish(token, answer, lifetime);
        }

        /// A token names its channel, as `channel:anything`.
        @Override
        public void subRefresh(Request.SubRefresh request, Answer<Renewed> answer) {
            note("sub_refresh " + request.channel() + " " + request.token());
            finish(request.token(), answer, new Renewed(request.token().split(":", -1)[0], lifetime));
        }

        @Override
        public void drained() {
            note("drained");
        }

        @Override
        public void ended() {
            note("ended");
        }

        private <R> void finish(String name, Answer<R> answer, R result) {
            if (name.startsWith("held")) {
                held.add(answer);
            } else {
                boolean unused = answer.give(result);
            }
        }
    }
}
