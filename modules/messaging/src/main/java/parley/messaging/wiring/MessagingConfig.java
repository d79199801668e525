package parley.messaging.wiring;

import java.time.Duration;
import parley.messaging.internal.feed.FeedLimits;
import parley.messaging.internal.member.RevisionLimits;
import parley.messaging.internal.poll.PollLimits;

/// What an operator sets of conversations. Each part refuses a value outside its bounds with a sentence
/// that names the key, the bound and the value.
///
/// A group has at most `groupMembersMax` members, and one call founds a group with or adds at most
/// `membersPerCallMax`; one who is in `conversationsPerAccountMax` conversations creates no more.
/// `cachedMembersMax` standings (sends, access) and `cachedMembershipsMax` memberships (connects) are
/// remembered. `syncOverlap`: how much a `sync` looks back behind its cursor; longer than any
/// transaction of the log may last.
public record MessagingConfig(
        int groupMembersMax,
        int membersPerCallMax,
        int conversationsPerAccountMax,
        int cachedMembersMax,
        int cachedMembershipsMax,
        Duration syncOverlap,
        FeedBounds feeds,
        PollBounds polls,
        RevisionBounds revisions) {

    public MessagingConfig {
        within("messaging.group-members-max", groupMembersMax, 2, 100_000);
        within("messaging.members-per-call-max", membersPerCallMax, 1, 1_000);
        within("messaging.conversations-per-account-max", conversationsPerAccountMax, 1, 2_000);
        within("messaging.cached-members-max", cachedMembersMax, 0, 100_000_000);
        within("messaging.cached-memberships-max", cachedMembershipsMax, 0, 100_000_000);
        if (syncOverlap.toSeconds() < 10 || syncOverlap.toSeconds() > 600) {
            throw new IllegalArgumentException(
                    "messaging.sync-overlap must be between 10 s and 600 s, not " + syncOverlap.toSeconds() + " s");
        }
    }

    public static MessagingConfig defaults() {
        return new MessagingConfig(
                10_000,
                1_000,
                2_000,
                200_000,
                1_000_000,
                Duration.ofSeconds(15),
                FeedBounds.defaults(),
                PollBounds.defaults(),
                RevisionBounds.defaults());
    }

    /// The same with other bounds of changes of messages.
    public MessagingConfig withRevisions(RevisionBounds other) {
        return new MessagingConfig(
                groupMembersMax,
                membersPerCallMax,
                conversationsPerAccountMax,
                cachedMembersMax,
                cachedMembershipsMax,
                syncOverlap,
                feeds,
                polls,
                other);
    }

    /// The same with other polls.
    public MessagingConfig withPolls(PollBounds other) {
        return new MessagingConfig(
                groupMembersMax,
                membersPerCallMax,
                conversationsPerAccountMax,
                cachedMembersMax,
                cachedMembershipsMax,
                syncOverlap,
                feeds,
                other,
                revisions);
    }

    /// How messages may change: their author edits them for `editWindow` after the sending and at most
    /// `editsPerMessageMax` times; they get at most `emojiPerMessageMax` different reactions.
    public record RevisionBounds(Duration editWindow, int editsPerMessageMax, int emojiPerMessageMax) {
        public RevisionBounds {
            if (editWindow.isNegative() || editWindow.toDays() > 36_500) {
                throw new IllegalArgumentException("messaging.edit-window must be between 0 s and 36500 days, not "
                        + editWindow.toSeconds() + " s");
            }
            within("messaging.edits-per-message-max", editsPerMessageMax, 1, 10_000);
            within("messaging.emoji-per-message-max", emojiPerMessageMax, 1, 256);
        }

        public static RevisionBounds defaults() {
            return new RevisionBounds(Duration.ofHours(24), 1_000, 32);
        }

        RevisionLimits limits() {
            return new RevisionLimits(editWindow, editsPerMessageMax, emojiPerMessageMax);
        }
    }

    /// What may wait to be passed on to sessions: per conversation `inboxHintsMax` hints and
    /// `inboxBytesMax` bytes, `totalBytesMax` bytes in all; what is over is read from the log, by at
    /// most `fillsMax` reads at once.
    public record FeedBounds(int inboxHintsMax, long inboxBytesMax, long totalBytesMax, int fillsMax) {
        public FeedBounds {
            within("messaging.feed-inbox-hints-max", inboxHintsMax, 1, 10_000);
            within("messaging.feed-inbox-bytes-max", inboxBytesMax, 65_536, 1L << 30);
            within("messaging.feed-total-bytes-max", totalBytesMax, 65_536, 1L << 36);
            within("messaging.feed-fills-max", fillsMax, 1, 64);
        }

        public static FeedBounds defaults() {
            return new FeedBounds(256, 1 << 20, 64 << 20, 8);
        }

        FeedLimits limits() {
            return new FeedLimits(inboxHintsMax, inboxBytesMax, totalBytesMax, fillsMax);
        }
    }

    /// How the database is asked what other nodes changed: every `interval`, and every `fastInterval`
    /// while hints may be lost, what changed since the last time and `overlap` before it; every
    /// `longInterval` what changed within `longOverlap`. One statement returns at most `rowsMax` rows;
    /// more are read at once by further ones. `overlap` is longer than the database lets a transaction
    /// of the log be idle, and a little. A node is not ready once its own commits have not come back to
    /// it for `failingMax`.
    public record PollBounds(
            Duration interval,
            Duration fastInterval,
            Duration overlap,
            Duration longInterval,
            Duration longOverlap,
            int rowsMax,
            Duration failingMax) {
        public PollBounds {
            within("messaging.poll-interval", interval, 1_000, 60_000);
            within("messaging.poll-fast-interval", fastInterval, 100, 10_000);
            within("messaging.poll-overlap", overlap, 1_000, 120_000);
            within("messaging.poll-long-interval", longInterval, 10_000, 600_000);
            within("messaging.poll-long-overlap", longOverlap, 60_000, 3_600_000);
            within("messaging.poll-rows-max", rowsMax, 10, 10_000);
            within("messaging.loop-failing-max", failingMax, 5_000, 300_000);
        }

        public static PollBounds defaults() {
            return new PollBounds(
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(8),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    1_000,
                    Duration.ofSeconds(10));
        }

        PollLimits limits() {
            return new PollLimits(interval, fastInterval, overlap, longInterval, longOverlap, rowsMax, failingMax);
        }
    }

    private static void within(String key, Duration value, long leastMillis, long mostMillis) {
        if (value.toMillis() < leastMillis || value.toMillis() > mostMillis) {
            throw new IllegalArgumentException("%s must be between %d ms and %d ms, not %d ms"
                    .formatted(key, leastMillis, mostMillis, value.toMillis()));
        }
    }

    private static void within(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, not %d".formatted(key, least, most, value));
        }
    }
}
