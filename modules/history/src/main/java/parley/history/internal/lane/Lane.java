package parley.history.internal.lane;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import parley.history.AppendResult;
import parley.history.internal.lane.LaneTransaction.Attempt;
import parley.kernel.Dialect;

/// One writer lane: takes what waits, commits it as one transaction, answers, again. All its work is
/// done by one thread, which survives every fault.
final class Lane implements Runnable {
    private static final Logger LOG = System.getLogger(Lane.class.getName());
    private static final int RETRIES_MAX = 3;
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final LaneQueue queue;
    private final LaneSession session;
    private final LaneTransaction transaction;
    private final Events events;
    private boolean isAway;

    /// What a lane tells the rest of the module, on its own thread.
    interface Events {
        /// The entries are durable; called before the senders are answered.
        void committed(List<AppendResult.Committed> committed);

        /// A transaction ended well.
        void finished(int appends, long nanos);
    }

    Lane(LaneQueue queue, LaneSession session, LaneTransaction transaction, Events events) {
        this.queue = queue;
        this.session = session;
        this.transaction = transaction;
        this.events = events;
    }

    @Override
    public void run() {
        // MySQL ends an idle session after seconds, and a server may have been replaced by one that lacks entries.
        long idleNanos =
                Duration.ofSeconds(session.dialect() == Dialect.H2 ? 60 : 2).toNanos();
        while (!queue.isFinished()) {
            try {
                List<Pending> batch = queue.take(idleNanos);
                if (batch.isEmpty()) {
                    transaction.idle();
                } else {
                    settle(batch);
                }
            } catch (RuntimeException | Error fault) {
                LOG.log(Level.ERROR, "a writer lane met a fault and goes on", fault);
            } catch (InterruptedException stopped) {
                queue.close();
            }
        }
        session.close();
    }

    /// Runs `batch` until each of it is answered, by this thread or by the ticker.
    private void settle(List<Pending> batch) {
        int retries = 0;
        while (isReady(batch)) {
            List<Pending> taken = takeAll(batch);
            if (taken.isEmpty()) {
                return;
            }
            long began = System.nanoTime();
            switch (transaction.run(items(taken))) {
                case Attempt.Done done -> {
                    announce(done.plan(), taken, began);
                    return;
                }
                case Attempt.InDoubt doubt -> {
                    if (wasCommitted(doubt, taken)) {
                        announce(doubt.plan(), taken, began);
                        return;
                    }
                    taken.forEach(Pending::release);
                }
                case Attempt.NotDone not -> {
                    taken.forEach(Pending::release);
                    retries++;
                    if (!mayRunAgain(not, retries, taken)) {
                        return;
                    }
                }
            }
        }
    }

    /// Waits for the database. Nothing of `batch` is under way meanwhile, so that whose time is over can be
    /// told that it was not written. False when nothing of it is left.
    private boolean isReady(List<Pending> batch) {
        for (int tries = 1; ; tries++) {
            Attempt.NotDone not = transaction.open();
            if (not == null) {
                return true;
            }
            List<Pending> waiting =
                    batch.stream().filter(each -> !each.isAnswered()).toList();
            if (waiting.isEmpty() || !mayRunAgain(not, tries, waiting)) {
                return false;
            }
        }
    }

    /// What to do about a transaction that did not happen: true = run the same batch again.
    private boolean mayRunAgain(Attempt.NotDone not, int retries, List<Pending> batch) {
        switch (not.fault()) {
            case RETRY -> {
                if (retries <= RETRIES_MAX) {
                    LaneSession.pause(ThreadLocalRandom.current().nextLong(1_000_000, 10_000_000) * retries);
                    return true;
                }
                return busy(batch, not.cause());
            }
            case LOST -> {
                if (queue.isClosed()) {
                    return busy(batch, not.cause());
                }
                away(not.cause());
                return true;
            }
            case UNABLE -> {
                return busy(batch, not.cause());
            }
            case REFUSED -> {
                return refused(batch, retries, not.cause());
            }
        }
        return false;
    }

    /// One of the batch is at fault: its halves, in order, until the culprit is alone, and only that
    /// fails. (One by one would end the same, after as many transactions as there are appends.) A fault
    /// that came once and not again is nobody's, so one alone is tried twice.
    private boolean refused(List<Pending> batch, int retries, Throwable cause) {
        if (batch.size() > 1) {
            LOG.log(Level.DEBUG, "a batch was refused and is committed in parts", cause);
            int half = batch.size() / 2;
            settle(batch.subList(0, half));
            settle(batch.subList(half, batch.size()));
            return false;
        }
        if (retries <= 1) {
            return true;
        }
        String errorId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.log(
                Level.ERROR,
                "append refused, error " + errorId + ", conversation "
                        + batch.getFirst().item().conversation(),
                cause);
        batch.getFirst().answer(new AppendResult.Failed(errorId));
        return false;
    }

    private static boolean busy(List<Pending> batch, Throwable cause) {
        LOG.log(Level.WARNING, "the database cannot write now, " + batch.size() + " appends answered busy", cause);
        batch.forEach(pending -> pending.answer(new AppendResult.Busy()));
        return false;
    }

    /// Looks the outcome of a commit up, for as long as that takes; a lane that closes leaves it open
    /// once all of `taken` were told [AppendResult.Unknown].
    private boolean wasCommitted(Attempt.InDoubt doubt, List<Pending> taken) {
        LOG.log(Level.WARNING, "the outcome of a commit is unknown and is looked up", doubt.cause());
        while (true) {
            try {
                boolean isCommitted = transaction.isCommitted(doubt.plan(), doubt.batch());
                isAway = false;
                return isCommitted;
            } catch (SQLException | RuntimeException fault) {
                if (queue.isClosed() && taken.stream().allMatch(Pending::isAnswered)) {
                    return false;
                }
                away(fault);
            }
        }
    }

    /// A connection alone may be gone: the first try is at once, further ones after a pause.
    private void away(Throwable cause) {
        if (isAway) {
            LaneSession.pause(PAUSE_NANOS);
        } else {
            isAway = true;
            LOG.log(Level.WARNING, "a writer lane lost the database and tries again", cause);
        }
    }

    private void announce(Plan plan, List<Pending> taken, long began) {
        isAway = false;
        events.finished(taken.size(), System.nanoTime() - began);
        if (!plan.writesNothing()) {
            try {
                events.committed(plan.committed());
            } catch (RuntimeException | Error fault) {
                LOG.log(Level.ERROR, "a listener of commits failed", fault);
            }
        }
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).answer(plan.results().get(i));
        }
    }

    private static List<Pending> takeAll(List<Pending> batch) {
        List<Pending> taken = new ArrayList<>(batch.size());
        for (Pending pending : batch) {
            if (pending.take()) {
                taken.add(pending);
            }
        }
        return taken;
    }

    private static List<Item> items(List<Pending> batch) {
        return batch.stream().map(Pending::item).toList();
    }
}
