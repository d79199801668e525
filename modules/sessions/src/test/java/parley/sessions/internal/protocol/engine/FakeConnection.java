package parley.sessions.internal.protocol.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;
import parley.sessions.internal.transport.Connection;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.Written;

/// A connection whose socket is a list; the test says when it is full. Thread-safe.
final class FakeConnection implements Connection {
    private final Encoding encoding;

    @GuardedBy("this")
    private final List<Frame> written = new ArrayList<>();

    /// How many frames more are taken before it is full.
    @GuardedBy("this")
    private int room = Integer.MAX_VALUE;

    @GuardedBy("this")
    private boolean refused;

    @GuardedBy("this")
    private int pending;

    @GuardedBy("this")
    private @Nullable Disconnect closed;

    @GuardedBy("this")
    private boolean aborted;

    private volatile @Nullable Object attachment;

    FakeConnection(Encoding encoding, @Nullable Object attachment) {
        this.encoding = encoding;
        this.attachment = attachment;
    }

    @Override
    public synchronized Written write(Frame frame) {
        if (closed != null || aborted) {
            return Written.CLOSED;
        }
        if (room == 0) {
            refused = true;
            return Written.FULL;
        }
        room--;
        written.add(frame);
        return Written.TAKEN;
    }

    /// Takes `frames` more from now on. True if a write was refused before: then `drained` is due.
    synchronized boolean room(int frames) {
        room = frames;
        boolean due = refused && frames > 0;
        refused &= frames == 0;
        return due;
    }

    synchronized void pending(int bytes) {
        pending = bytes;
    }

    /// The frames since the last call.
    synchronized List<Frame> takeFrames() {
        List<Frame> frames = List.copyOf(written);
        written.clear();
        return frames;
    }

    synchronized @Nullable Disconnect closed() {
        return closed;
    }

    synchronized boolean aborted() {
        return aborted;
    }

    @Override
    public synchronized void close(Disconnect disconnect) {
        if (closed == null) {
            closed = disconnect;
        }
    }

    @Override
    public synchronized void abort() {
        aborted = true;
    }

    /// What was taken counts as sent.
    @Override
    public void purge() {}

    @Override
    public void pauseReading() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resumeReading() {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized int pendingBytes() {
        return pending;
    }

    @Override
    public InetAddress remoteAddress() {
        return InetAddress.getLoopbackAddress();
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
    public void attach(@Nullable Object value) {
        attachment = value;
    }
}
