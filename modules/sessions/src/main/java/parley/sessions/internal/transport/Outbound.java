package parley.sessions.internal.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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

    /// How much of the first frame has left.
    @GuardedBy("this")
    private int sentOfFirst;

    @GuardedBy("this")
    private @Nullable ArrayDeque<Frame> pongs;

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

    /// Whether the caller is now the one who must write until [#fill] finds nothing.
    synchronized boolean claimWriter() {
        if (writing || shut || pending == 0) {
            return false;
        }
        writing = true;
        return true;
    }

    /// Copies what is next into `buffer`, as much as fits, and returns how much. 0 ends the writer's
    /// claim.
    synchronized int fill(byte[] buffer) {
        if (shut) {
            return endClaim();
        }
        int filled = 0;
        while (filled < buffer.length) {
            Frame first = first();
            if (first == null) {
                break;
            }
            int size = Math.min(first.size() - sentOfFirst, buffer.length - filled);
            first.copyTo(buffer, filled, sentOfFirst, size);
            filled += size;
            sentOfFirst += size;
            if (sentOfFirst == first.size()) {
                sentOfFirst = 0;
                frames().remove();
            }
        }
        return filled == 0 ? endClaim() : filled;
    }

    /// Notes that this much has left, and says whether [ConnectionListener#drained] is due.
    synchronized boolean sent(int bytes) {
        if (shut) {
            return false;
        }
        pending -= bytes;
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
        notifyAll();
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
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    @GuardedBy("this")
    private int endClaim() {
        writing = false;
        queue = null;
        pongs = null;
        notifyAll();
        return 0;
    }

    /// Pongs go before the queue, but never into the middle of a frame.
    @GuardedBy("this")
    private @Nullable Frame first() {
        if (pongs != null && !pongs.isEmpty() && sentOfFirst == 0) {
            frames().addFirst(pongs.remove());
        }
        return queue == null ? null : queue.peek();
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
