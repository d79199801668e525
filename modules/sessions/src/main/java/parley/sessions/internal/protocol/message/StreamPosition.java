package parley.sessions.internal.protocol.message;

/// A place in a stream: all up to and including `offset`, in the incarnation `epoch`.
public record StreamPosition(long offset, String epoch) {}
