package parley.messaging.internal.poll;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import parley.cluster.Bus;
import parley.history.History;
import parley.history.History.Changed;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.kernel.Probe;
import parley.kernel.Unavailable;
import parley.messaging.internal.feed.FeedParts;
import parley.messaging.internal.feed.FeedWatch;
import parley.messaging.internal.feed.Fence;
import parley.messaging.internal.feed.LocalFeeds;

/// Asks the database again and again what changed, and hands the feeds what no hint brought: so delivery
/// does not depend on the bus, which only makes it faster. Costs what changed, not what exists: of a
/// conversation that nobody here follows, or whose feed has passed what was found, nothing but a look in
/// memory.
///
/// Runs until it is closed; one look at a time.
public final class Poll implements Probe, FeedWatch, AutoCloseable {
    /// What is younger may be on its way over the bus: it is looked at again after so long.
    private static final Duration UNDER_WAY = Duration.ofMillis(250);

    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(4);
    private static final int THREADS = 3;

    private static final Logger LOG = System.getLogger(Poll.class.getName());

    private final Parts parts;
    private final PollLimits limits;
    private final LongSupplier nanos;
    private final PollPace pace;
    private final OwnLoop loop;
    private final ChangedMembers members;
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private final AtomicBoolean hasFound = new AtomicBoolean();
    private final AtomicBoolean isFailing = new AtomicBoolean();
    private final AtomicLong gapsBefore = new AtomicLong();
    private final AtomicLong succeededAt;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(
            THREADS, Thread.ofVirtual().name("messaging-poll-", 0).factory());

    /// What it works with. `changed` is told whose membership changed; the fence is the feeds'.
    public record Parts(
            Database database,
            History history,
            Bus bus,
            FeedParts feed,
            Fence fence,
            LocalFeeds.MembersChanged changed,
            PollMetrics metrics) {
        LocalFeeds feeds() {
            return feed.feeds();
        }
    }

    private Poll(Parts parts, PollLimits limits, LongSupplier nanos) {
        this.parts = parts;
        this.limits = limits;
        this.nanos = nanos;
        this.pace = new PollPace(limits, parts.bus().isShared(), nanos.getAsLong());
        this.loop = new OwnLoop(parts.database(), parts.feed().hints()::beat, nanos, limits.failingMax());
        this.members = new ChangedMembers(parts, limits.rowsMax());
        this.succeededAt = new AtomicLong(nanos.getAsLong());
    }

    /// Begins to look. On a bus that is shared it goes on for ever; else for as long as commits of a
    /// process before this one may come.
    public static Poll start(Parts parts, PollLimits limits) {
        Poll poll = new Poll(parts, limits, System::nanoTime);
        parts.feeds().watchedBy(poll);
        poll.every(TICK, poll::turn);
        if (parts.bus().isShared()) {
            poll.every(TICK, poll::tick);
            poll.every(OwnLoop.EVERY, poll::beat);
        }
        return poll;
    }

    private void every(Duration period, Runnable task) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error bug) {
                        LOG.log(Level.ERROR, "the poll failed and goes on", bug);
                    }
                },
                0,
                period.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public void missed() {
        // The next turn is a moment away, and more of the kind may come until then.
        isAsked.set(true);
    }

    @Override
    public void heard(long node, long beat) {
        loop.heard(node, beat);
    }

    private void tick() {
        if (parts.fence().tick()) {
            LOG.log(Level.WARNING, "this node stood still; it asks what changed before it passes anything on");
            missed();
        }
    }

    private void beat() {
        try {
            loop.beat();
        } catch (Unavailable away) {
            LOG.log(Level.DEBUG, "the database is away; no beat", away);
        }
    }

    private void turn() {
        if (pace.isOver(nanos.getAsLong())) {
            timer.shutdown();
            return;
        }
        if (parts.bus().isShared() && loop.isStalled()) {
            pace.unsettle(nanos.getAsLong());
        }
        boolean isOdd = !parts.bus().isSteady()
                || loop.isSilent()
                || hasFound.get()
                || parts.feeds().polledGaps() != gapsBefore.get();
        if (pace.isDue(nanos.getAsLong(), isOdd, isAsked.get())) {
            isAsked.set(false);
            look();
        }
    }

    private void look() {
        long began = nanos.getAsLong();
        long raises = parts.fence().raises();
        hasFound.set(false);
        gapsBefore.set(parts.feeds().polledGaps());
        try {
            long waited = lookAt(began);
            pace.succeeded(nanos.getAsLong(), nanos.getAsLong() - began - waited);
            succeededAt.set(nanos.getAsLong());
            parts.fence().lower(raises);
            if (isFailing.getAndSet(false)) {
                LOG.log(Level.INFO, "the database answers the poll again");
            }
        } catch (Unavailable away) {
            pace.failed(nanos.getAsLong());
            parts.metrics().failed();
            if (!timer.isShutdown() && !isFailing.getAndSet(true)) {
                LOG.log(Level.WARNING, "the database does not answer the poll, which tries again", away);
            }
        } finally {
            parts.metrics().looked(nanos.getAsLong() - began);
        }
    }

    /// Answers for how long it waited for what may be under way.
    private long lookAt(long began) {
        Database database = parts.database();
        long now = database.read(connection -> PollRows.now(connection, database.dialect()));
        PollPace.Span span = pace.begin(now, began);
        List<Changed> young = heads(span, now);
        boolean isOwing = members.find(span);
        long waited = 0;
        if (!young.isEmpty() || isOwing) {
            waited = UNDER_WAY.toNanos();
            LockSupport.parkNanos(waited);
            young.forEach(each -> polled(each, now));
        }
        if (members.settle() > 0) {
            hasFound.set(true);
        }
        if (parts.bus().isShared()) {
            loop.poll();
        }
        return waited;
    }

    /// Hands on what is behind; answers what may be under way.
    private List<Changed> heads(PollPace.Span span, long now) {
        List<Changed> young = new ArrayList<>();
        long from = span.from();
        long after = 0;
        while (true) {
            List<Changed> page = parts.history().changed(from, span.to(), after, limits.rowsMax());
            parts.metrics().readHeads(page.size());
            for (Changed each : page) {
                if (parts.feeds()
                        .mayBeBehind(each.head().conversation(), each.head().head())) {
                    if (now - each.changedAt() < UNDER_WAY.toMillis()) {
                        young.add(each);
                    } else {
                        polled(each, now);
                    }
                }
            }
            if (page.size() < limits.rowsMax() || timer.isShutdown()) {
                return young;
            }
            from = page.getLast().changedAt();
            after = page.getLast().head().conversation().value();
        }
    }

    private void polled(Changed changed, long now) {
        ConversationId conversation = changed.head().conversation();
        if (parts.feeds().mayBeBehind(conversation, changed.head().head())) {
            parts.metrics().gap(now - changed.changedAt());
            parts.feeds().polled(conversation, changed.head().head());
        }
    }

    @Override
    public String name() {
        return "delivery";
    }

    @Override
    public Health check() {
        if (!parts.bus().isShared()) {
            return Health.up();
        }
        Health loops = loop.check();
        Duration unseen = Duration.ofNanos(nanos.getAsLong() - succeededAt.get());
        boolean isBlind = unseen.compareTo(limits.failingMax()) > 0;
        if (loops.status() == Health.Status.DOWN || !isBlind) {
            return loops;
        }
        String reason = "the database was not asked for " + unseen.toSeconds() + " s what other nodes committed";
        return parts.bus().isSteady() ? Health.degraded(reason) : Health.down(reason);
    }

    /// Ends it. A look under way is not interrupted, which an embedded database takes amiss, but waited
    /// for.
    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(Level.WARNING, "the poll still looks {0} ms after it was told to end", ENDS_WITHIN.toMillis());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
