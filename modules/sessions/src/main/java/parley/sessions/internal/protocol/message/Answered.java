package parley.sessions.internal.protocol.message;

/// What a reply says: the result of the kind that was asked for, or an error.
public sealed interface Answered permits ProtocolError, Result {

    /// The same with what its payloads are now ([Payload#now]); itself when nothing was taken back.
    default Answered now() {
        return this;
    }
}
