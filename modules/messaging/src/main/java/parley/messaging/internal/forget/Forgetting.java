package parley.messaging.internal.forget;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import parley.accounts.Deletions;
import parley.accounts.Deletions.Job;
import parley.history.Traces.Sweep;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;

/// Removes what deleted accounts left in conversations, one account at a time, in bounded steps with a
/// rest after each. Every node runs one; the table of deletions gives each account to one of them, and
/// to another when that one died. One thread, until it is closed.
public final class Forgetting implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Forgetting.class.getName());

    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration HELD = Duration.ofSeconds(60);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final int STEP_TRACES_MAX = 64;
    private static final int SCAN_CONVERSATIONS = 500;

    private final Deletions deletions;
    private final Removal removal;
    private final Duration settled;
    private final int tracesPerSecond;
    private final Counter removed;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /// Takes up deletions that are `settled` old. At most `tracesPerSecond` messages, reactions,
    /// memberships and the like of an account are removed.
    public Forgetting(
            Deletions deletions, Removal removal, Duration settled, int tracesPerSecond, MeterRegistry registry) {
        this.deletions = deletions;
        this.removal = removal;
        this.settled = settled;
        this.tracesPerSecond = tracesPerSecond;
        this.removed = Counter.builder("parley_messaging_forgotten_traces")
                .description("Messages, reactions, memberships and the like of deleted accounts that were removed")
                .register(registry);
        this.thread = Thread.ofVirtual().name("messaging-forgetting").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        boolean wasGood = true;
        try {
            while (!stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                wasGood = turn(wasGood);
            }
        } catch (InterruptedException stop) {
            // Closed: somebody else takes up what is left.
        }
    }

    /// Works while there is work. False after a fault, of which the first in a row is logged.
    boolean turn(boolean log) throws InterruptedException {
        try {
            boolean again = true;
            while (again) {
                Optional<Job> job = deletions.take(settled, HELD);
                again = job.isPresent() && remove(job.get());
            }
            return true;
        } catch (RuntimeException fault) {
            if (log || !(fault instanceof Unavailable)) {
                LOG.log(Level.WARNING, "deleted accounts are not removed from conversations for now", fault);
            }
            return false;
        }
    }

    /// False when it was stopped. After a fault others have their turn first: it may be one of this job
    /// alone.
    private boolean remove(Job job) throws InterruptedException {
        Duration later = AFTER_FAULT;
        boolean isOver = false;
        try {
            isOver = removeAll(job);
            later = Duration.ZERO;
            return isOver;
        } finally {
            if (!isOver) {
                putDown(job, later);
            }
        }
    }

    private void putDown(Job job, Duration later) {
        try {
            deletions.putDown(job, later);
        } catch (Unavailable away) {
            LOG.log(Level.DEBUG, "somebody takes it up a minute later", away);
        }
    }

    /// True when it is done, or another node has it; false when this node stops.
    private boolean removeAll(Job job) throws InterruptedException {
        AccountId account = job.account();
        Turns turns = new Turns(job);
        turns.repeat(() -> removal.memberships(account, step()));
        boolean isLast = false;
        while (turns.goOn() && !isLast) {
            Sweep sweep = removal.sweep(account, turns.reached, SCAN_CONVERSATIONS);
            for (ConversationId conversation : sweep.found()) {
                turns.repeat(() -> removal.appends(account, conversation, step()));
            }
            turns.swept(sweep.reached());
            isLast = sweep.isLast();
        }
        turns.repeat(() -> removal.memberships(account, step()));
        turns.repeat(() -> removal.leftovers(account, step()));
        if (turns.goOn() && deletions.finish(job)) {
            LOG.log(Level.INFO, "account {0} is gone from all conversations", account.toString());
        }
        return !turns.isStopped;
    }

    private int step() {
        return Math.min(STEP_TRACES_MAX, tracesPerSecond);
    }

    /// The steps of one job, each noted and followed by a rest. Used by this object's thread alone.
    private final class Turns {
        private final Job job;
        private long reached;
        private boolean isStopped;
        private boolean isLost;

        Turns(Job job) {
            this.job = job;
            this.reached = job.reached();
        }

        boolean goOn() {
            return !isStopped && !isLost;
        }

        /// Repeats `step`, which answers how much it found, until it finds nothing.
        void repeat(IntSupplier step) throws InterruptedException {
            int found = 1;
            while (goOn() && found > 0) {
                long began = System.nanoTime();
                found = step.getAsInt();
                removed.increment(found);
                note(found, began);
            }
        }

        /// All conversations up to `conversation` are done, unless it was cut short.
        void swept(long conversation) throws InterruptedException {
            if (goOn()) {
                reached = conversation;
                note(0, System.nanoTime());
            }
        }

        /// The rest is as long as the step took, so that half of the time belongs to others, and as the
        /// rate asks for.
        private void note(int found, long began) throws InterruptedException {
            isLost = !deletions.note(job, reached, found, HELD);
            long took = System.nanoTime() - began;
            long rest = Math.max(took, found * TimeUnit.SECONDS.toNanos(1) / tracesPerSecond);
            isStopped = stopped.await(rest, TimeUnit.NANOSECONDS);
        }
    }

    /// Ends after the step that is under way.
    @Override
    public void close() {
        stopped.countDown();
        try {
            if (!thread.join(CLOSE_WITHIN)) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
