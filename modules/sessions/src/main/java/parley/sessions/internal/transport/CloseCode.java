package parley.sessions.internal.transport;

/// Close codes of RFC 6455 section 7.4 and its IANA registry.
final class CloseCode {

    static final int PROTOCOL_ERROR = 1002;
    static final int INVALID_TEXT = 1007;
    static final int POLICY_VIOLATION = 1008;
    static final int MESSAGE_TOO_BIG = 1009;

    private CloseCode() {}

    /// Whether a close frame may carry this code: registered, library and private ones, but not those
    /// that only name a situation (1004, 1005, 1006, 1015) or have no meaning yet.
    static boolean allowedOnTheWire(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
