package parley.sessions.internal.limit;

/// How many commands may be under way on the node at once, found out by how long they take: it shrinks
/// while the mean delay is above the target, and grows back while it is not. Pure; time is an argument.
/// One thread.
///
/// The delay is how late commands begin and how long they take, so whatever is short shows in it: CPU,
/// writer lanes, the pool of database connections, the database itself. How long a command waits for
/// those that its own client sent before does not count. By Little's law the number under way is rate
/// times delay; so the number that keeps the delay at its target is the present one times target over
/// delay, and a step to it needs no search.
final class Window {
    private static final double SHRINK_MOST = 0.5;
    private static final double GROWTH = 1.1;

    private final int least;
    private final int most;
    private final long targetMillis;
    private int size;
    private long calmUntil;

    /// Begins with `most`.
    Window(int least, int most, long targetMillis) {
        this.least = least;
        this.most = most;
        this.targetMillis = targetMillis;
        this.size = most;
    }

    int size() {
        return size;
    }

    /// To be called every tenth of a second with what was seen since: the most that was under way, and
    /// the mean delay of what ended (or, when nothing ended, how long that has been so).
    ///
    /// After a step down it waits until what was under way then has left: its delay says nothing of the
    /// new size. Below `least` under way nothing is shrunk: that is no queue, but single slow commands.
    void adapt(long nowMillis, int underWay, long delayMillis) {
        if (delayMillis <= targetMillis) {
            size = Math.min(most, (int) Math.ceil(size * GROWTH));
        } else if (underWay > least && nowMillis >= calmUntil) {
            double factor = Math.max(SHRINK_MOST, (double) targetMillis / delayMillis);
            size = Math.max(least, (int) (Math.min(size, underWay) * factor));
            calmUntil = nowMillis + delayMillis;
        }
    }
}
