package parley.sessions.internal.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/// Sends the refusal of an upgrade and lets Helidon close the socket.
final class RefusedConnection implements ServerConnection {

    private final ConnectionContext context;
    private final byte[] response;

    RefusedConnection(ConnectionContext context, byte[] response) {
        this.context = context;
        this.response = response;
    }

    @Override
    public void handle(Limit limit) {
        context.dataWriter().writeNow(BufferData.create(response));
    }

    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        // The answer is on its way, and the end follows by itself.
    }
}
