package parley.sessions.internal.transport;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// A real Helidon server with an echo behind the transport, and two HTTP routes. As a program (`ops/echo`)
/// it serves conformance suites: its argument is the port.
final class EchoServer implements AutoCloseable {

    static final String ORIGIN = "https://chat.example";
    /// What the program prints, followed by its address, when it serves.
    static final String READY = "echo ready ";

    private static final String SUITE_PATH = "/";

    final EchoListener listener;
    private final ThreadTransport transport;
    private final WebServer server;

    private EchoServer(EchoListener listener, ThreadTransport transport, Consumer<WebServerConfig.Builder> more) {
        this.listener = listener;
        this.transport = transport;
        WebServerConfig.Builder builder = WebServer.builder();
        transport.install(builder);
        builder.address(InetAddress.getLoopbackAddress())
                .shutdownHook(false)
                .addRouting(HttpRouting.builder()
                        .get("/hello", (_, response) -> response.send("hello"))
                        .post(
                                "/hello",
                                (request, response) ->
                                        response.send(request.content().as(String.class))));
        more.accept(builder);
        server = builder.build().start();
    }

    /// On a free port, with the default limits.
    static EchoServer start() {
        return start(TransportLimits.DEFAULT, _ -> {});
    }

    static EchoServer start(TransportLimits limits, Consumer<WebServerConfig.Builder> more) {
        EchoListener listener = new EchoListener();
        return start(listener, limits, _ -> new AcceptPolicy.Accepted(listener, null), more);
    }

    /// With the default limits; a machine that stands still cannot use up the time of its stop.
    static EchoServer startPatient() {
        EchoListener listener = new EchoListener();
        StopBudget budget = new StopBudget(Duration.ofSeconds(30), Duration.ofSeconds(30));
        return new EchoServer(
                listener,
                new ThreadTransport(
                        rules(), TransportLimits.DEFAULT, _ -> new AcceptPolicy.Accepted(listener, null), budget),
                _ -> {});
    }

    static EchoServer start(
            EchoListener listener,
            TransportLimits limits,
            AcceptPolicy policy,
            Consumer<WebServerConfig.Builder> more) {
        return new EchoServer(listener, new ThreadTransport(rules(), limits, policy), more);
    }

    private static UpgradeRules rules() {
        return new UpgradeRules(
                UpgradeRules.DEFAULT_PATH, Origins.of(Set.of(ORIGIN)), List.of(AddressRange.parse("127.0.0.1")));
    }

    /// The default limits with these deadlines and a longer queue, which the socket's own buffer does not
    /// empty.
    static TransportLimits deadlines(Duration handshake, Duration close, Duration stalled) {
        TransportLimits usual = TransportLimits.DEFAULT;
        return new TransportLimits(
                usual.messageBytesMax(),
                usual.fragmentsMax(),
                256 * 1024,
                512,
                usual.controlFramesPerSecondMax(),
                handshake,
                close,
                stalled);
    }

    int port() {
        return server.port();
    }

    void stop() {
        server.stop();
    }

    @Override
    public void close() {
        server.stop();
        transport.close();
    }

    /// Serves conformance suites: any path, any origin of the same host, the product's limits. Tells when it
    /// is ready and where; ends with the JVM.
    public static void main(String[] arguments) {
        EchoListener listener = new EchoListener();
        UpgradeRules rules = new UpgradeRules(SUITE_PATH, Origins.of(Set.of()), List.of());
        ThreadTransport transport =
                new ThreadTransport(rules, TransportLimits.DEFAULT, _ -> new AcceptPolicy.Accepted(listener, null));
        EchoServer server =
                new EchoServer(listener, transport, builder -> builder.port(Integer.parseInt(arguments[0])));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println(READY + "ws://127.0.0.1:" + server.port() + SUITE_PATH);
    }
}
