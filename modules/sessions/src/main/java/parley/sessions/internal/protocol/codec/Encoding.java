package parley.sessions.internal.protocol.codec;

/// How a connection speaks, fixed at its handshake.
public enum Encoding {
    /// Text frames; messages are JSON documents, one line each.
    JSON,
    /// Binary frames; each message is preceded by its length.
    PROTOBUF
}
