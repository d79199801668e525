package parley.sessions.internal.protocol.engine;

/// Where a connection is in its life; only ever moves down this list, and may leave some out.
enum SessionState {
    /// Open; the connect command is still to come.
    NEW,
    /// The back end has the connect command.
    CONNECTING,
    /// The connect reply is out.
    CONNECTED,
    /// Connect was answered with an error: what came with it is not looked at, more input is an offence.
    REFUSED,
    /// The server is closing the connection; nothing that still comes counts.
    CLOSING,
    /// The connection is gone.
    ENDED
}
