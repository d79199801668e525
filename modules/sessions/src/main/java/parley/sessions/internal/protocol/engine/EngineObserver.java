package parley.sessions.internal.protocol.engine;

import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.Request;

/// Sees what the engine does, for metrics and logs. Called on any thread, some of it under locks of the
/// engine: must be quick, must not block, must not call the engine.
public interface EngineObserver {
    EngineObserver NONE = new EngineObserver() {};

    /// A command begins.
    default void begun(Request request) {}

    /// A command is answered, by the back end or by the engine.
    default void answered(Answered answer) {}

    /// The server ends a connection.
    default void disconnected(Disconnect why) {}

    /// A frame could not be read; `rule` is one of a few fixed texts.
    default void violated(String rule) {}
}
