package parley.sessions.internal.chat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// How long a sender waits for the acknowledgement. Thread-safe.
final class SendTimes {
    private final Timer acknowledged;

    SendTimes(MeterRegistry metrics) {
        this.acknowledged = Timer.builder("parley.sends.acknowledged")
                .description("From the beginning of a send to its acknowledgement")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4))
                .register(metrics);
    }

    /// A send that began at `began` (of `System.nanoTime()`) is acknowledged.
    void acknowledged(long began) {
        acknowledged.record(Duration.ofNanos(System.nanoTime() - began));
    }
}
