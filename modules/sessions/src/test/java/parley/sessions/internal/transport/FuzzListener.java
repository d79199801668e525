package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Passes on to another listener, and remembers the connection and its end.
final class FuzzListener implements ConnectionListener {

    private final ConnectionListener inner;
    private final List<Ended> ends = new ArrayList<>();
    private @Nullable Connection connection;

    FuzzListener(ConnectionListener inner) {
        this.inner = inner;
    }

    Connection connection() {
        if (connection == null) {
            throw new AssertionError("read before it was opened");
        }
        return connection;
    }

    Ended onlyEnd() {
        assertEquals(1, ends.size());
        return ends.getFirst();
    }

    private void assertGoingOn(Connection from) {
        assertFalse(((ThreadConnection) from).isEnding(), "nothing is passed on of a connection that is ending");
        assertEquals(List.of(), ends);
    }

    @Override
    public void opened(Connection opened) {
        connection = opened;
        inner.opened(opened);
    }

    @Override
    public void text(Connection from, byte[] bytes, int offset, int length) {
        assertGoingOn(from);
        inner.text(from, bytes, offset, length);
    }

    @Override
    public void binary(Connection from, byte[] bytes, int offset, int length) {
        assertGoingOn(from);
        inner.binary(from, bytes, offset, length);
    }

    @Override
    public void pong(Connection from) {
        assertGoingOn(from);
        inner.pong(from);
    }

    @Override
    public void drained(Connection from) {
        inner.drained(from);
    }

    @Override
    public void ended(Connection from, Ended ended) {
        ends.add(ended);
        inner.ended(from, ended);
    }
}
