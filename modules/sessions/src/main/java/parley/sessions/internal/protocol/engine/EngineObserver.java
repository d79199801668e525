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

    /// Something is refused because a limit is reached; `limit` is one of a few fixed names.
    default void refused(String limit) {}

    /// A command of a connection has to wait, as many as may are under way.
    default void waits() {}

    /// A frame could not be read; `rule` is one of a few fixed texts.
    default void violated(String rule) {}
}
