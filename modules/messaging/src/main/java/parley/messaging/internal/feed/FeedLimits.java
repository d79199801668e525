package parley.messaging.internal.feed;

/// Bounds of what waits to be passed on: hints and bytes per conversation, bytes in all, and reads of
/// the log at once. What is over is read from the log later, not lost.
public record FeedLimits(int inboxHintsMax, long inboxBytesMax, long totalBytesMax, int fillsMax) {}
