package parley.sessions.internal.chat;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubMetrics;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.presence.Presence;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.wiring.SessionsModule.Neighbours;

/// Puts the chat behind the protocol engine.
public final class Chat {
    private static final int PRESENCE_TICK_MILLIS = 100;

    /// What it runs on.
    public record Ground(
            Executor virtualThreads,
            ScheduledExecutorService ticker,
            InstantSource clock,
            MeterRegistry metrics,
            ChatBackend.Limits limits) {}

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
        Presence presence = presence(neighbours, directory, hub, ground);
        neighbours.feeds().listen(new ChatFeed(hub, presence));
        ChatRpc rpc =
                new ChatRpc(neighbours, hub, presence, ground.limits().allowances(), new SendTimes(ground.metrics()));
        return new ChatBackend(
                new ChatBackend.Parts(
                        neighbours.tokens(), neighbours.reading(), directory, hub, presence, ground.limits()),
                rpc,
                limits,
                neighbours.ids(),
                ground.clock());
    }

    private static Presence presence(Neighbours neighbours, SessionDirectory directory, Hub hub, Ground ground) {
        Presence presence = new Presence(
                new Presence.Parts(
                        hub,
                        directory,
                        neighbours.reading(),
                        neighbours.audience(),
                        neighbours.lastSeen(),
                        neighbours.cluster()),
                ground.limits().presence(),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                ground.clock(),
                ground.metrics());
        ScheduledFuture<?> ticking = ground.ticker()
                .scheduleAtFixedRate(
                        () -> ground.virtualThreads().execute(presence::tick),
                        PRESENCE_TICK_MILLIS,
                        PRESENCE_TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
        if (ticking.isCancelled()) {
            throw new IllegalStateException("the ticker did not start");
        }
        return presence;
    }
}
