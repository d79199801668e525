package parley.sessions.internal.transport;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.BackendSession;
import parley.sessions.internal.protocol.Client;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// A back end in every mood: it answers, answers late or never, refuses, is away, and pushes what it was
/// given. One thread.
final class FuzzBackend implements Backend {

    private final Random random;
    private final Queue<Answer<Result.RpcAnswered>> held = new ArrayDeque<>();

    int accepted;
    int ended;
    /// Calls to sessions that had ended.
    int late;

    FuzzBackend(Random random) {
        this.random = random;
    }

    @Override
    public void connect(Outbound outbound, Client client, Request.Connect request, Answer<Accepted> answer) {
        if (request.token().isEmpty()) {
            boolean unused = answer.refuse(ProtocolError.UNAUTHORIZED);
            return;
        }
        if (answer.give(new Accepted(new Session(outbound), Lifetime.UNLIMITED, null, Map.of()))) {
            accepted++;
        }
    }

    /// Gives some of the answers that are still owed, whether anybody waits for them or not.
    void answerSome() {
        while (!held.isEmpty() && random.nextInt(3) > 0) {
            boolean unused = held.remove().give(new Result.RpcAnswered(null));
        }
        while (held.size() > 100) {
            boolean unused = held.remove().refuse(ProtocolError.INTERNAL);
        }
    }

    private final class Session implements BackendSession {
        private final Outbound outbound;
        private boolean over;

        Session(Outbound outbound) {
            this.outbound = outbound;
        }

        private void called() {
            late += over ? 1 : 0;
        }

        @Override
        public void subscribe(Request.Subscribe request, Answer<Result.Subscribed> answer) {
            called();
            boolean unused =
                    answer.give(Result.Subscribed.fresh("e", request.resume().offset()));
        }

        @Override
        public boolean unsubscribe(String channel) {
            called();
            return random.nextBoolean();
        }

        @Override
        public void publish(Request.Publish request, Answer<Result.Published> answer) {
            called();
            Payload data = request.data();
            boolean unused = answer.give(new Result.Published());
            if (data != null) {
                Publication publication = Publication.entry(1, data);
                boolean unusedToo =
                        outbound.deliver(new EncodedPush(new Push.Published(request.channel(), publication)));
            }
        }

        @Override
        public void history(Request.History request, Answer<Result.Past> answer) {
            called();
            boolean unused = answer.give(new Result.Past(List.of(), "e", request.limit()));
        }

        @Override
        public void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
            called();
            if (request.method().startsWith("held")) {
                held.add(answer);
            } else if (random.nextInt(50) == 0) {
                boolean unused = answer.refuse(ProtocolError.INTERNAL);
            } else {
                boolean unused = answer.give(new Result.RpcAnswered(request.data()));
            }
        }

        @Override
        public void send(@Nullable Payload data) {
            called();
            if (data != null) {
                boolean unused = outbound.offer(new EncodedPush(new Push.Message(data)));
            }
        }

        @Override
        public void refresh(String token, Answer<Lifetime> answer) {
            called();
            boolean unused = answer.give(Lifetime.UNLIMITED);
        }

        @Override
        public void ended() {
            called();
            over = true;
            ended++;
        }
    }
}
