package parley.messaging.internal.feed;

/// Bounds of what waits to be passed on: hints and bytes per conversation, bytes in all, and reads of
/// the log at once. What is over is read from the log later, not lost.
public record FeedLimits(int inboxHintsMax, long inboxBytesMax, long totalBytesMax, int fillsMax) {
    public FeedLimits {
        if (inboxHintsMax < 1 || inboxBytesMax < 1 || totalBytesMax < 1 || fillsMax < 1) {
            throw new IllegalArgumentException("limits of the feeds must be positive");
        }
    }

    public static FeedLimits defaults() {
        return new FeedLimits(256, 1 << 20, 64 << 20, 8);
    }
}
