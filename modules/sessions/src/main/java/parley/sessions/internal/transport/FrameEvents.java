package parley.sessions.internal.transport;

/// What a [FrameParser] finds. Bytes are valid during the call only.
interface FrameEvents {

    void text(byte[] bytes, int from, int length);

    void binary(byte[] bytes, int from, int length);

    void ping(byte[] bytes, int from, int length);

    void pong();

    /// A valid close frame; [Ended#NO_CODE] when it had no code. The last event.
    void closed(int code);

    /// The peer broke a rule; `code` is the one to close with. The last event.
    void violated(int code, String rule);
}
