package parley.sessions.internal.transport;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import parley.sessions.Disconnect;

/// One open WebSocket connection, seen from the server. Every method may be called from any thread, at
/// any time, also from inside a callback and after the end; none of them blocks, waits for the peer or
/// throws because the connection is closing or gone.
public interface Connection {

    /// Queues a frame. Frames that one thread writes leave in that order, each exactly once, unless the
    /// connection ends before; `TAKEN` means queued here, not received there.
    ///
    /// The queue is bounded in bytes and frames ([TransportLimits]). A frame that does not fit is not
    /// queued at all (`FULL`), except that an empty queue takes any frame. Whoever gets `FULL` is told
    /// by one later [ConnectionListener#drained]; several `FULL` before it still mean one call. Control
    /// frames that the transport sends by itself (pong, close) do not count.
    Written write(Frame frame);

    /// Puts in the place of each frame that waits and has not begun to leave what it is now
    /// ([Frame#now]).
    void purge();

    /// Ends the connection in good order: sends what is queued, then a close frame with this code and
    /// reason, waits for the peer's close frame, then closes the socket. All of that within
    /// [TransportLimits#closeWithin] from this call; then the socket is cut. From this call on `write`
    /// answers `CLOSED`, and a message that is being passed on is the last one. Only the first call
    /// counts.
    void close(Disconnect disconnect);

    /// Cuts the connection now, without a close frame. What is queued is lost.
    void abort();

    /// Stops reading after the message being passed on, so that the peer is held back by TCP. While
    /// reading is paused no message, ping, close or end of the peer may be noticed; a write that is
    /// stuck still ends the connection. Does not nest.
    void pauseReading();

    /// Reads on. Without a pause it does nothing.
    void resumeReading();

    /// Lets what the peer sends gather for so long before the socket is read again, so that much is read at
    /// once and answered in one frame; what was read already is passed on. A hint.
    default void restReading(long millis) {}

    /// Bytes that were taken and not yet handed to the operating system; 0 means all is handed over. A
    /// snapshot.
    int pendingBytes();

    /// The client's address: of the peer, or of the client that a trusted proxy names.
    InetAddress remoteAddress();

    /// How messages are encoded; fixed by the handshake.
    Encoding encoding();

    /// The slot for whatever the listener keeps per connection: what [AcceptPolicy.Accepted] or the last
    /// `attach` put there. Visible to every thread.
    @Nullable
    Object attachment();

    void attach(@Nullable Object attachment);
}
