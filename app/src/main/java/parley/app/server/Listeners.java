package parley.app.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import parley.app.config.AdminConfig;
import parley.app.config.HttpConfig;
import parley.app.exit.Failure;
import parley.app.http.Problems;

/// Makes the listeners. Each connection has a virtual thread and plain blocking sockets.
final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    /// Files for the database, Redis, the admin listener and the JVM itself.
    private static final int FILES_RESERVED = 200;

    private static final int BACKLOG = 4_096;
    /// How much more than its limit of a body is read before the connection is cut: one that is too large
    /// for its route is read and answered 413, so that the answer arrives.
    private static final int PASSED_OVER_FACTOR = 32;

    private static final int HEADERS_BYTES_MAX = 16_384;
    private static final int PROLOGUE_BYTES_MAX = 4_096;
    private static final int ADMIN_CONNECTIONS_MAX = 256;
    private static final Duration READ_TIME = Duration.ofSeconds(30);
    private static final Duration STOP_GRACE = Duration.ofMillis(500);

    private Listeners() {}

    /// The public listener, not started. `upgraders` take over connections that ask for another
    /// protocol.
    static WebServer open(HttpConfig config, List<Http1Upgrader> upgraders, HttpRouting.Builder routing) {
        HttpConfig.Limits limits = config.limits();
        return server(config.host(), config.port(), routing, upgraders)
                .maxPayloadSize((long) limits.bodyBytesMax() * PASSED_OVER_FACTOR)
                .maxTcpConnections(connectionsMax(limits.connectionsMax()))
                .maxConcurrentRequests(limits.requestsMax())
                .idleConnectionTimeout(limits.idleTime())
                .idleConnectionPeriod(limits.idleTime().dividedBy(2))
                .build();
    }

    /// The admin listener, not started.
    static WebServer open(AdminConfig config, int bodyBytesMax, HttpRouting.Builder routing) {
        return server(config.host(), config.port(), routing, List.of())
                .maxPayloadSize((long) bodyBytesMax * PASSED_OVER_FACTOR)
                .maxTcpConnections(ADMIN_CONNECTIONS_MAX)
                .build();
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
        try {
            WebServer unused = server.start();
        } catch (UncheckedIOException fault) {
            IOException cause = fault.getCause();
            throw new Failure(
                    key + ": cannot listen on " + host + " port " + port + ": "
                            + (cause == null ? "unknown reason" : cause.getMessage()) + ".",
                    fault);
        }
    }

    private static WebServerConfig.Builder server(
            String host, int port, HttpRouting.Builder routing, List<Http1Upgrader> upgraders) {
        Http1Config http1 = Http1Config.builder()
                .maxHeadersSize(HEADERS_BYTES_MAX)
                .maxPrologueLength(PROLOGUE_BYTES_MAX)
                .sendKeepAliveHeader(false)
                .build();
        var selector = Http1ConnectionSelector.builder().config(http1);
        upgraders.forEach(selector::addUpgrader);
        return WebServer.builder()
                .host(host)
                .port(port)
                .backlog(BACKLOG)
                .useNio(false)
                .shutdownHook(false)
                .shutdownGracePeriod(STOP_GRACE)
                .connectionOptions(SocketOptions.builder()
                        .tcpNoDelay(true)
                        .readTimeout(READ_TIME)
                        .build())
                .protocolsDiscoverServices(false)
                .featuresDiscoverServices(false)
                .addConnectionSelector(selector.build())
                .directHandlers(Problems.directHandlers())
                .routing(routing);
    }
}
