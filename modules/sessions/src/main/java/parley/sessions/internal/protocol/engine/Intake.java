package parley.sessions.internal.protocol.engine;

import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;

/// The door of the engine: says of what arrives whether it comes in. Called on any thread, some of it
/// under locks of the engine: must be quick, must not block, must not call the engine.
public interface Intake {
    Intake OPEN = new Intake() {};

    /// A frame of `bytes` bytes with `commands` commands came on `connection` (whose identity alone
    /// counts). Null: it is looked at; else every command of it gets this error.
    default @Nullable ProtocolError frame(Object connection, int commands, int bytes) {
        return null;
    }

    /// A command arrived. Null: it may wait for its turn; else it gets this error.
    default @Nullable ProtocolError command(Request request) {
        return null;
    }

    /// It is the turn of a command that is not the one that connects. Null: it begins, and [#ended]
    /// follows exactly once; else it gets this error.
    default @Nullable ProtocolError begin(Request request) {
        return null;
    }

    /// It is the turn of the command that connects; waits, on a thread of its own and under no lock,
    /// until a new session may begin. Null: it does, and [#ended] or [#gaveUp] follows exactly once;
    /// else it gets this error.
    default @Nullable ProtocolError awaitTurn() {
        return null;
    }

    /// A command that waited for its turn was given up when the turn came.
    default void gaveUp() {}

    /// A command that began is answered or given up, `millis` after it began.
    default void ended(Request request, long millis) {}
}
