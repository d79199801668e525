package parley.sessions.internal.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;

/// A connection on blocking sockets: it is read by the virtual thread that Helidon gave it ([ReadLoop])
/// and written by another one that exists only while something waits to be sent.
///
/// Thread-safe. The end is decided once, by the first cause (`ending`, under this monitor).
final class ThreadConnection implements Connection, Watchdog.Watched {

    private static final System.Logger LOG = System.getLogger(ThreadConnection.class.getName());

    /// A write that waits this long is tried again by the watchdog (see `look`).
    private static final long NUDGE_AFTER_NANOS = 1_000_000_000L;

    private static final Disconnect FAULT = new Disconnect(3004, "internal server error");
    private static final ThreadFactory WRITERS = Thread.ofVirtual()
            .name("parley-writer")
            .inheritInheritableThreadLocals(false)
            .factory();

    private final Wire wire;
    private final ConnectionListener listener;
    private final InetAddress remoteAddress;
    private final Encoding encoding;
    private final TransportLimits limits;
    private final Watchdog watchdog;
    private final Outbound outbound;

    private volatile @Nullable Object attachment;
    private volatile boolean paused;
    private volatile long restUntil;
    private volatile @Nullable Thread reader;
    private volatile @Nullable Thread writer;
    /// When the write under way began, on the nano clock; valid while `writer` is set.
    private volatile long writingSince;

    /// The watchdog looks here.
    private volatile boolean watched;

    private volatile long closeBy;

    @GuardedBy("this")
    private @Nullable Ended ending;

    ThreadConnection(
            Wire wire, Handshake handshake, AcceptPolicy.Accepted accepted, TransportLimits limits, Watchdog watchdog) {
        this.wire = wire;
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
    public void purge() {
        outbound.purge();
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
    public void restReading(long millis) {
        restUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
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
        if (isToBeWatched(closing)) {
            return true;
        }
        // Whoever begins something from here on calls the watchdog; what began before is seen.
        watched = false;
        return isToBeWatched(isEnding());
    }

    private boolean isToBeWatched(boolean closing) {
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
        boolean writes;
        synchronized (this) {
            if (ending != null) {
                return;
            }
            closeBy = System.nanoTime() + limits.closeWithin().toNanos();
            ending = ended;
            // In here, so that whoever sees that the end has begun also waits for its close frame.
            outbound.offerClose(close);
            writes = outbound.claimWriter();
        }
        watch();
        if (writes) {
            WRITERS.newThread(this::sendAll).start();
        }
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

    /// Waits, on the reading thread, until what the peer sends has gathered, if it shall.
    void awaitRested() {
        for (long left = restUntil - System.nanoTime();
                restUntil != 0
                        && left > 0
                        && !isEnding()
                        && !Thread.currentThread().isInterrupted();
                left = restUntil - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        restUntil = 0;
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
            wire.close();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.TRACE, "closing a socket failed", e);
        }
    }

    private void startWriter() {
        if (outbound.claimWriter()) {
            WRITERS.newThread(this::sendAll).start();
            watch();
        }
    }

    private void watch() {
        if (!watched) {
            watched = true;
            watchdog.watch(this);
        }
    }

    private void sendAll() {
        int pieceMax = wire.pieceBytesMax();
        for (ByteBuffer piece = outbound.next(pieceMax); piece != null; piece = outbound.next(pieceMax)) {
            int sent = send(piece);
            if (sent < 0) {
                cut(Ended.Cause.LOST);
            } else if (outbound.sent(sent)) {
                tellDrained();
            }
        }
    }

    /// How much the socket took; negative when it takes nothing any more.
    private int send(ByteBuffer piece) {
        writingSince = System.nanoTime();
        writer = Thread.currentThread();
        try {
            return wire.write(piece);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.TRACE, "a write failed; the connection is over", e);
            return -1;
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
