package parley.sessions.internal.protocol;

import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.message.ProtocolError;

/// Takes the answer to one command, from any thread; never blocks. Exactly one of the three methods must
/// be called, once; a second call changes nothing and says false.
///
/// True: the reply is in the session's queue, so whatever is delivered from now on comes after it.
/// False: the client has its answer already (it took too long) or is gone; whatever was set up for it
/// has to be undone.
public interface Answer<R> {
    boolean give(R result);

    boolean refuse(ProtocolError error);

    /// Ends the connection instead of answering.
    boolean disconnect(Disconnect why);

    /// What the client is told if no answer comes in time. [ProtocolError#INTERNAL], which is temporary,
    /// unless said otherwise before; a command whose outcome will be unknown then (a send that is on its
    /// way to the log) says so here, before it sets out.
    void ifLate(ProtocolError error);
}
