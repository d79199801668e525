package parley.sessions.internal.presence;

/// Bounds of events that may be lost. In conversations with more than `membersMax` members they are
/// counts. `eventsPerSecond`: pushes of the node; `sessionEventsPerSecond`: of one session, twice as
/// many at once; `graceMillis`: how long an account stays online after its last session.
public record PresenceLimits(int membersMax, int eventsPerSecond, int sessionEventsPerSecond, int graceMillis) {
    public static final PresenceLimits DEFAULT = new PresenceLimits(100, 20_000, 20, 10_000);

    /// One account's typing in one conversation is passed on once in this time.
    static final int TYPING_MILLIS = 3_000;

    /// (account, conversation) pairs whose typing is remembered for that.
    static final int TYPING_MAX = 50_000;

    /// One account's marker in one conversation is passed on once in this time.
    static final int MARKER_MILLIS = 2_000;

    /// (account, conversation) pairs whose marker waits or was passed on that lately.
    static final int MARKERS_MAX = 50_000;

    /// How many are online in a large group is told once in this time, how many type once in
    /// [#TYPING_MILLIS].
    static final int COUNT_MILLIS = 10_000;

    /// Large groups whose count waits or was told that lately.
    static final int COUNTS_MAX = 10_000;

    /// Accounts of one large group that type and are counted.
    static final int TYPISTS_MAX = 1_000;

    /// Accounts that left within the grace, and changes that wait to be told.
    static final int CHANGES_MAX = 200_000;

    /// Accounts of all nodes together that a node knows to be online.
    static final int EVERYWHERE_MAX = 200_000;

    /// A node tells all that are online there once in this time, so many in one signal (16 KiB at most),
    /// and so many signals in one tick.
    static final int ROLL_MILLIS = 30_000;

    /// A node that did not tick for so long calls its roll when it does: the others may have given it up.
    static final int STOOD_STILL_MILLIS = 1_500;

    /// A node's share in a large group counts for so long after it was told.
    static final int SHARE_GOOD_MILLIS = 3 * ROLL_MILLIS;

    static final int ROLL_PART_ACCOUNTS = 1_900;

    static final int ROLL_PARTS_PER_TICK = 2;

    /// Changes that one tick tells of this node, and of others: each may cost a statement.
    static final int CHANGES_PER_TICK_MAX = 100;

    /// Conversations that are named when a change is told to other nodes; with more they look
    /// themselves.
    static final int NAMED_MAX = 200;

    /// Typing of other nodes that waits for the next tick.
    static final int TYPING_WAITING_MAX = 10_000;

    /// Events that wait for one session's rate, and for those of all sessions.
    static final int SESSION_WAITING_MAX = 256;

    static final int WAITING_MAX = 200_000;

    /// Sessions that are looked at for one push: what is looked at counts too.
    static final int LOOKS_PER_PUSH = 16;
}
