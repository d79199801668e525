package parley.sessions.internal.transport;

/// Why a connection is over. `code` is the close code of the side that closed first: the peer's (1005
/// when its close frame had none), ours, or 1006 when the connection was lost or cut without one.
public record Ended(Cause cause, int code) {

    /// Close code for "the close frame had no code"; never on the wire.
    public static final int NO_CODE = 1005;
    /// Close code for "no close frame at all"; never on the wire.
    public static final int NO_CLOSE = 1006;

    public enum Cause {
        /// The peer sent a close frame first.
        PEER_CLOSED,
        /// [Connection#close] or a stop of the server; whether the peer answered in time is not told.
        SERVER_CLOSED,
        /// The peer broke RFC 6455 or a limit; `code` says which.
        VIOLATION,
        /// FIN, RST or another fault of the network, without a close frame.
        LOST,
        /// A write was stuck: the peer took nothing for [TransportLimits#writeStalledMax].
        STALLED,
        /// [Connection#abort].
        ABORTED,
        /// An exception escaped the listener or the transport.
        FAULT,
        /// Accepted, but over before it opened.
        NEVER_OPENED
    }
}
