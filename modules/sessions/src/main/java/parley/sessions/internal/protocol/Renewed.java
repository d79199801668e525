package parley.sessions.internal.protocol;

/// A subscription lives on: which one, because a client may leave that to its token.
public record Renewed(String channel, Lifetime lifetime) {}
