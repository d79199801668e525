package parley.messaging.internal.feed;

import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;
import parley.history.Entry;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Probe;
import parley.messaging.FeedListener;
import parley.messaging.Feeds;
import parley.messaging.PersonalEvent;

/// The feeds of this node: hints come in from the bus, go to the slot of their conversation, and a
/// worker on a virtual thread passes on what the slot's [Feed] says, one at a time per conversation.
/// Thread-safe; the bus is never kept waiting.
public final class LocalFeeds implements Feeds, Bus.Listener, AutoCloseable {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(2);

    /// Hints of other nodes come some milliseconds after those of this one; one that is later is lost.
    private static final long PATIENCE_NANOS = Duration.ofMillis(50).toNanos();

    private static final Logger LOG = System.getLogger(LocalFeeds.class.getName());

    private final HintCodec codec;
    private final FeedLimits limits;
    private final FeedPass.Sight sight;
    private final MembersChanged membersChanged;
    private final FeedMetrics metrics;
    private final LogReader log;
    private final SlotPassing passing;
    private final ConcurrentHashMap<ConversationId, Slot> slots = new ConcurrentHashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicReference<@Nullable Hub> hub = new AtomicReference<>();
    private final AtomicReference<@Nullable FeedWatch> watch = new AtomicReference<>();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    LocalFeeds(
            HintCodec codec,
            History history,
            FeedLimits limits,
            FeedPass.Sight sight,
            MembersChanged membersChanged,
            Fence fence,
            MeterRegistry registry) {
        this.codec = codec;
        this.limits = limits;
        this.sight = sight;
        this.membersChanged = membersChanged;
        this.metrics = new FeedMetrics(registry, slots, waitingBytes);
        this.log = new LogReader(history, limits.fillsMax(), System::nanoTime, metrics);
        this.passing = new SlotPassing(log, fence, membersChanged, metrics, open::get);
    }

    /// Told of every hint that says that accounts joined or left. Must not block.
    public interface MembersChanged {
        void changed(ConversationId conversation, long version, List<AccountId> accounts);

        /// What is known of `account` in the conversation may not be true any more: whether it is a
        /// member, sees it, its role.
        void changed(ConversationId conversation, AccountId account);
    }

    /// Names the one that is told of the bus. Call it once.
    public void watchedBy(FeedWatch watch) {
        this.watch.set(watch);
    }

    /// The listener and what leads to it.
    private record Hub(FeedListener listener, PersonalEvents personal, FeedPass pass) {}

    @Override
    public void listen(FeedListener listener) {
        PersonalEvents personal = new PersonalEvents(this::start, (account, event) -> tell(listener, account, event));
        if (!hub.compareAndSet(null, new Hub(listener, personal, new FeedPass(listener, personal, sight, metrics)))) {
            throw new IllegalStateException("the feeds have a listener");
        }
    }

    @Override
    public void follow(ConversationId conversation) {
        Slot unused = slots.compute(conversation, (key, slot) -> {
            Slot followed = slot == null ? new Slot() : slot;
            followed.follow(true);
            return followed;
        });
    }

    @Override
    public void unfollow(ConversationId conversation) {
        Slot unused = slots.computeIfPresent(conversation, (key, slot) -> {
            slot.follow(false);
            if (slot.isRunning()) {
                return slot;
            }
            waitingBytes.getAndAdd(-slot.discard());
            return null;
        });
    }

    @Override
    public void reached(ConversationId conversation, long head) {
        AtomicBoolean starts = new AtomicBoolean();
        Slot slot = slots.computeIfPresent(conversation, (key, found) -> {
            starts.set(found.reached(head));
            return found;
        });
        if (slot != null && starts.get()) {
            work(conversation, slot);
        }
    }

    @Override
    public void arrived(AccountId account) {
        Hub known = hub.get();
        if (known != null) {
            known.pass().arrived(account);
        }
    }

    /// Whether entries up to `head` may be missing here: false when nobody follows `conversation`, or
    /// all was passed on. Costs a look in memory.
    public boolean mayBeBehind(ConversationId conversation, long head) {
        AtomicBoolean behind = new AtomicBoolean();
        if (slots.containsKey(conversation)) {
            Slot unused = slots.computeIfPresent(conversation, (key, found) -> {
                behind.set(found.mayBeBehind(head));
                return found;
            });
        }
        return behind.get();
    }

    /// Tells that a poll found the log of `conversation` to reach up to `head`: what is missing of a
    /// followed one is passed on.
    public void polled(ConversationId conversation, long head) {
        AtomicBoolean starts = new AtomicBoolean();
        Slot slot = slots.computeIfPresent(conversation, (key, found) -> {
            starts.set(found.polled(head));
            return found;
        });
        if (slot != null && starts.get()) {
            work(conversation, slot);
        }
    }

    /// Conversations of which a poll found what no hint had told, since the start.
    public long polledGaps() {
        return passing.polledGaps();
    }

    /// Whether `account` is connected here and was not told lately that it is in `conversation`, or not.
    public boolean owes(AccountId account, ConversationId conversation, boolean isIn) {
        Hub known = hub.get();
        return known != null && known.pass().owes(account, conversation, isIn);
    }

    /// Whether `account` was told last, and lately, that it is in `conversation`, or not.
    public boolean isTold(AccountId account, ConversationId conversation, boolean isIn) {
        Hub known = hub.get();
        return known != null && known.pass().isTold(account, conversation, isIn);
    }

    /// See [FeedListener#lacks].
    public boolean lacks(AccountId account, ConversationId conversation) {
        Hub known = hub.get();
        return known != null && known.listener().lacks(account, conversation);
    }

    /// Takes in what should have come as a hint.
    public void found(Hint hint) {
        Hub known = hub.get();
        if (known != null && open.get()) {
            route(hint, known);
        }
    }

    @Override
    public void missed() {
        FeedWatch watching = watch.get();
        if (watching != null) {
            watching.missed();
        }
    }

    @Override
    public void received(byte[] payload) {
        Hub known = hub.get();
        if (known == null || !open.get()) {
            return;
        }
        try {
            // A slot that nobody follows yet may be about to be: its worker is letting a member in.
            Optional<Hint> hint = codec.decode(payload, slots::containsKey);
            if (hint.isEmpty()) {
                metrics.notFollowed();
            } else {
                route(hint.get(), known);
            }
        } catch (HintCodec.Unreadable unreadable) {
            metrics.dropped(unreadable.reason());
            if (unreadable.isOfAnotherVersion()) {
                // It comes from a node of this cluster and says something; what, is in the log.
                missed();
            }
        }
    }

    /// What should be looked at by an operator.
    public Probe probe() {
        return log;
    }

    private void route(Hint hint, Hub known) {
        switch (hint) {
            case Hint.Committed committed -> route(committed, known);
            case Hint.Read read -> route(read, known);
            case Hint.Shown shown -> route(shown, known);
            case Hint.Beat(long node, long beat) -> {
                FeedWatch watching = watch.get();
                if (watching != null) {
                    watching.heard(node, beat);
                }
            }
        }
    }

    private void route(Hint.Shown hint, Hub known) {
        membersChanged.changed(hint.conversation(), hint.account());
        if (known.listener().isConnected(hint.account())) {
            start(() -> known.pass().shown(hint));
        }
    }

    private void route(Hint.Read read, Hub known) {
        known.listener().read(read.account(), read.conversation(), read.seq());
        if (known.listener().isConnected(read.account())
                && !known.personal()
                        .offer(
                                read.account(),
                                new PersonalEvent.Read(read.conversation(), read.seq(), read.unread()))) {
            metrics.dropped("personal_queue_full");
        }
    }

    /// Tells the hub of each message that `entries` recall.
    public void recalled(List<Entry> entries) {
        Hub known = hub.get();
        if (known != null) {
            known.pass().recalled(entries);
        }
    }

    private void route(Hint.Committed hint, Hub known) {
        known.pass().recalled(hint.entries());
        boolean concerns = false;
        for (Hint.Joined joined : hint.added()) {
            membersChanged.changed(hint.conversation(), hint.version(), List.of(joined.account()));
            concerns |= known.listener().isConnected(joined.account());
        }
        for (AccountId account : hint.removed()) {
            membersChanged.changed(hint.conversation(), hint.version(), List.of(account));
            concerns |= known.listener().isConnected(account);
        }
        boolean makesSlot = concerns;
        AtomicBoolean starts = new AtomicBoolean();
        Slot slot = slots.compute(hint.conversation(), (key, found) -> {
            Slot taking = found == null && makesSlot ? new Slot() : found;
            if (taking == null) {
                return null;
            }
            if (!taking.take(hint, limits, waitingBytes)) {
                metrics.coalesced();
            }
            starts.set(taking.start());
            return taking;
        });
        if (slot == null) {
            metrics.notFollowed();
        } else if (starts.get()) {
            work(hint.conversation(), slot);
        }
    }

    private void work(ConversationId conversation, Slot slot) {
        Hub known = hub.get();
        if (known != null && open.get()) {
            start(() -> run(conversation, slot, known.pass()));
        }
    }

    private void start(Runnable worker) {
        try {
            workers.execute(worker);
        } catch (RejectedExecutionException closed) {
            // The node ends: nothing is passed on any more.
            LOG.log(Level.DEBUG, "the feeds are closed", closed);
        }
    }

    private void run(ConversationId conversation, Slot slot, FeedPass pass) {
        while (true) {
            Slot.Work work = next(conversation, slot);
            if (work.isNothing() || !open.get()) {
                return;
            }
            try {
                passing.passOn(conversation, slot, pass, work);
            } catch (RuntimeException | Error bug) {
                LOG.log(Level.ERROR, "the feed of conversation " + conversation + " failed and goes on", bug);
            } finally {
                long unused = waitingBytes.addAndGet(-work.bytes());
            }
        }
    }

    /// What to do next. A slot with nothing to do that nobody follows goes.
    private Slot.Work next(ConversationId conversation, Slot slot) {
        AtomicReference<Slot.@Nullable Work> next = new AtomicReference<>();
        AtomicLong alarm = new AtomicLong();
        Slot unused = slots.computeIfPresent(conversation, (key, same) -> {
            long now = System.nanoTime();
            Slot.Work work = slot.next(now, PATIENCE_NANOS);
            next.set(work);
            alarm.set(slot.alarmNanos(now));
            return work.isNothing() && !slot.isFollowed() ? null : same;
        });
        if (alarm.get() > 0) {
            start(() -> alarm(conversation, slot, alarm.get()));
        }
        Slot.Work work = next.get();
        if (work == null) {
            throw new IllegalStateException("a slot went while its worker ran");
        }
        return work;
    }

    /// Waits until a hint that is missing counts as lost.
    private void alarm(ConversationId conversation, Slot slot, long nanos) {
        LockSupport.parkNanos(nanos);
        AtomicBoolean starts = new AtomicBoolean();
        Slot unused = slots.computeIfPresent(conversation, (key, found) -> {
            if (found == slot) {
                starts.set(found.alarm());
            }
            return found;
        });
        Hub known = hub.get();
        if (known != null && starts.get()) {
            run(conversation, slot, known.pass());
        }
    }

    private static void tell(FeedListener listener, AccountId account, PersonalEvent event) {
        try {
            listener.personal(account, event);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "the hub failed to take a personal event", bug);
        }
    }

    /// Ends all workers; what was not passed on is not.
    @Override
    public void close() {
        open.set(false);
        workers.shutdownNow();
        try {
            if (!workers.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(Level.WARNING, "a feed still runs {0} ms after it was told to end", ENDS_WITHIN.toMillis());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
