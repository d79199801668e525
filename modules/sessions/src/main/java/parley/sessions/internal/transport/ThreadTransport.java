package parley.sessions.internal.transport;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The portable transport: WebSocket connections on Helidon's virtual threads, one reader each and a
/// writer while there is something to send. Works on every system and with TLS.
public final class ThreadTransport implements AutoCloseable {

    private static final int SEND_BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 4096;
    private static final int HEADERS_BYTES_MAX = 16 * 1024;

    private final Watchdog watchdog = new Watchdog();
    private final RequestDeadlines deadlines;
    private final WebSocketUpgrader upgrader;

    public ThreadTransport(UpgradeRules rules, TransportLimits limits, AcceptPolicy policy) {
        this(rules, limits, policy, StopBudget.usual());
    }

    ThreadTransport(UpgradeRules rules, TransportLimits limits, AcceptPolicy policy, StopBudget stopBudget) {
        this.deadlines = new RequestDeadlines(limits.handshakeWithin());
        this.upgrader = new WebSocketUpgrader(rules, limits, policy, watchdog, deadlines, stopBudget);
        watchdog.watch(deadlines);
    }

    /// Makes a listener of Helidon's accept connections of this transport, beside its HTTP routing, and
    /// cut whoever keeps it waiting for a request. Sets the listener's socket options, backlog and
    /// HTTP/1.1 selector; no other HTTP/1.1 selector may be added. Before the server stops, close the
    /// connections.
    public void install(ListenerConfig.BuilderBase<?, ?> listener) {
        SocketOptions options = SocketOptions.builder()
                .socketSendBufferSize(SEND_BUFFER_BYTES)
                .tcpNoDelay(true)
                .build();
        listener.useNio(false)
                .backlog(BACKLOG)
                .connectionOptions(new AcceptedSockets(options, deadlines::accepted))
                .idleConnectionTimeout(RequestDeadlines.NEXT_WITHIN.plus(Duration.ofSeconds(15)))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(http1());
    }

    /// Ends the supervision of deadlines; call it after the server has stopped.
    @Override
    public void close() {
        watchdog.close();
    }

    private Http1ConnectionSelector http1() {
        Http1Config http1 = Http1Config.builder()
                .maxHeadersSize(HEADERS_BYTES_MAX)
                .addReceiveListener(new Requests())
                .addSendListener(new Answers())
                .build();
        return Http1ConnectionSelector.builder()
                .config(http1)
                .upgraders(WebSocketUpgrader.spellings().stream()
                        .collect(Collectors.toMap(Function.identity(), _ -> upgrader)))
                .build();
    }

    private final class Requests implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            deadlines.began(context.remotePeer().address());
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            deadlines.requested(context.remotePeer().address());
        }
    }

    private final class Answers implements Http1ConnectionListener {
        @Override
        public void status(ConnectionContext context, Status status) {
            deadlines.answered(context.remotePeer().address());
        }
    }
}
