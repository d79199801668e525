package parley.sessions.internal.hub;

import parley.sessions.internal.protocol.codec.EncodedPush;

/// A session as one that follows a conversation: where events of the conversation that are no entries
/// go. Thread-safe; nothing here blocks.
public interface Receiver {

    HubSession session();

    /// Whether an event would be sent now: the client knows the channel, its reply or push that says so
    /// has gone out, the membership goes on as far as this node knows, and no entry is being held back.
    /// Where only the latter is not so, the event counts as dropped.
    boolean isLive();

    /// Sends an event of the conversation if [#isLive], and if the way out has room for what may be
    /// lost. False when it was dropped.
    boolean offer(EncodedPush push);
}
