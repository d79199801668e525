package parley.sessions.internal.protocol.engine;

/// The bounds of every session.
///
/// `connectMillis`: from the handshake to a successful connect. `answerMillis`: after it a command is
/// answered by the engine; a tick later at the latest. `openCommandsMax`: commands of one connection
/// that are not answered yet; `inFlightMax`: those of them that the back end has at a time;
/// `refusalsMax`: refused in a row for want of a place before the connection is closed. `queueBytesMax`
/// and `queueEntriesMax`: pushes that wait for the socket beyond the transport's own queue;
/// `queueHardBytesMax`: replies included, above it the connection is closed as slow; `frameBytesMax`:
/// how much of what gathered goes out as one frame. `channelBytesMax`: a channel's name.
/// `subscriptionsMax`: channels of one session. `graceMillis`: after the end of a token. `flushMillis`:
/// how long a closing connection may take to send what is queued here.
public record ProtocolLimits(
        int connectMillis,
        int answerMillis,
        int openCommandsMax,
        int inFlightMax,
        int refusalsMax,
        int pingSeconds,
        int pongMillis,
        int graceMillis,
        int queueBytesMax,
        int queueEntriesMax,
        int queueHardBytesMax,
        int frameBytesMax,
        int channelBytesMax,
        int subscriptionsMax,
        int flushMillis) {
    public static final ProtocolLimits DEFAULT = new ProtocolLimits(
            10_000, 3_500, 1_024, 64, 1_024, 25, 8_000, 25_000, 1 << 20, 4_096, 4 << 20, 64 << 10, 255, 256, 5_000);

    public ProtocolLimits {
        positive("connectMillis", connectMillis);
        positive("answerMillis", answerMillis);
        positive("openCommandsMax", openCommandsMax);
        positive("inFlightMax", inFlightMax);
        positive("refusalsMax", refusalsMax);
        positive("pingSeconds", pingSeconds);
        positive("pongMillis", pongMillis);
        positive("graceMillis", graceMillis);
        positive("queueBytesMax", queueBytesMax);
        positive("queueEntriesMax", queueEntriesMax);
        positive("frameBytesMax", frameBytesMax);
        positive("channelBytesMax", channelBytesMax);
        positive("subscriptionsMax", subscriptionsMax);
        positive("flushMillis", flushMillis);
        if (pongMillis >= pingSeconds * 1_000) {
            throw new IllegalArgumentException("pongMillis must be shorter than the ping interval");
        }
        if (queueHardBytesMax < queueBytesMax) {
            throw new IllegalArgumentException("queueHardBytesMax must be at least queueBytesMax");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, is " + value);
        }
    }
}
