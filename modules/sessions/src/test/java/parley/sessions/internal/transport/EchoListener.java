package parley.sessions.internal.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;

/// Sends every message back, reading no faster than the peer takes the answers, and remembers what
/// happened. A few texts are orders: see `obey`.
final class EchoListener implements ConnectionListener {

    final Queue<Connection> open = new ConcurrentLinkedQueue<>();
    final Queue<Ended> ends = new ConcurrentLinkedQueue<>();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger messages = new AtomicInteger();
    final AtomicInteger pongs = new AtomicInteger();

    private static final class Echo {
        @GuardedBy("this")
        private @Nullable Frame waiting;

        synchronized void send(Connection connection, Frame frame) {
            if (connection.write(frame) == Written.FULL) {
                waiting = frame;
                connection.pauseReading();
            }
        }

        synchronized void drained(Connection connection) {
            if (waiting != null && connection.write(waiting) != Written.FULL) {
                waiting = null;
                connection.resumeReading();
            }
        }
    }

    @Override
    public void opened(Connection connection) {
        opened.incrementAndGet();
        connection.attach(new Echo());
        open.add(connection);
    }

    @Override
    public void text(Connection connection, byte[] bytes, int from, int length) {
        messages.incrementAndGet();
        if (length < 32 && obey(connection, new String(bytes, from, length, java.nio.charset.StandardCharsets.UTF_8))) {
            return;
        }
        echo(connection).send(connection, Frame.text(bytes, from, length));
    }

    @Override
    public void binary(Connection connection, byte[] bytes, int from, int length) {
        messages.incrementAndGet();
        echo(connection).send(connection, Frame.binary(bytes, from, length));
    }

    @Override
    public void pong(Connection connection) {
        pongs.incrementAndGet();
    }

    @Override
    public void drained(Connection connection) {
        echo(connection).drained(connection);
    }

    @Override
    public void ended(Connection connection, Ended ended) {
        open.remove(connection);
        ends.add(ended);
    }

    private static Echo echo(Connection connection) {
        if (connection.attachment() instanceof Echo echo) {
            return echo;
        }
        throw new IllegalStateException("a callback before opened");
    }

    private static boolean obey(Connection connection, String order) {
        switch (order) {
            case "!close" -> connection.close(new Disconnect(3503, "force disconnect"));
            case "!abort" -> connection.abort();
            case "!throw" -> throw new IllegalStateException("secret detail");
            case "!fill" -> fill(connection);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void fill(Connection connection) {
        Frame frame = Frame.binary(new byte[8 * 1024]);
        while (connection.write(frame) == Written.TAKEN) {
            // Until it no longer fits.
        }
    }
}
