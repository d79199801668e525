package parley.sessions.internal.protocol.engine;

/// The bounds of every session.
public record ProtocolLimits(Times times, Commands commands, Outgoing outgoing, Channels channels) {

    public static final ProtocolLimits DEFAULT = new ProtocolLimits(
            new Times(10_000, 3_500, 25, 8_000, 25_000, 5_000),
            new Commands(1_024, 64, 1_024),
            new Outgoing(128 << 10, 1_024, 4 << 20, 64 << 10),
            new Channels(255, 256));

    /// `connectMillis`: from the handshake to a successful connect. `answerMillis`: after it the engine
    /// answers a command itself. `pongMillis`: from ping to pong. `graceMillis`: from the end of a token
    /// to the end of its session. `flushMillis`: how long a closing connection may take to send what is
    /// queued.
    public record Times(
            int connectMillis, int answerMillis, int pingSeconds, int pongMillis, int graceMillis, int flushMillis) {
        public Times {
            positive("connectMillis", connectMillis);
            positive("answerMillis", answerMillis);
            positive("pingSeconds", pingSeconds);
            positive("pongMillis", pongMillis);
            positive("graceMillis", graceMillis);
            positive("flushMillis", flushMillis);
            if (pongMillis >= pingSeconds * 1_000) {
                throw new IllegalArgumentException("pongMillis must be shorter than the ping interval");
            }
        }
    }

    /// `openMax`: commands of one connection that are not answered yet; `inFlightMax`: those of them that
    /// the back end has at a time; `refusalsMax`: refused for want of a place without a pause, before the
    /// connection is closed.
    public record Commands(int openMax, int inFlightMax, int refusalsMax) {
        public Commands {
            positive("openMax", openMax);
            positive("inFlightMax", inFlightMax);
            positive("refusalsMax", refusalsMax);
        }
    }

    /// `queueBytesMax` and `queueEntriesMax`: pushes that wait beyond the transport's own queue;
    /// `queueHardBytesMax`: replies included, above it the connection is closed as slow; `frameBytesMax`:
    /// how much of what gathered goes out as one frame (a single larger message does, too).
    public record Outgoing(int queueBytesMax, int queueEntriesMax, int queueHardBytesMax, int frameBytesMax) {
        public Outgoing {
            positive("queueBytesMax", queueBytesMax);
            positive("queueEntriesMax", queueEntriesMax);
            positive("frameBytesMax", frameBytesMax);
            if (queueHardBytesMax < queueBytesMax) {
                throw new IllegalArgumentException("queueHardBytesMax must be at least queueBytesMax");
            }
        }
    }

    /// `nameBytesMax`: of a channel; `subscriptionsMax`: channels of one session, the server's included.
    public record Channels(int nameBytesMax, int subscriptionsMax) {
        public Channels {
            positive("nameBytesMax", nameBytesMax);
            positive("subscriptionsMax", subscriptionsMax);
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, is " + value);
        }
    }
}
