package parley.messaging.wiring;

import java.time.Duration;

/// How deleted accounts go from conversations: from `after` their deletion on, when every node knows of
/// it and nothing of theirs is under way any more, at most `tracesPerSecond` messages, reactions,
/// memberships and the like of one account.
public record ForgettingConfig(Duration after, int tracesPerSecond) {
    public ForgettingConfig {
        if (after.toMillis() < 1_000 || after.toDays() > 7) {
            throw new IllegalArgumentException(
                    "messaging.forget-after must be between 1 s and 7 days, not " + after.toMillis() + " ms");
        }
        if (tracesPerSecond < 1 || tracesPerSecond > 500) {
            throw new IllegalArgumentException(
                    "messaging.forget-traces-per-second must be between 1 and 500, not " + tracesPerSecond);
        }
    }

    /// After a minute; 100 a second.
    public static ForgettingConfig defaults() {
        return new ForgettingConfig(Duration.ofMinutes(1), 100);
    }
}
