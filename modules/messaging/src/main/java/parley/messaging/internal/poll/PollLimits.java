package parley.messaging.internal.poll;

import java.time.Duration;

/// How often and how far back the database is asked what changed, see `MessagingConfig.PollBounds`.
public record PollLimits(
        Duration interval,
        Duration fastInterval,
        Duration overlap,
        Duration longInterval,
        Duration longOverlap,
        int rowsMax,
        Duration failingMax) {}
