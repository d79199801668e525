package parley.sessions.internal.hub;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.kernel.Unavailable;
import parley.sessions.internal.protocol.Disconnects;

/// Reads a session's subscriptions level from the log, as fast as the client takes it, and ends when all
/// are level or the way out is full (then the session starts another once it has drained). Runs on a
/// virtual thread of its own; one per session at a time.
final class CatchUp implements Runnable {
    private static final Logger LOG = System.getLogger(CatchUp.class.getName());
    private static final int PAGE_ENTRIES = 100;
    private static final int EMPTY_READS_MAX = 5;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private final HubSession session;
    private final LogReader log;
    private final String epoch;
    private final Recalls recalls;
    private Duration pause = PAUSE_FIRST;
    private int emptyReads;

    CatchUp(HubSession session, LogReader log, String epoch, Recalls recalls) {
        this.session = session;
        this.log = log;
        this.epoch = epoch;
        this.recalls = recalls;
    }

    @Override
    public void run() {
        try {
            Subscription next = session.nextBehind();
            while (next != null) {
                next = step(next) ? session.nextBehind() : null;
            }
        } catch (RuntimeException | Error bug) {
            LOG.log(Level.ERROR, "catching up from the log failed", bug);
            session.disconnect(Disconnects.INTERNAL);
        }
    }

    private boolean step(Subscription subscription) {
        List<Entry> entries = read(subscription);
        if (entries == null) {
            rest();
            return true;
        }
        Batch read = entries.isEmpty() ? null : new Batch(subscription.conversation(), epoch, entries, recalls);
        if (session.level(subscription, read)) {
            emptyReads = 0;
            pause = PAUSE_FIRST;
            return true;
        }
        emptyReads++;
        if (emptyReads > EMPTY_READS_MAX) {
            LOG.log(Level.WARNING, "the log of {0} ends before what was announced", subscription.conversation());
            session.disconnect(Disconnects.INSUFFICIENT_STATE);
            return false;
        }
        rest();
        return true;
    }

    /// Null while the log cannot be read.
    private @Nullable List<Entry> read(Subscription subscription) {
        try {
            return log.after(subscription.conversation(), session.positionOf(subscription), PAGE_ENTRIES);
        } catch (Unavailable away) {
            return null;
        }
    }

    private void rest() {
        LockSupport.parkNanos(pause.toNanos());
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX;
    }
}
