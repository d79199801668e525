package parley.sessions.internal.chat;

import parley.messaging.Conversations.Refusal;
import parley.messaging.SendResult;
import parley.sessions.internal.protocol.message.ProtocolError;

/// What the modules below answer, as errors that clients know.
final class ChatErrors {
    static final ProtocolError NO_SUCH_CONVERSATION = permanent(1001, "no such conversation");
    static final ProtocolError NOT_PERMITTED = permanent(1002, "not permitted");
    static final ProtocolError BODY_TOO_LONG = permanent(1003, "body: at most 16384 bytes");
    static final ProtocolError MUTED = permanent(1004, "muted");
    static final ProtocolError OUTCOME_UNKNOWN =
            new ProtocolError(1005, "outcome unknown, send again with the same id", true);
    static final ProtocolError NO_SUCH_ACCOUNT = permanent(1006, "no such account");
    static final ProtocolError LIMIT_REACHED = permanent(1007, "member limit reached");
    static final ProtocolError BLOCKED = permanent(1008, "blocked by you");
    static final ProtocolError ID_REUSED = permanent(1009, "id used before with another body");
    static final ProtocolError BUSY = new ProtocolError(111, "busy, try again", true);

    private ChatErrors() {}

    static ProtocolError of(Refusal refusal) {
        return switch (refusal) {
            case Refusal.NotAMember() -> NO_SUCH_CONVERSATION;
            case Refusal.NotPermitted() -> NOT_PERMITTED;
            case Refusal.Muted() -> MUTED;
            case Refusal.Blocked() -> BLOCKED;
            case Refusal.NoSuchAccount() -> NO_SUCH_ACCOUNT;
            case Refusal.LimitReached() -> LIMIT_REACHED;
            case Refusal.ClientIdReused() -> ID_REUSED;
            case Refusal.Invalid(var field, var rule) -> ProtocolError.badRequest(field + ": " + rule);
            case Refusal.BodyTooLong() -> BODY_TOO_LONG;
            case Refusal.Busy() -> BUSY;
            case Refusal.Unknown() -> OUTCOME_UNKNOWN;
            case Refusal.Failed(var errorId) -> failed(errorId);
        };
    }

    /// Of a send that did not succeed.
    static ProtocolError of(SendResult result) {
        return switch (result) {
            case SendResult.NotAMember() -> NO_SUCH_CONVERSATION;
            case SendResult.NotPermitted() -> NOT_PERMITTED;
            case SendResult.Muted() -> MUTED;
            case SendResult.Blocked() -> BLOCKED;
            case SendResult.BodyTooLong() -> BODY_TOO_LONG;
            case SendResult.BodyInvalid(var rule) -> ProtocolError.badRequest(rule);
            case SendResult.ClientIdReused() -> ID_REUSED;
            case SendResult.Busy() -> BUSY;
            case SendResult.Unknown() -> OUTCOME_UNKNOWN;
            case SendResult.Failed(var errorId) -> failed(errorId);
            case SendResult.Sent sent -> throw new IllegalStateException("not an error: " + sent);
        };
    }

    /// A fault that would happen again: not temporary, and traceable by its id.
    private static ProtocolError failed(String errorId) {
        return permanent(100, "internal server error " + errorId);
    }

    private static ProtocolError permanent(int code, String message) {
        return new ProtocolError(code, message, false);
    }
}
