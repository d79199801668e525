package parley.sessions;

/// Why the server ends a connection: the WebSocket close code and its reason (plain words, at most 123
/// bytes of UTF-8, never parseable as JSON: some clients would read a number or an object as advice).
public record Disconnect(int code, String reason) {}
