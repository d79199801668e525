package parley.sessions.internal.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;

/// Reads one connection from its first frame to its end, on the thread that Helidon gave it: bytes into
/// the parser, events to the listener. Confined to that thread.
final class ReadLoop implements FrameEvents {

    private static final System.Logger LOG = System.getLogger(ReadLoop.class.getName());
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final Disconnect FLOOD =
            new Disconnect(CloseCode.POLICY_VIOLATION, "too many pings or pongs in a second");

    private final ThreadConnection connection;
    private final HelidonSocket socket;
    private final FrameParser parser;
    private boolean peerClosed;
    private long windowStart = System.nanoTime();
    private int controlFrames;

    ReadLoop(ThreadConnection connection, HelidonSocket socket) {
        this.connection = connection;
        this.socket = socket;
        this.parser = new FrameParser(
                connection.limits().messageBytesMax(), connection.limits().fragmentsMax());
    }

    /// Returns when the connection is over in whatever way and its close frame, if there is one, has left
    /// or cannot. `early` holds what came right behind the request.
    void run(DataReader early) {
        connection.readHere();
        try {
            readAll(early);
        } catch (RuntimeException | Error e) {
            connection.fault(e);
        }
        if (connection.isEnding()) {
            connection.awaitSent(connection.limits().closeWithin().toMillis());
        }
    }

    private void readAll(DataReader early) {
        try {
            connection.listener().opened(connection);
        } catch (RuntimeException | Error e) {
            connection.fault(e);
        }
        int available = early.available();
        boolean more = available == 0 || read(early.readBytes(available));
        while (more) {
            connection.awaitRested();
            more = read(next());
        }
    }

    /// Blocks for the next bytes; null at the end of the stream and when it broke.
    private byte @Nullable [] next() {
        try {
            return socket.get();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.TRACE, "a read failed; the connection is over", e);
            return null;
        }
    }

    /// False at the end. A method of its own, so that an idle connection holds nothing of what it read
    /// last.
    private boolean read(byte @Nullable [] bytes) {
        if (bytes == null) {
            return false;
        }
        int at = 0;
        while (at < bytes.length && !peerClosed) {
            connection.awaitReading();
            if (connection.isEnding()) {
                parser.becomeDeaf();
            }
            at = parser.parse(bytes, at, bytes.length, this);
        }
        if (!peerClosed) {
            connection.awaitReading();
        }
        return !peerClosed;
    }

    @Override
    public void text(byte[] bytes, int from, int length) {
        try {
            connection.listener().text(connection, bytes, from, length);
        } catch (RuntimeException | Error e) {
            connection.fault(e);
        }
    }

    @Override
    public void binary(byte[] bytes, int from, int length) {
        try {
            connection.listener().binary(connection, bytes, from, length);
        } catch (RuntimeException | Error e) {
            connection.fault(e);
        }
    }

    @Override
    public void ping(byte[] bytes, int from, int length) {
        if (isWithinRate()) {
            connection.pong(Frame.pong(bytes, from, length));
        }
    }

    @Override
    public void pong() {
        if (isWithinRate()) {
            try {
                connection.listener().pong(connection);
            } catch (RuntimeException | Error e) {
                connection.fault(e);
            }
        }
    }

    @Override
    public void violated(int code, String rule) {
        connection.beginClose(new Ended(Ended.Cause.VIOLATION, code), Frame.close(new Disconnect(code, rule)));
    }

    @Override
    public void closed(int code) {
        peerClosed = true;
        Frame echo = code == Ended.NO_CODE ? Frame.closeWithoutCode() : Frame.close(new Disconnect(code, ""));
        connection.beginClose(new Ended(Ended.Cause.PEER_CLOSED, code), echo);
    }

    private boolean isWithinRate() {
        long now = System.nanoTime();
        if (now - windowStart > SECOND_NANOS) {
            windowStart = now;
            controlFrames = 0;
        }
        if (++controlFrames <= connection.limits().controlFramesPerSecondMax()) {
            return true;
        }
        violated(FLOOD.code(), FLOOD.reason());
        return false;
    }
}
