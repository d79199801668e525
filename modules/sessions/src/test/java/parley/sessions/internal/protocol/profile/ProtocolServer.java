package parley.sessions.internal.protocol.profile;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import parley.sessions.internal.protocol.engine.Engine;
import parley.sessions.internal.protocol.engine.EngineObserver;
import parley.sessions.internal.protocol.engine.ProtocolLimits;
import parley.sessions.internal.protocol.engine.Wheel;
import parley.sessions.internal.transport.Origins;
import parley.sessions.internal.transport.ThreadTransport;
import parley.sessions.internal.transport.TransportLimits;
import parley.sessions.internal.transport.UpgradeRules;

/// A real server: transport and protocol engine of the product, with the back end of the tests.
public final class ProtocolServer implements AutoCloseable {
    private final MemoryBackend backend = new MemoryBackend();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
    private final ThreadTransport transport;
    private final WebServer server;

    /// Listens on loopback; `port` 0: a free one. Pings each `pingSeconds`.
    public ProtocolServer(int port, int pingSeconds) {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        ProtocolLimits.Times times = new ProtocolLimits.Times(10_000, 3_500, pingSeconds, 700, 1_000, 5_000);
        ProtocolLimits limits = new ProtocolLimits(times, usual.commands(), usual.outgoing(), usual.channels());
        Engine engine = new Engine(new Engine.EngineParts(
                backend,
                limits,
                "test",
                workers,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                new SecureRandom(),
                EngineObserver.NONE));
        UpgradeRules rules = new UpgradeRules(UpgradeRules.DEFAULT_PATH, Origins.of(Set.of()), List.of());
        transport = new ThreadTransport(rules, TransportLimits.DEFAULT, engine::accept);
        var builder = WebServer.builder();
        transport.install(builder);
        server = builder.address(InetAddress.getLoopbackAddress())
                .port(port)
                .shutdownGracePeriod(Duration.ofMillis(200))
                .addRouting(HttpRouting.builder())
                .build()
                .start();
        var ticking =
                ticker.scheduleAtFixedRate(engine::tick, Wheel.TICK_MILLIS, Wheel.TICK_MILLIS, TimeUnit.MILLISECONDS);
        assert !ticking.isCancelled();
    }

    public MemoryBackend backend() {
        return backend;
    }

    public String address() {
        return "ws://127.0.0.1:" + server.port() + UpgradeRules.DEFAULT_PATH;
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        server.stop();
        transport.close();
        workers.shutdownNow();
    }
}
