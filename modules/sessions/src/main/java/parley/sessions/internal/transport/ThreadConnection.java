package parley.sessions.internal.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;

/// A connection on blocking sockets: it is read by the virtual thread that Helidon gave it ([ReadLoop])
/// and written by another one that exists only while something waits to be sent.
///
/// Thread-safe. The end is decided once, by the first cause (`ending`, under this monitor).
final class ThreadConnection implements Connection, Watchdog.Watched {

    private static final System.Logger LOG = System.getLogger(ThreadConnection.class.getName());

    /// One socket write is at most this much. It is the grain in which the progress of a slow reader is
    /// seen: taking less than one piece within [TransportLimits#writeStalledMax] counts as taking
    /// nothing.
    private static final int PIECE_BYTES = 4096;
    /// A write that waits this long is tried again by the watchdog (see `look`).
    private static final long NUDGE_AFTER_NANOS = 1_000_000_000L;

    private static final Disconnect FAULT = new Disconnect(3004, "internal server error");
    private static final ThreadFactory WRITERS = Thread.ofVirtual()
            .name("parley-writer")
            .inheritInheritableThreadLocals(false)
            .factory();

    private final HelidonSocket socket;
    /// Closes what lies below `socket`: a TLS socket's own close waits for the write that is stuck.
    private final Closeable below;

    private final ConnectionListener listener;
    private final InetAddress remoteAddress;
    private final Encoding encoding;
    private final TransportLimits limits;
    private final Watchdog watchdog;
    private final Outbound outbound;

    private volatile @Nullable Object attachment;
    private volatile boolean paused;
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread writer;
    /// When the write under way began, on the nano clock; valid while `writer` is set.
    private volatile long writingSince;

    private volatile long closeBy;

    @GuardedBy("this")
    private @Nullable Ended ending;

    ThreadConnection(
            HelidonSocket socket,
            Closeable below,
            Handshake handshake,
            AcceptPolicy.Accepted accepted,
            TransportLimits limits,
            Watchdog watchdog) {
        this.socket = socket;
        this.below = below;
        this.listener = accepted.listener();
        this.attachment = accepted.attachment();
        this.remoteAddress = handshake.remoteAddress();
        this.encoding = handshake.encoding();
        this.limits = limits;
        this.watchdog = watchdog;
        this.outbound = new Outbound(limits.queueBytesMax(), limits.queueFramesMax());
    }

    @Override
    public Written write(Frame frame) {
        Written written = outbound.offer(frame);
        if (written == Written.TAKEN) {
            startWriter();
        }
        return written;
    }

    @Override
    public void close(Disconnect disconnect) {
        beginClose(new Ended(Ended.Cause.SERVER_CLOSED, disconnect.code()), Frame.close(disconnect));
    }

    @Override
    public void abort() {
        cut(Ended.Cause.ABORTED);
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        LockSupport.unpark(reader);
    }

    @Override
    public int pendingBytes() {
        return outbound.pending();
    }

    @Override
    public InetAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public Encoding encoding() {
        return encoding;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object attachment) {
        this.attachment = attachment;
    }

    @Override
    public boolean look(long now) {
        Thread blocked = writer;
        if (blocked != null) {
            long waited = now - writingSince;
            if (waited > limits.writeStalledMax().toNanos()) {
                cut(Ended.Cause.STALLED);
            } else if (waited > NUDGE_AFTER_NANOS) {
                // The kernel calls a socket writable only when a third of its buffer is free. A reader that takes
                // a little would look dead for long; a wake-up makes the write try at once what fits.
                LockSupport.unpark(blocked);
            }
        }
        boolean closing = isEnding();
        if (closing && now - closeBy > 0) {
            cut(Ended.Cause.ABORTED);
        }
        return outbound.isWriting() || (closing && !outbound.isShut());
    }

    ConnectionListener listener() {
        return listener;
    }

    TransportLimits limits() {
        return limits;
    }

    synchronized boolean isEnding() {
        return ending != null;
    }

    /// Begins the end with a close frame, unless it has begun.
    void beginClose(Ended ended, Frame close) {
        synchronized (this) {
            if (ending != null) {
                return;
            }
            closeBy = System.nanoTime() + limits.closeWithin().toNanos();
            ending = ended;
        }
        outbound.offerClose(close);
        watchdog.watch(this);
        startWriter();
        LockSupport.unpark(reader);
    }

    /// An exception came out of the listener.
    void fault(Throwable escaped) {
        LOG.log(System.Logger.Level.ERROR, "a connection's listener failed; the connection is closed", escaped);
        beginClose(new Ended(Ended.Cause.FAULT, FAULT.code()), Frame.close(FAULT));
    }

    void pong(Frame pong) {
        outbound.offerPong(pong);
        startWriter();
    }

    /// Names the reading thread, which is the caller.
    void readHere() {
        reader = Thread.currentThread();
    }

    /// Waits, on the reading thread, while reading is paused and nothing else is to be done.
    void awaitReading() {
        while (paused && !isEnding() && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
    }

    /// Waits until what was taken is sent or cannot be.
    void awaitSent(long millisMax) {
        var _ = outbound.awaitQuiet(millisMax);
    }

    /// The last act, on the reading thread: whatever is still to be sent is dropped, and the listener is
    /// told. Helidon closes the socket afterwards, in good order.
    void end() {
        // Helidon interrupts when the server stops; what follows waits for the writer.
        var _ = Thread.interrupted();
        boolean blocked = outbound.isWriting();
        outbound.shut();
        if (blocked) {
            cut(Ended.Cause.LOST);
        }
        var _ = outbound.awaitQuiet(limits.closeWithin().toMillis());
        tellEnded(endedAs());
    }

    void tellEnded(Ended ended) {
        try {
            listener.ended(this, ended);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a connection's listener failed at its end", e);
        }
    }

    /// Drops what waits and closes the socket, which frees whoever is blocked in it. `cause` counts only
    /// when no other cause came before.
    void cut(Ended.Cause cause) {
        synchronized (this) {
            if (ending == null) {
                closeBy = System.nanoTime();
                ending = lost(cause);
            }
        }
        outbound.shut();
        LockSupport.unpark(reader);
        // Whether a close blocks is the business of the socket below; nobody waits for it here.
        WRITERS.newThread(this::closeSocket).start();
    }

    private synchronized Ended endedAs() {
        if (ending == null) {
            ending = lost(Ended.Cause.LOST);
        }
        return ending;
    }

    private static Ended lost(Ended.Cause cause) {
        return new Ended(cause, Ended.NO_CLOSE);
    }

    private void closeSocket() {
        try {
            below.close();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.TRACE, "closing a socket failed", e);
        }
    }

    private void startWriter() {
        if (outbound.claimWriter()) {
            WRITERS.newThread(this::sendAll).start();
            watchdog.watch(this);
        }
    }

    private void sendAll() {
        byte[] buffer = new byte[Math.min(PIECE_BYTES, Math.max(1, outbound.pending()))];
        int filled = outbound.fill(buffer);
        while (filled > 0) {
            if (!send(buffer, filled)) {
                cut(Ended.Cause.LOST);
            } else if (outbound.sent(filled)) {
                tellDrained();
            }
            if (buffer.length < PIECE_BYTES && outbound.pending() > buffer.length) {
                buffer = new byte[PIECE_BYTES];
            }
            filled = outbound.fill(buffer);
        }
    }

    private boolean send(byte[] buffer, int length) {
        writingSince = System.nanoTime();
        writer = Thread.currentThread();
        try {
            socket.write(BufferData.create(buffer, 0, length));
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.TRACE, "a write failed; the connection is over", e);
            return false;
        } finally {
            writer = null;
        }
    }

    private void tellDrained() {
        try {
            listener.drained(this);
        } catch (RuntimeException | Error e) {
            fault(e);
        }
    }
}
