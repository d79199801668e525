package parley.sessions.internal.transport;

import io.helidon.common.socket.PeerInfo;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers upgrade requests for the connection path; leaves any other path to routing. Thread-safe.
final class WebSocketUpgrader implements Http1Upgrader {

    private static final String PROTOCOL = "websocket";

    private final UpgradeRules rules;
    private final TransportLimits limits;
    private final AcceptPolicy policy;
    private final Watchdog watchdog;
    private final RequestDeadlines deadlines;
    private final StopBudget stopBudget;

    WebSocketUpgrader(
            UpgradeRules rules,
            TransportLimits limits,
            AcceptPolicy policy,
            Watchdog watchdog,
            RequestDeadlines deadlines,
            StopBudget stopBudget) {
        this.rules = rules;
        this.limits = limits;
        this.policy = policy;
        this.watchdog = watchdog;
        this.deadlines = deadlines;
        this.stopBudget = stopBudget;
    }

    /// Every way to write the protocol's name. The name is case-insensitive, but Helidon looks upgraders
    /// up by the exact text.
    static List<String> spellings() {
        return IntStream.range(0, 1 << PROTOCOL.length())
                .mapToObj(WebSocketUpgrader::spelling)
                .toList();
    }

    @Override
    public String supportedProtocol() {
        return PROTOCOL;
    }

    /// Null leaves the request to routing.
    @Override
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        UpgradeRequest request = new UpgradeRequest(rules, prologue, headers);
        if (!request.isOurs()) {
            return null;
        }
        SocketChannel channel = deadlines.release(context.remotePeer().address());
        return switch (request.judge(address(context.remotePeer()))) {
            case UpgradeRequest.Invalid(int status, String reason) -> refused(context, status, reason, Duration.ZERO);
            case UpgradeRequest.Valid valid ->
                switch (policy.decide(valid.handshake())) {
                    case AcceptPolicy.Refused(int status, Duration retryAfter) ->
                        refused(context, status, "No new connections at the moment.", retryAfter);
                    case AcceptPolicy.Accepted accepted -> accepted(context, channel, valid, accepted);
                };
        };
    }

    private ServerConnection accepted(
            ConnectionContext context,
            @Nullable SocketChannel channel,
            UpgradeRequest.Valid valid,
            AcceptPolicy.Accepted accepted) {
        Wire wire = Wire.of(context.serverSocket(), channel);
        ThreadConnection connection = new ThreadConnection(wire, valid.handshake(), accepted, limits, watchdog);
        byte[] response = UpgradeResponse.switchingProtocols(valid.key(), valid.subprotocol());
        return new UpgradedConnection(context, connection, response, stopBudget);
    }

    private static ServerConnection refused(ConnectionContext context, int status, String reason, Duration retryAfter) {
        return new RefusedConnection(context, UpgradeResponse.refused(status, reason, retryAfter));
    }

    private static InetAddress address(PeerInfo peer) {
        return peer.address() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private static String spelling(int capitals) {
        StringBuilder name = new StringBuilder(PROTOCOL);
        for (int at = 0; at < PROTOCOL.length(); at++) {
            if ((capitals & 1 << at) != 0) {
                name.setCharAt(at, Character.toUpperCase(PROTOCOL.charAt(at)));
            }
        }
        return name.toString();
    }
}
