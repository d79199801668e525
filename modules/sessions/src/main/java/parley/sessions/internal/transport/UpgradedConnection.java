package parley.sessions.internal.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import parley.sessions.Disconnect;

/// What Helidon holds of a connection after the upgrade: it runs it on its virtual thread, and tells it
/// when the server stops.
final class UpgradedConnection implements ServerConnection {

    private static final System.Logger LOG = System.getLogger(UpgradedConnection.class.getName());
    private static final Disconnect STOPPING = new Disconnect(3001, "shutdown");

    private final ConnectionContext context;
    private final ThreadConnection connection;
    private final byte[] response;
    private final StopBudget stopBudget;
    private final AtomicBoolean begun = new AtomicBoolean();

    UpgradedConnection(ConnectionContext context, ThreadConnection connection, byte[] response, StopBudget stopBudget) {
        this.context = context;
        this.connection = connection;
        this.response = response;
        this.stopBudget = stopBudget;
    }

    @Override
    public void handle(Limit limit) {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        try {
            context.dataWriter().writeNow(BufferData.create(response));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.TRACE, "the answer to an upgrade could not be sent", e);
            neverOpened();
            return;
        }
        Thread.currentThread().setName("parley-connection");
        try {
            new ReadLoop(connection, context.serverSocket()).run(context.dataReader());
        } finally {
            connection.end();
        }
    }

    /// Never idle for Helidon: liveness is the business of the session.
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    /// Helidon interrupts readers right after it told all of them to close, and that closes their
    /// sockets: the close frame must have left when this returns.
    @Override
    public void close(boolean interrupt) {
        if (begun.compareAndSet(false, true)) {
            neverOpened();
            return;
        }
        connection.close(STOPPING);
        connection.awaitSent(stopBudget.nextMillis());
        if (interrupt) {
            connection.abort();
        }
    }

    private void neverOpened() {
        connection.tellEnded(new Ended(Ended.Cause.NEVER_OPENED, Ended.NO_CLOSE));
    }
}
