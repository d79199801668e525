package parley.verify;

import java.time.Duration;

/// What the checker asks beside order and completeness. `acknowledgedMin` messages at least;
/// `sendsPerFaultMin` of them begun during each fault; `inTime` is how long an entry may take to a
/// device that is connected, an answer to a sender, and a device to be back, counted from the end of the
/// last fault.
public record Bounds(int acknowledgedMin, int sendsPerFaultMin, Duration inTime) {
    public static final Bounds USUAL = new Bounds(50, 100, Duration.ofSeconds(5));
}
