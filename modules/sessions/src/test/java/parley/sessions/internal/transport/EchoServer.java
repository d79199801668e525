package parley.sessions.internal.transport;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// A real Helidon server with an echo behind the transport. As a program it serves conformance suites:
/// the arguments are the port and the path.
final class EchoServer implements AutoCloseable {

    static final String PATH = UpgradeRules.DEFAULT_PATH;

    final EchoListener listener = new EchoListener();
    private final ThreadTransport transport;
    private final WebServer server;

    EchoServer(int port, String path, TransportLimits limits, Set<String> origins) {
        this(port, path, limits, origins, null);
    }

    EchoServer(TransportLimits limits, AcceptPolicy policy) {
        this(0, PATH, limits, Set.of(), policy);
    }

    private EchoServer(
            int port,
            String path,
            TransportLimits limits,
            Set<String> origins,
            @org.jspecify.annotations.Nullable AcceptPolicy policy) {
        UpgradeRules rules = new UpgradeRules(path, Origins.of(origins), List.of(AddressRange.parse("127.0.0.1")));
        AcceptPolicy echo = policy == null ? _ -> new AcceptPolicy.Accepted(listener, null) : policy;
        transport = new ThreadTransport(rules, limits, echo);
        var builder = WebServer.builder();
        transport.install(builder);
        server = builder.address(InetAddress.getLoopbackAddress())
                .port(port)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .addRouting(HttpRouting.builder()
                        .get("/hello", (_, response) -> response.send("hello"))
                        .post(
                                "/hello",
                                (request, response) ->
                                        response.send(request.content().as(String.class))))
                .build()
                .start();
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

    public static void main(String[] arguments) {
        int messageBytesMax = 32 * 1024 * 1024;
        TransportLimits limits = new TransportLimits(
                messageBytesMax,
                1_000_000,
                messageBytesMax,
                10_000,
                1_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10));
        EchoServer server = new EchoServer(Integer.parseInt(arguments[0]), arguments[1], limits, Set.of());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    }
}
