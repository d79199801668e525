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

    /// It is a command's turn. Null: it begins, and [#ended] follows exactly once; else it gets this error.
    default @Nullable ProtocolError begin(Request request) {
        return null;
    }

    /// A command that began is answered or given up, `millis` after it began.
    default void ended(Request request, long millis) {}
}
