package parley.sessions.internal.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What waits to be sent to one peer: frames in order, a few pongs, at last a close frame. Bounded, and
/// without a buffer while nothing waits. Pure bookkeeping: it never touches the socket.
///
/// Thread-safe. Its lock is its own monitor and not a `ReentrantLock`, because there is one per
/// connection and an idle one should weigh nothing; it is never held over a socket write or a call of a
/// listener.
final class Outbound {

    private static final int PONGS_MAX = 32;

    private final int bytesMax;
    private final int framesMax;

    @GuardedBy("this")
    private @Nullable ArrayDeque<Frame> queue;

    /// How much of the first frame has left; it stays in the queue until all of it has.
    @GuardedBy("this")
    private int sentOfFirst;

    @GuardedBy("this")
    private @Nullable ArrayDeque<Frame> pongs;

    /// Size of the piece in the writer's hands, 0 for none.
    @GuardedBy("this")
    private int handed;

    /// Bytes taken and not yet sent, those in the writer's hands included.
    @GuardedBy("this")
    private int pending;

    @GuardedBy("this")
    private boolean writing;

    @GuardedBy("this")
    private boolean refused;

    /// The close frame is queued or has left.
    @GuardedBy("this")
    private boolean closing;

    @GuardedBy("this")
    private boolean shut;

    /// Threads in [#awaitQuiet].
    @GuardedBy("this")
    private int awaiting;

    Outbound(int bytesMax, int framesMax) {
        this.bytesMax = bytesMax;
        this.framesMax = framesMax;
    }

    /// Takes a frame, if it fits. Afterwards [#claimWriter] says whether a writer is to be started.
    synchronized Written offer(Frame frame) {
        if (shut || closing) {
            return Written.CLOSED;
        }
        if (waiting() > 0 && (pending + frame.size() > bytesMax || waiting() >= framesMax)) {
            refused = true;
            return Written.FULL;
        }
        frames().add(frame);
        pending += frame.size();
        return Written.TAKEN;
    }

    /// An answer to a ping. Pongs have their own small bound; beyond it the oldest is dropped, as RFC
    /// 6455 (5.5.3) permits.
    synchronized void offerPong(Frame pong) {
        if (shut || closing) {
            return;
        }
        if (pongs == null) {
            pongs = new ArrayDeque<>(2);
        } else if (pongs.size() == PONGS_MAX) {
            pending -= pongs.remove().size();
        }
        pongs.add(pong);
        pending += pong.size();
    }

    /// Appends the last frame; nothing is taken after it.
    synchronized void offerClose(Frame frame) {
        if (!shut && !closing) {
            closing = true;
            frames().add(frame);
            pending += frame.size();
        }
    }

    /// Whether the caller is now the one who must write until [#next] finds nothing.
    synchronized boolean claimWriter() {
        if (writing || shut || pending == 0) {
            return false;
        }
        writing = true;
        return true;
    }

    /// What is to be written next: all that has gathered, in one piece of at most `bytesMax`. It counts
    /// as not sent until [#sent]. Null, because there is nothing, ends the writer's claim.
    synchronized @Nullable ByteBuffer next(int bytesMax) {
        placePongs();
        Frame first = queue == null ? null : queue.peek();
        if (shut || first == null) {
            endClaim();
            return null;
        }
        ByteBuffer piece = waiting() == 1 || first.size() - sentOfFirst >= bytesMax
                ? first.wire(sentOfFirst, bytesMax)
                : gathered(Math.min(bytesMax, pending));
        handed = piece.remaining();
        return piece;
    }

    /// Puts in the place of each frame of which nothing has left, nor is in the writer's hands, what it
    /// is now.
    synchronized void purge() {
        if (queue == null) {
            return;
        }
        ArrayDeque<Frame> now = new ArrayDeque<>(queue.size());
        int begin = 0;
        for (Frame frame : queue) {
            boolean waits = begin > 0 ? begin >= sentOfFirst + handed : sentOfFirst + handed == 0;
            Frame kept = waits ? frame.now() : frame;
            pending += kept.size() - frame.size();
            now.add(kept);
            begin += frame.size();
        }
        queue = now;
    }

    /// Notes that this much of the last piece has left, and says whether [ConnectionListener#drained] is
    /// due.
    synchronized boolean sent(int bytes) {
        if (shut) {
            return false;
        }
        handed = 0;
        pending -= bytes;
        consume(bytes);
        boolean low = pending <= bytesMax / 4 && waiting() <= framesMax / 4;
        if (!refused || !low || closing) {
            return false;
        }
        refused = false;
        return true;
    }

    synchronized int pending() {
        return pending;
    }

    synchronized boolean isWriting() {
        return writing;
    }

    synchronized boolean isShut() {
        return shut;
    }

    /// Drops everything; nothing is taken or filled from now on.
    synchronized void shut() {
        shut = true;
        queue = null;
        pongs = null;
        pending = 0;
        wakeAwaiting();
    }

    /// Waits until no writer is at work, so that nothing is left to send or nothing can be sent any
    /// more. False when that took longer or the thread was interrupted.
    synchronized boolean awaitQuiet(long millisMax) {
        long deadline = System.nanoTime() + millisMax * 1_000_000;
        while (writing) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            awaiting++;
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } finally {
                awaiting--;
            }
        }
        return true;
    }

    @GuardedBy("this")
    private void endClaim() {
        writing = false;
        queue = null;
        pongs = null;
        wakeAwaiting();
    }

    @GuardedBy("this")
    private void wakeAwaiting() {
        if (awaiting > 0) {
            notifyAll();
        }
    }

    /// Pongs go before the queue, but never into the middle of a frame.
    @GuardedBy("this")
    private void placePongs() {
        if (pongs == null || pongs.isEmpty()) {
            return;
        }
        Frame begun = sentOfFirst > 0 ? frames().remove() : null;
        while (!pongs.isEmpty()) {
            frames().addFirst(pongs.removeLast());
        }
        if (begun != null) {
            frames().addFirst(begun);
        }
    }

    @GuardedBy("this")
    private ByteBuffer gathered(int size) {
        byte[] piece = new byte[size];
        int filled = 0;
        int from = sentOfFirst;
        for (Frame frame : frames()) {
            int part = Math.min(frame.size() - from, size - filled);
            frame.copyTo(piece, filled, from, part);
            filled += part;
            from = 0;
            if (filled == size) {
                break;
            }
        }
        return ByteBuffer.wrap(piece, 0, filled);
    }

    @GuardedBy("this")
    private void consume(int bytes) {
        int left = sentOfFirst + bytes;
        for (Frame first = frames().peek(); first != null && left >= first.size(); first = frames().peek()) {
            left -= first.size();
            frames().remove();
        }
        sentOfFirst = left;
    }

    @GuardedBy("this")
    private int waiting() {
        return queue == null ? 0 : queue.size();
    }

    @GuardedBy("this")
    private ArrayDeque<Frame> frames() {
        if (queue == null) {
            queue = new ArrayDeque<>(4);
        }
        return queue;
    }
}
