package parley.app.config;

import java.time.Duration;
import java.util.List;
import parley.app.exit.Failure;
import parley.messaging.wiring.ForgettingConfig;
import parley.messaging.wiring.MessagingConfig;

/// The keys of the module `messaging` and the record they make.
final class MessagingKeys {
    static final Key<Integer> GROUP_MEMBERS_MAX = Key.whole("messaging.group-members-max", 10_000, 2, 100_000);
    static final Key<Integer> MEMBERS_PER_CALL_MAX = Key.whole("messaging.members-per-call-max", 1_000, 1, 1_000);
    static final Key<Integer> CONVERSATIONS_PER_ACCOUNT_MAX =
            Key.whole("messaging.conversations-per-account-max", 2_000, 1, 2_000);
    static final Key<Integer> CACHED_MEMBERS_MAX = Key.whole("messaging.cached-members-max", 200_000, 0, 100_000_000);
    static final Key<Integer> CACHED_MEMBERSHIPS_MAX =
            Key.whole("messaging.cached-memberships-max", 1_000_000, 0, 100_000_000);
    static final Key<Duration> SYNC_OVERLAP = Key.time("messaging.sync-overlap", "15s", "10s", "10m");
    static final Key<Integer> FEED_INBOX_HINTS_MAX = Key.whole("messaging.feed-inbox-hints-max", 256, 1, 10_000);
    static final Key<Integer> FEED_INBOX_BYTES_MAX =
            Key.whole("messaging.feed-inbox-bytes-max", 1_048_576, 65_536, 1_073_741_824);
    static final Key<Integer> FEED_TOTAL_BYTES_MAX =
            Key.whole("messaging.feed-total-bytes-max", 67_108_864, 65_536, 2_147_483_647);
    static final Key<Integer> FEED_FILLS_MAX = Key.whole("messaging.feed-fills-max", 8, 1, 64);
    static final Key<Duration> POLL_INTERVAL = Key.time("messaging.poll-interval", "4s", "1s", "60s");
    static final Key<Duration> POLL_FAST_INTERVAL = Key.time("messaging.poll-fast-interval", "1s", "100ms", "10s");
    static final Key<Duration> POLL_OVERLAP = Key.time("messaging.poll-overlap", "8s", "1s", "2m");
    static final Key<Duration> POLL_LONG_INTERVAL = Key.time("messaging.poll-long-interval", "30s", "10s", "10m");
    static final Key<Duration> POLL_LONG_OVERLAP = Key.time("messaging.poll-long-overlap", "10m", "1m", "60m");
    static final Key<Integer> POLL_ROWS_MAX = Key.whole("messaging.poll-rows-max", 1_000, 10, 10_000);
    static final Key<Duration> LOOP_FAILING_MAX = Key.time("messaging.loop-failing-max", "10s", "5s", "5m");

    static final Key<Duration> EDIT_WINDOW = Key.time("messaging.edit-window", "24h", "0s", "36500d");
    static final Key<Integer> EDITS_PER_MESSAGE_MAX = Key.whole("messaging.edits-per-message-max", 1_000, 1, 10_000);
    static final Key<Integer> EMOJI_PER_MESSAGE_MAX = Key.whole("messaging.emoji-per-message-max", 32, 1, 256);

    static final Key<Duration> FORGET_AFTER = Key.time("messaging.forget-after", "1m", "1s", "7d");
    static final Key<Integer> FORGET_TRACES_PER_SECOND = Key.whole("messaging.forget-traces-per-second", 100, 1, 500);

    private MessagingKeys() {}

    static List<Key<?>> all() {
        return List.of(
                GROUP_MEMBERS_MAX,
                MEMBERS_PER_CALL_MAX,
                CONVERSATIONS_PER_ACCOUNT_MAX,
                CACHED_MEMBERS_MAX,
                CACHED_MEMBERSHIPS_MAX,
                SYNC_OVERLAP,
                FEED_INBOX_HINTS_MAX,
                FEED_INBOX_BYTES_MAX,
                FEED_TOTAL_BYTES_MAX,
                FEED_FILLS_MAX,
                POLL_INTERVAL,
                POLL_FAST_INTERVAL,
                POLL_OVERLAP,
                POLL_LONG_INTERVAL,
                POLL_LONG_OVERLAP,
                POLL_ROWS_MAX,
                LOOP_FAILING_MAX,
                EDIT_WINDOW,
                EDITS_PER_MESSAGE_MAX,
                EMOJI_PER_MESSAGE_MAX,
                FORGET_AFTER,
                FORGET_TRACES_PER_SECOND);
    }

    static ForgettingConfig forgetting(Settings settings) {
        return new ForgettingConfig(settings.get(FORGET_AFTER), settings.get(FORGET_TRACES_PER_SECOND));
    }

    private static MessagingConfig.PollBounds polls(Settings settings) {
        Duration idle = settings.get(HistoryKeys.IDLE_TRANSACTION_MAX);
        if (settings.get(POLL_OVERLAP).compareTo(idle) <= 0) {
            throw new Failure("messaging.poll-overlap must be more than history.idle-transaction-max, which is "
                    + idle.toSeconds() + " s, or polls would miss commits that took so long.");
        }
        return new MessagingConfig.PollBounds(
                settings.get(POLL_INTERVAL),
                settings.get(POLL_FAST_INTERVAL),
                settings.get(POLL_OVERLAP),
                settings.get(POLL_LONG_INTERVAL),
                settings.get(POLL_LONG_OVERLAP),
                settings.get(POLL_ROWS_MAX),
                settings.get(LOOP_FAILING_MAX));
    }

    static MessagingConfig config(Settings settings) {
        try {
            return new MessagingConfig(
                    settings.get(GROUP_MEMBERS_MAX),
                    settings.get(MEMBERS_PER_CALL_MAX),
                    settings.get(CONVERSATIONS_PER_ACCOUNT_MAX),
                    settings.get(CACHED_MEMBERS_MAX),
                    settings.get(CACHED_MEMBERSHIPS_MAX),
                    settings.get(SYNC_OVERLAP),
                    new MessagingConfig.FeedBounds(
                            settings.get(FEED_INBOX_HINTS_MAX),
                            settings.get(FEED_INBOX_BYTES_MAX),
                            settings.get(FEED_TOTAL_BYTES_MAX),
                            settings.get(FEED_FILLS_MAX)),
                    polls(settings),
                    new MessagingConfig.RevisionBounds(
                            settings.get(EDIT_WINDOW),
                            settings.get(EDITS_PER_MESSAGE_MAX),
                            settings.get(EMOJI_PER_MESSAGE_MAX)));
        } catch (IllegalArgumentException bound) {
            throw new Failure(bound.getMessage() + ".");
        }
    }
}
