package parley.sessions.internal.protocol;

/// The connection that presents itself. `id` is a random UUID, new for every connection; `address` is
/// that of the client, not of a trusted proxy.
public record Client(String id, String address) {}
