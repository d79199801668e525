package parley.sessions.internal.protocol.profile;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

/// A real server: transport and protocol engine of the product, with a back end in memory and the HTTP
/// API that drives it. As a program (`ops/protocol-profile`) it serves the suites of SDKs.
public final class ProtocolServer implements AutoCloseable {
    static final String VERSION = "parley-profile";

    /// What the program prints, followed by its address, when it serves.
    static final String READY = "protocol-profile ready ";

    private final MemoryBackend backend;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
    private final ThreadTransport transport;
    private final WebServer server;

    /// Listens on loopback; `port` 0: a free one.
    ProtocolServer(int port, MemoryBackend backend, ProtocolLimits limits) {
        this.backend = backend;
        Engine engine = new Engine(new Engine.EngineParts(
                backend,
                limits,
                VERSION,
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
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(200))
                .addRouting(HttpRouting.builder().register("/api", new HttpApi(backend)))
                .build()
                .start();
        var ticking =
                ticker.scheduleAtFixedRate(engine::tick, Wheel.TICK_MILLIS, Wheel.TICK_MILLIS, TimeUnit.MILLISECONDS);
        assert !ticking.isCancelled();
    }

    /// On a free port; pings every three seconds, and a token's grace is three.
    public static ProtocolServer quick(MemoryBackend backend) {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        ProtocolLimits.Times times = new ProtocolLimits.Times(10_000, 3_500, 3, 2_500, 3_000, 5_000);
        ProtocolLimits limits = new ProtocolLimits(times, usual.commands(), usual.outgoing(), usual.channels());
        return new ProtocolServer(0, backend, limits);
    }

    public MemoryBackend backend() {
        return backend;
    }

    public String address() {
        return "ws://127.0.0.1:" + server.port() + UpgradeRules.DEFAULT_PATH;
    }

    /// Of the HTTP API.
    public String apiAddress() {
        return "http://127.0.0.1:" + server.port() + "/api";
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        server.stop();
        transport.close();
        workers.shutdownNow();
    }

    /// Serves until the JVM is told to end; the arguments are the port and a [ChannelOptions.Plain].
    /// Tells when it is ready and where.
    public static void main(String[] arguments) {
        ChannelOptions.Plain plain = ChannelOptions.Plain.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        String epochs = Integer.toString(new SecureRandom().nextInt(1 << 24), Character.MAX_RADIX) + ".";
        ProtocolServer server = new ProtocolServer(
                Integer.parseInt(arguments[0]), new MemoryBackend(plain::of, epochs), ProtocolLimits.DEFAULT);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println(READY + server.address());
    }
}
