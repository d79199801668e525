package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Passes on to another listener, and remembers the connection, its end, and all that should not have
/// happened: the transport keeps what a listener throws from the test. Any thread.
final class FuzzListener implements ConnectionListener {

    private final ConnectionListener inner;
    private final List<Ended> ends = new CopyOnWriteArrayList<>();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private volatile @Nullable Connection connection;

    FuzzListener(ConnectionListener inner) {
        this.inner = inner;
    }

    Connection connection() {
        Connection known = connection;
        if (known == null) {
            throw new AssertionError("read before it was opened");
        }
        return known;
    }

    /// The end; fails if there was none or another, or if anything else was wrong.
    Ended onlyEnd() {
        for (Throwable fault : faults) {
            throw new AssertionError(fault);
        }
        assertEquals(1, ends.size());
        return ends.getFirst();
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        guarded(() -> inner.opened(opened));
    }

    @Override
    public void text(Connection from, byte[] bytes, int offset, int length) {
        passedOn(() -> inner.text(from, bytes, offset, length));
    }

    @Override
    public void binary(Connection from, byte[] bytes, int offset, int length) {
        passedOn(() -> inner.binary(from, bytes, offset, length));
    }

    @Override
    public void pong(Connection from) {
        passedOn(() -> inner.pong(from));
    }

    @Override
    public void drained(Connection from) {
        guarded(() -> inner.drained(from));
    }

    @Override
    public void ended(Connection from, Ended ended) {
        ends.add(ended);
        guarded(() -> inner.ended(from, ended));
    }

    /// What comes from the peer: nothing of a connection that is ending or has ended.
    private void passedOn(Runnable event) {
        if (((ThreadConnection) connection()).isEnding() || !ends.isEmpty()) {
            faults.add(new AssertionError("something was passed on of a connection that is ending"));
        }
        guarded(event);
    }

    private void guarded(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error escaped) {
            faults.add(escaped);
            throw escaped;
        }
    }
}
