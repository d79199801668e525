package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.helidon.common.buffers.DataReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import parley.sessions.Disconnect;

/// The close frame of a connection that ends for two reasons at the same moment.
final class LastFrameTest {
    private static final long WAITED_MILLIS = 5_000;
    private static final int ROUNDS = 3_000;
    private static final Disconnect CLOSING = new Disconnect(3503, "force disconnect");

    private final Watchdog watchdog = new Watchdog();

    @AfterEach
    void close() {
        watchdog.close();
    }

    /// Takes everything, a while after it is told, until it is closed.
    private static final class SlowWire implements Wire {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final long nanos;
        private boolean isClosed;

        SlowWire(long nanos) {
            this.nanos = nanos;
        }

        @Override
        public int write(ByteBuffer piece) throws IOException {
            LockSupport.parkNanos(nanos);
            synchronized (this) {
                if (isClosed) {
                    throw new IOException("closed");
                }
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                taken.writeBytes(bytes);
                return bytes.length;
            }
        }

        @Override
        public int pieceBytesMax() {
            return 4_096;
        }

        @Override
        public synchronized void close() {
            isClosed = true;
        }

        synchronized byte[] taken() {
            return taken.toByteArray();
        }
    }

    private ThreadConnection connection(Wire wire) {
        return new ThreadConnection(
                wire,
                new Handshake(InetAddress.getLoopbackAddress(), Encoding.JSON, false),
                new AcceptPolicy.Accepted(new EchoListener(), null),
                TransportLimits.DEFAULT,
                watchdog);
    }

    @Test
    void aFaultIsToldBeforeTheEnd() {
        // ConnectionListener: an exception that escapes ends the connection with 3004, and the peer is told, however
        // slow its way.
        SlowWire wire = new SlowWire(20_000_000);
        ThreadConnection connection = connection(wire);
        FuzzSocket broken = new FuzzSocket(() -> {
            throw new AssertionError("of a test");
        });
        new ReadLoop(connection, broken).run(DataReader.create(() -> new byte[0]));
        connection.end();
        assertArrayEquals(
                Frame.close(new Disconnect(3004, "internal server error")).array(), wire.taken());
    }

    @Test
    void aCloseIsToldThoughThePeerEndsMeanwhile() throws Exception {
        // A peer that closes just when the server does is still answered with a close frame.
        for (int round = 0; round < ROUNDS; round++) {
            SlowWire wire = new SlowWire(1);
            ThreadConnection connection = connection(wire);
            Thread server = Thread.ofPlatform().start(() -> connection.close(CLOSING));
            while (!connection.isEnding()) {
                Thread.onSpinWait();
            }
            connection.beginClose(new Ended(Ended.Cause.PEER_CLOSED, 1000), Frame.closeWithoutCode());
            connection.awaitSent(WAITED_MILLIS);
            connection.end();
            server.join();
            assertArrayEquals(Frame.close(CLOSING).array(), wire.taken(), "round " + round);
        }
    }
}
