package parley.sessions.internal.transport;

import java.time.Duration;

/// The bounds of every connection. `queueBytesMax` and `queueFramesMax` bound what waits to be sent to
/// one peer; `messageBytesMax` bounds one received message (sum of its fragments), `fragmentsMax` the
/// number of its frames, `controlFramesPerSecondMax` the native pings that are answered.
public record TransportLimits(
        int messageBytesMax,
        int fragmentsMax,
        int queueBytesMax,
        int queueFramesMax,
        int controlFramesPerSecondMax,
        Duration handshakeWithin,
        Duration closeWithin,
        Duration writeStalledMax) {

    public static final TransportLimits DEFAULT = new TransportLimits(
            256 * 1024,
            1024,
            128 * 1024,
            128,
            100,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(33));

    public TransportLimits {
        atLeast("messageBytesMax", messageBytesMax, 125);
        atLeast("fragmentsMax", fragmentsMax, 1);
        atLeast("queueBytesMax", queueBytesMax, 1024);
        atLeast("queueFramesMax", queueFramesMax, 1);
        atLeast("controlFramesPerSecondMax", controlFramesPerSecondMax, 1);
        positive("handshakeWithin", handshakeWithin);
        positive("closeWithin", closeWithin);
        positive("writeStalledMax", writeStalledMax);
    }

    private static void atLeast(String name, int value, int min) {
        if (value < min) {
            throw new IllegalArgumentException(name + " must be at least " + min + ", is " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, is " + value);
        }
    }
}
