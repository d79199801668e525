package parley.sessions.internal.protocol.message;

/// Why a command failed. `code` 100 to 399 are the protocol's, 400 to 1999 the application's. `message`
/// is never empty (one SDK fails otherwise) and never tells what happened inside. A `temporary` one
/// invites another try. `excess`: the client asked for more than it may; one that goes on is disconnected.
public record ProtocolError(int code, String message, boolean temporary, boolean excess) implements Answered {
    public static final ProtocolError INTERNAL = new ProtocolError(100, "internal server error", true);
    public static final ProtocolError UNAUTHORIZED = new ProtocolError(101, "unauthorized", false);
    public static final ProtocolError UNKNOWN_CHANNEL = new ProtocolError(102, "unknown channel", false);
    public static final ProtocolError PERMISSION_DENIED = new ProtocolError(103, "permission denied", false);
    public static final ProtocolError METHOD_NOT_FOUND = new ProtocolError(104, "method not found", false);
    public static final ProtocolError ALREADY_SUBSCRIBED = new ProtocolError(105, "already subscribed", false);
    public static final ProtocolError LIMIT_EXCEEDED = new ProtocolError(106, "limit exceeded", false);
    public static final ProtocolError BAD_REQUEST = new ProtocolError(107, "bad request", false);
    public static final ProtocolError NOT_AVAILABLE = new ProtocolError(108, "not available", false);
    public static final ProtocolError TOKEN_EXPIRED = new ProtocolError(109, "token expired", false);
    public static final ProtocolError EXPIRED = new ProtocolError(110, "expired", false);
    public static final ProtocolError TOO_MANY_REQUESTS = new ProtocolError(111, "too many requests", true);
    public static final ProtocolError UNRECOVERABLE_POSITION = new ProtocolError(112, "unrecoverable position", false);

    public ProtocolError {
        if (code < 100 || code > 1999 || message.isEmpty()) {
            throw new IllegalArgumentException("not an error of the protocol: " + code);
        }
    }

    public ProtocolError(int code, String message, boolean temporary) {
        this(code, message, temporary, false);
    }

    /// Error 111 that names what there was too much of, and says when to try again.
    public static ProtocolError tooManyRequests(String what, long waitMillis) {
        return new ProtocolError(
                111, "too many requests: " + what + "; try again in " + waitMillis + " ms", true, true);
    }

    /// Error 107 that names what is wrong, `field: rule`.
    public static ProtocolError badRequest(String reason) {
        return new ProtocolError(107, reason, false);
    }
}
