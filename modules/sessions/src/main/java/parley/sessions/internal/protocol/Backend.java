package parley.sessions.internal.protocol;

import parley.sessions.internal.protocol.message.Request;

/// What stands behind the protocol engine: it decides who may come in, what the channels are and what is
/// pushed; the engine speaks the protocol. Narrow on purpose: the engine knows no chat.
public interface Backend {

    /// A connection presents itself. Called once per connection, on a virtual thread, so it may block.
    ///
    /// Answered with [Accepted] the connection is a session, and all that follows goes to
    /// [Accepted#session]. If [Answer#give] says false, the connection is gone (or was told to try
    /// again): nothing follows, and what was set up here has to be taken down here.
    ///
    /// `outbound` takes pushes from the moment on at which `give` has returned true, not before.
    void connect(Outbound outbound, Client client, Request.Connect request, Answer<Accepted> answer);
}
