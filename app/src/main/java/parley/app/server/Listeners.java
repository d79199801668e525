package parley.app.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import parley.app.config.AdminConfig;
import parley.app.config.HttpConfig;
import parley.app.exit.Failure;
import parley.app.http.Problems;
import parley.app.proxy.ProxiedConnections;

/// Makes the listeners. Each connection has a virtual thread and plain blocking sockets.
final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    /// Files for the database, Redis, the admin listener and the JVM itself.
    private static final int FILES_RESERVED = 200;

    /// How much more than its limit of a body is read before the connection is cut: one that is too
    /// large for its route is read and answered 413, so that the answer arrives.
    private static final int PASSED_OVER_FACTOR = 32;

    private static final int HEADERS_BYTES_MAX = 16_384;
    private static final int ADMIN_CONNECTIONS_MAX = 256;
    private static final Duration READ_TIME = Duration.ofSeconds(30);
    private static final Duration STOP_GRACE = Duration.ofMillis(500);

    private Listeners() {}

    /// The public listener, not started. `edge` makes it accept WebSocket connections too, and sets its
    /// sockets and its HTTP/1.1 up. With `proxied`, which `tls` asks as well, each connection begins with a
    /// header of the PROXY protocol.
    static WebServer open(
            HttpConfig config,
            Optional<Tls> tls,
            Optional<ProxiedConnections> proxied,
            Consumer<ListenerConfig.BuilderBase<?, ?>> edge,
            FileReserve files,
            HttpRouting.Builder routing) {
        HttpConfig.Limits limits = config.limits();
        WebServerConfig.Builder builder = server(config.host(), config.port(), routing)
                .maxPayloadSize((long) limits.bodyBytesMax() * PASSED_OVER_FACTOR)
                .maxTcpConnections(connectionsMax(limits.connectionsMax()))
                .maxConcurrentRequests(limits.requestsMax());
        tls.ifPresent(builder::tls);
        edge.accept(builder);
        proxied.ifPresent(one -> builder.connectionSelectors(one.behind(builder.connectionSelectors())));
        builder.connectionOptions(files.guard(builder.connectionOptions().orElseGet(SocketOptions::create)));
        return builder.build();
    }

    /// The admin listener, not started.
    static WebServer open(AdminConfig config, Optional<Tls> tls, int bodyBytesMax, HttpRouting.Builder routing) {
        WebServerConfig.Builder builder = server(config.host(), config.port(), routing)
                .useNio(false)
                .connectionOptions(SocketOptions.builder()
                        .tcpNoDelay(true)
                        .readTimeout(READ_TIME)
                        .build())
                .protocolsDiscoverServices(false)
                .addConnectionSelector(Http1ConnectionSelector.builder()
                        .config(Http1Config.builder()
                                .maxHeadersSize(HEADERS_BYTES_MAX)
                                .build())
                        .build())
                .maxPayloadSize((long) bodyBytesMax * PASSED_OVER_FACTOR)
                .maxTcpConnections(ADMIN_CONNECTIONS_MAX);
        tls.ifPresent(builder::tls);
        return builder.build();
    }

    /// As configured, or what the process may open less a reserve: a listener that cannot accept for
    /// want of a file ends for good, so it must never come so far.
    private static int connectionsMax(int configured) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return configured;
        }
        long possible = Math.max(1, system.getMaxFileDescriptorCount() * 9 / 10 - FILES_RESERVED);
        if (possible < configured) {
            LOG.log(
                    Level.INFO,
                    "http.connections-max is lowered to " + possible + ": the process may open only "
                            + system.getMaxFileDescriptorCount() + " files");
        }
        return (int) Math.min(configured, possible);
    }

    /// Starts `server`; `key` names the setting of its port for the sentence when it is taken.
    static void start(WebServer server, String key, String host, int port) {
        WebServer unused = server.start();
        // A listener that cannot start only logs and stays down.
        if (!server.isRunning()) {
            throw new Failure(key + ": cannot listen on " + host + " port " + port
                    + ": it is taken, or no address of this machine; the log says which.");
        }
    }

    private static WebServerConfig.Builder server(String host, int port, HttpRouting.Builder routing) {
        return WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .shutdownGracePeriod(STOP_GRACE)
                .featuresDiscoverServices(false)
                .directHandlers(Problems.directHandlers())
                .routing(routing);
    }
}
