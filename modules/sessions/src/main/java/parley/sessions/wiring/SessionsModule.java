package parley.sessions.wiring;

import io.helidon.webserver.ListenerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import parley.accounts.Accounts;
import parley.accounts.LastSeen;
import parley.accounts.Revocations;
import parley.accounts.Tokens;
import parley.cluster.Cluster;
import parley.kernel.IdSource;
import parley.kernel.Probe;
import parley.messaging.Audience;
import parley.messaging.Contacts;
import parley.messaging.Conversations;
import parley.messaging.Feeds;
import parley.messaging.Reading;
import parley.messaging.Revising;
import parley.messaging.Sending;
import parley.sessions.Sessions;
import parley.sessions.internal.chat.Chat;
import parley.sessions.internal.chat.ChatBackend;
import parley.sessions.internal.edge.ConnectionGate;
import parley.sessions.internal.edge.Drain;
import parley.sessions.internal.edge.EdgeIntake;
import parley.sessions.internal.edge.EngineMetrics;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.limit.AddressKey;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.limit.HeapAlive;
import parley.sessions.internal.limit.Overload;
import parley.sessions.internal.limit.Places;
import parley.sessions.internal.limit.RateLimit;
import parley.sessions.internal.limit.SharedLimits;
import parley.sessions.internal.limit.WaitingRoom;
import parley.sessions.internal.protocol.Backend;
import parley.sessions.internal.protocol.engine.Engine;
import parley.sessions.internal.protocol.engine.Intake;
import parley.sessions.internal.protocol.engine.Wheel;
import parley.sessions.internal.transport.AddressRange;
import parley.sessions.internal.transport.Origins;
import parley.sessions.internal.transport.ThreadTransport;
import parley.sessions.internal.transport.UpgradeRules;

/// The edge of one node. Made in two steps, because accounts tell it whose sessions end, and it asks
/// accounts who comes in: first a [Directory], then the rest.
public final class SessionsModule implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SessionsModule.class.getName());

    /// Who is connected; exists before everything else.
    public static final class Directory {
        private final SessionDirectory sessions = new SessionDirectory();

        public Sessions sessions() {
            return sessions;
        }

        public Revocations revocations() {
            return sessions;
        }
    }

    /// What the edge stands on.
    public record Neighbours(
            Tokens tokens,
            Accounts accounts,
            Sending sending,
            Revising revising,
            Conversations conversations,
            Contacts contacts,
            Reading reading,
            Feeds feeds,
            Audience audience,
            LastSeen lastSeen,
            Cluster cluster,
            IdSource ids) {}

    private static final int OVERLOAD_TICK_MILLIS = 100;

    private final ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService ticker;
    private final ThreadTransport transport;
    private final ConnectionGate gate;
    private final Drain drain;
    private final Overload overload;
    private final RateLimit<AddressKey> requests;

    private SessionsModule(Directory directory, SessionsConfig config, Neighbours neighbours, MeterRegistry metrics) {
        SessionsConfig.Limits limits = config.limits();
        this.ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("parley-sessions-ticker").factory());
        Places places = new Places(EdgeLimits.places(limits), metrics);
        Allowances allowances = new Allowances(EdgeLimits.rates(limits), System::nanoTime, metrics);
        SharedLimits shared = new SharedLimits(neighbours.cluster().signals(), allowances, places, System::nanoTime);
        Backend backend = Chat.backend(
                neighbours,
                directory.sessions,
                EdgeLimits.chat(limits),
                new Chat.Ground(
                        virtualThreads,
                        ticker,
                        InstantSource.system(),
                        metrics,
                        new ChatBackend.Limits(
                                places,
                                allowances,
                                shared::sessionsElsewhere,
                                EdgeLimits.presence(config.presence()))));
        SessionsConfig.PerConnection connection = limits.perConnection();
        this.overload = new Overload(new HeapAlive(), virtualThreads, metrics);
        WaitingRoom newcomers = new WaitingRoom(overload, SessionsModule::millis, metrics);
        Intake intake = new EdgeIntake(
                EdgeLimits.rate(connection.commands()),
                EdgeLimits.rate(connection.bytes()),
                overload,
                newcomers,
                System::nanoTime,
                metrics);
        this.requests = new RateLimit<>("requests", EdgeLimits.rate(limits.requests()), System::nanoTime, metrics);
        Engine engine = new Engine(new Engine.EngineParts(
                backend,
                EdgeLimits.protocol(limits),
                config.version(),
                virtualThreads,
                SessionsModule::millis,
                new SecureRandom(),
                new EngineMetrics(metrics),
                intake));
        this.gate = new ConnectionGate(engine, places, overload, newcomers, metrics);
        this.transport = new ThreadTransport(rules(config), EdgeLimits.transport(limits), gate);
        this.drain = new Drain(gate, directory.sessions);
        startTicking(engine, newcomers);
        if (neighbours.cluster().bus().isShared()) {
            shared.listen();
            schedule(shared::tell, SharedLimits.TELL_MILLIS);
        }
    }

    /// Starts the edge's own threads; no connection is accepted before [#install].
    public static SessionsModule create(
            Directory directory, SessionsConfig config, Neighbours neighbours, MeterRegistry metrics) {
        return new SessionsModule(directory, config, neighbours, metrics);
    }

    /// Makes this listener accept WebSocket connections beside its HTTP routing; see
    /// [ThreadTransport#install].
    public void install(ListenerConfig.BuilderBase<?, ?> listener) {
        transport.install(listener);
    }

    /// Takes no new connection from now on (503), tells all clients to connect elsewhere (3001), spread
    /// over `over`, and waits until they are gone, `over` and five seconds at most. Blocks. True when
    /// nobody is left. Idempotent.
    public boolean drain(Duration over) {
        return drain.run(over);
    }

    public boolean isDraining() {
        return gate.isClosed();
    }

    /// Sentences of [SessionsConfig] that are wrong come as `IllegalArgumentException` from here, for
    /// `check-config`.
    public static void check(SessionsConfig config) {
        UpgradeRules checked = rules(config);
        if (!checked.path().equals(UpgradeRules.DEFAULT_PATH)) {
            throw new IllegalStateException("the path of connections is fixed");
        }
    }

    /// Takes one REST request of a client address: how long it has to wait when it has had too many,
    /// else zero.
    public Duration requestWait(InetAddress client) {
        return Duration.ofMillis(requests.take(AddressKey.of(client)));
    }

    /// When to try again with what leads to new sessions, if the node has so much to do that it takes
    /// none; spread, so that not all come back at once.
    public Optional<Duration> overloadedFor() {
        return overload.admits(Overload.Priority.SESSION) ? Optional.empty() : Optional.of(ConnectionGate.retryAfter());
    }

    public List<Probe> probes() {
        return List.of(gate.probe(), overload.probe());
    }

    /// Ends the edge's threads. Call [#drain] before, and this after the server has stopped.
    @Override
    public void close() {
        ticker.shutdownNow();
        transport.close();
        virtualThreads.shutdownNow();
    }

    private void startTicking(Engine engine, WaitingRoom newcomers) {
        schedule(engine::tick, Wheel.TICK_MILLIS);
        schedule(
                () -> {
                    overload.tick(millis());
                    newcomers.call();
                },
                OVERLOAD_TICK_MILLIS);
    }

    /// A clock that never goes back.
    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void schedule(Runnable task, long everyMillis) {
        Runnable lasting = () -> {
            try {
                task.run();
            } catch (RuntimeException | Error bug) {
                // What a timer throws would be its last turn.
                LOG.log(Level.ERROR, "a turn failed; the next one follows", bug);
            }
        };
        if (ticker.scheduleAtFixedRate(lasting, everyMillis, everyMillis, TimeUnit.MILLISECONDS)
                .isCancelled()) {
            throw new IllegalStateException("the ticker did not start");
        }
    }

    private static UpgradeRules rules(SessionsConfig config) {
        return new UpgradeRules(
                UpgradeRules.DEFAULT_PATH,
                Origins.of(config.allowedOrigins()),
                config.trustedProxies().stream().map(AddressRange::parse).toList());
    }
}
