package parley.sessions.internal.chat;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubMetrics;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.wiring.SessionsModule.Neighbours;

/// Puts the chat behind the protocol engine.
public final class Chat {

    /// What it runs on.
    public record Ground(
            Executor virtualThreads, InstantSource clock, MeterRegistry metrics, ChatBackend.Limits limits) {}

    private Chat() {}

    /// Listens to the feeds from now on.
    public static Backend backend(Neighbours neighbours, SessionDirectory directory, ChatLimits limits, Ground ground) {
        Hub hub = new Hub(
                directory,
                neighbours.feeds(),
                new MessagingLog(neighbours.reading()),
                neighbours.reading().epoch(),
                new HubMetrics(ground.metrics()),
                ground.virtualThreads(),
                new PersonalEvents());
        neighbours.feeds().listen(hub);
        ChatRpc rpc = new ChatRpc(
                neighbours.sending(),
                neighbours.conversations(),
                neighbours.accounts(),
                ground.limits().allowances(),
                new SendTimes(ground.metrics()));
        return new ChatBackend(
                new ChatBackend.Parts(neighbours.tokens(), neighbours.reading(), directory, hub, ground.limits()),
                rpc,
                limits,
                neighbours.ids(),
                ground.clock());
    }
}
