package parley.sessions.internal.transport;

/// What a [FrameParser] finds. Bytes are valid during the call only.
interface FrameEvents {

    void text(byte[] bytes, int from, int length);

    void binary(byte[] bytes, int from, int length);

    void ping(byte[] bytes, int from, int length);

    void pong();

    /// The peer broke a rule; `code` is the one to close with, `rule` plain words for the close reason.
    /// At most once; after it only `closed` may come.
    void violated(int code, String rule);

    /// A close frame; [Ended#NO_CODE] when it had no code, or when nothing but a close frame was waited
    /// for. The last event.
    void closed(int code);
}
