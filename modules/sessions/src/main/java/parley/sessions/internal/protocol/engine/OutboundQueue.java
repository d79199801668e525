package parley.sessions.internal.protocol.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.codec.Codecs;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.transport.Connection;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.Written;

/// What goes out to one client, in order. As long as the transport takes frames nothing is kept here;
/// when it is full, messages gather, and go out together, as few frames, when it has room again.
///
/// Thread-safe. Its lock is its own monitor, because there is one per connection and an idle one should
/// weigh nothing. Under it only [Connection#write], [Connection#purge] and [Connection#close] are called, which never
/// block;
/// it may be taken under the session's lock, not the other way round.
final class OutboundQueue {
    private static final Frame JSON_PING = pingOf(Encoding.JSON);
    private static final Frame PROTOBUF_PING = pingOf(Encoding.PROTOBUF);
    private static final Frame NATIVE_PING = Frame.ping(new byte[0]);

    private final Connection connection;
    private final Encoding encoding;
    private final ProtocolLimits limits;

    /// Pings are WebSocket's own.
    private final boolean framePings;

    /// Messages that wait; null while none does.
    @GuardedBy("this")
    private @Nullable Waiting waiting;

    /// A frame that the transport did not take; goes before `waiting`.
    @GuardedBy("this")
    private @Nullable Frame refused;

    /// The transport is full; it will say when it has room.
    @GuardedBy("this")
    private boolean full;

    /// A ping waits; it goes before all else.
    @GuardedBy("this")
    private boolean pingWaits;

    /// Pushes are taken: the connect reply is in.
    @GuardedBy("this")
    private boolean open;

    /// Something was not delivered for want of room.
    @GuardedBy("this")
    private boolean owesDrained;

    /// Nothing is taken any more.
    @GuardedBy("this")
    private boolean shut;

    /// Why the connection is to be closed once all is sent.
    @GuardedBy("this")
    private @Nullable Disconnect closing;

    OutboundQueue(Connection connection, ProtocolLimits limits, boolean framePings) {
        this.connection = connection;
        this.framePings = framePings;
        this.encoding = connection.encoding();
        this.limits = limits;
    }

    boolean framePings() {
        return framePings;
    }

    /// What became of a message.
    enum Taken {
        YES,
        /// There was no room.
        NO_ROOM,
        /// Not connected yet, or over.
        CLOSED,
        /// Taken, and now even the reserve is used up: the connection has to be closed.
        OVERFLOW,
        /// The encoding cannot carry it: the connection has to be closed.
        NOT_POSSIBLE
    }

    /// Takes a reply: there is room for it in the reserve. `opens`: from here on pushes are taken.
    synchronized Taken reply(Frame reply, boolean opens) {
        if (shut) {
            return Taken.CLOSED;
        }
        open |= opens;
        return add(reply.now(), 1);
    }

    /// Takes a push for which there is room in the reserve.
    Taken announce(EncodedPush push) {
        Frame frame = push.frame(encoding);
        if (frame == null) {
            return Taken.NOT_POSSIBLE;
        }
        synchronized (this) {
            return accepts() ? add(frame.now(), push.pushes().size()) : Taken.CLOSED;
        }
    }

    /// Takes a push, or a run of them, if there is room; `part` of all room is for it. `owe`: say when there is room
    /// again.
    Taken deliver(EncodedPush push, int part, boolean owe) {
        Frame encoded = push.frame(encoding);
        if (encoded == null) {
            return Taken.NOT_POSSIBLE;
        }
        synchronized (this) {
            if (!accepts()) {
                return Taken.CLOSED;
            }
            // Whoever takes content back later finds it in here.
            Frame frame = encoded.now();
            if (!full) {
                return write(frame);
            }
            int entries = push.pushes().size();
            if (!fits(frame.messageBytes(), entries, part)) {
                owesDrained |= owe;
                return Taken.NO_ROOM;
            }
            enqueue(frame, entries);
            return Taken.YES;
        }
    }

    /// Makes anew what waits, here or in the transport, and holds content that was taken back.
    synchronized void purge() {
        connection.purge();
        if (refused != null) {
            refused = refused.now();
        }
        if (waiting != null) {
            waiting.purge();
        }
    }

    synchronized void ping() {
        if (!shut && (full || connection.write(pingFrame()) == Written.FULL)) {
            full = true;
            pingWaits = true;
        }
    }

    synchronized boolean hasRoom() {
        return accepts() && (!full || fits(0, 1, 1));
    }

    /// Whether replies of usual size may be added without touching the reserve.
    synchronized boolean hasRoomForReplies() {
        return bytes() < limits.outgoing().queueBytesMax();
    }

    /// The transport has room again: sends what waits. True if [#deliver] left something out before and
    /// there is room now: said once.
    synchronized boolean drained() {
        full = false;
        if (pingWaits) {
            pingWaits = false;
            ping();
        }
        flush();
        if (shut) {
            closeWhenEmpty();
            return false;
        }
        boolean due = owesDrained && bytes() <= limits.outgoing().queueBytesMax() / 2;
        if (due) {
            owesDrained = false;
        }
        return due;
    }

    /// Takes nothing any more, and closes the connection once all is sent, or at once.
    synchronized void close(Disconnect why, boolean flush) {
        if (!shut) {
            shut = true;
            closing = why;
        }
        if (!flush) {
            drop();
        }
        closeWhenEmpty();
    }

    /// Closes the connection without what is still here.
    synchronized void closeNow() {
        drop();
        closeWhenEmpty();
    }

    /// The connection is gone.
    synchronized void ended() {
        shut = true;
        closing = null;
        drop();
    }

    @GuardedBy("this")
    private boolean accepts() {
        return open && !shut;
    }

    @GuardedBy("this")
    private boolean fits(int more, int moreEntries, int part) {
        int entries = waiting == null ? 0 : waiting.entries();
        return bytes() + more <= limits.outgoing().queueBytesMax() / part
                && entries + moreEntries <= limits.outgoing().queueEntriesMax() / part;
    }

    @GuardedBy("this")
    private Taken add(Frame frame, int entries) {
        if (!full) {
            return write(frame);
        }
        enqueue(frame, entries);
        return bytes() > limits.outgoing().queueHardBytesMax() ? Taken.OVERFLOW : Taken.YES;
    }

    @GuardedBy("this")
    private void enqueue(Frame frame, int entries) {
        if (waiting == null) {
            waiting = new Waiting();
        }
        waiting.add(frame, entries);
    }

    /// Gives a frame to the transport; keeps it when that is full.
    @GuardedBy("this")
    private Taken write(Frame frame) {
        return switch (connection.write(frame)) {
            case TAKEN -> Taken.YES;
            case CLOSED -> Taken.CLOSED;
            case FULL -> {
                full = true;
                refused = frame;
                yield Taken.YES;
            }
        };
    }

    private Frame pingFrame() {
        return framePings ? NATIVE_PING : encoding == Encoding.JSON ? JSON_PING : PROTOBUF_PING;
    }

    private static Frame pingOf(Encoding encoding) {
        byte[] ping = Codecs.of(encoding).ping();
        return Frame.message(encoding, ping, 0, ping.length);
    }

    @GuardedBy("this")
    private void flush() {
        Frame again = refused;
        if (again != null && !full) {
            if (connection.write(again) == Written.FULL) {
                full = true;
                return;
            }
            refused = null;
        }
        while (!full && waiting != null) {
            Frame gathered = waiting.frame(encoding, limits.outgoing().frameBytesMax());
            if (waiting.isEmpty()) {
                waiting = null;
            }
            Taken unused = write(gathered);
        }
    }

    /// Bytes that are kept here.
    @GuardedBy("this")
    private int bytes() {
        return (refused == null ? 0 : refused.size()) + (waiting == null ? 0 : waiting.bytes());
    }

    @GuardedBy("this")
    private void drop() {
        waiting = null;
        refused = null;
    }

    @GuardedBy("this")
    private void closeWhenEmpty() {
        if (closing == null || refused != null || waiting != null) {
            return;
        }
        if (closing.code() == Disconnects.NEVER_SENT) {
            connection.abort();
        } else {
            connection.close(closing);
        }
    }
}
