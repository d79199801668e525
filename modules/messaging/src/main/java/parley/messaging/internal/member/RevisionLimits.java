package parley.messaging.internal.member;

import java.time.Duration;

/// How long after its sending a message may be edited, how often in all, and how many different emoji it
/// may get.
public record RevisionLimits(Duration editWindow, int editsMax, int emojiMax) {}
