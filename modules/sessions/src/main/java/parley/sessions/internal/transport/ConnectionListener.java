package parley.sessions.internal.transport;

/// Receives what happens on connections. One listener serves many connections; what belongs to one of
/// them is in its attachment.
///
/// Calls come on threads of the transport, which may be the only thread of many connections: no method
/// may block or take long (hand such work over). For one connection `opened` comes first, `ended` last.
/// `opened`, `text`, `binary`, `pong` and `ended` never overlap and come in the order in which things
/// happened; `drained` never overlaps with itself or with `ended`, but may run beside the others. An
/// exception that escapes ends the connection with 3004 and is logged; its text never reaches the peer.
public interface ConnectionListener {

    /// The handshake is answered; the connection can be written to. No message comes before this
    /// returns.
    void opened(Connection connection);

    /// A complete text message, checked to be UTF-8. The bytes `[from, from + length)` are valid during
    /// the call only and may be changed by the receiver; the array around them is not the receiver's.
    void text(Connection connection, byte[] bytes, int from, int length);

    /// A complete binary message; as for `text`.
    void binary(Connection connection, byte[] bytes, int from, int length);

    /// A native pong came; its payload is not passed on. (Pings are answered by the transport.)
    default void pong(Connection connection) {}

    /// At most a quarter of the queue's limit is left to send, after a `write` had answered
    /// [Written#FULL]: write again.
    void drained(Connection connection);

    /// The connection is over, and nothing more will be called for it. Happens exactly once for each
    /// accepted handshake, whatever the cause, also when it never came to `opened`.
    void ended(Connection connection, Ended ended);
}
