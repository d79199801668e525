package parley.sessions.internal.protocol.message;

/// What a reply says: the result of the kind that was asked for, or an error.
public sealed interface Answered permits ProtocolError, Result {}
