package parley.sessions.internal.hub;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;
import parley.messaging.FeedListener;
import parley.messaging.Feeds;
import parley.messaging.PersonalEvent;
import parley.sessions.SessionView;
import parley.sessions.internal.protocol.Outbound;

/// This node's sessions by account, and the conversations that they follow. Takes what the feeds pass on
/// and gives it to every session that it concerns. Thread-safe.
public final class Hub implements FeedListener {
    /// Reads of the log to find out whether an account is out of a conversation.
    private static final int LOOKS_MAX = 10;

    /// From a look that the database did not answer to the next.
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private static final Receiver[] NOBODY = {};

    private final SessionDirectory directory;
    private final Feeds feeds;
    private final LogReader log;
    private final String epoch;
    private final HubMetrics metrics;
    private final Executor virtualThreads;
    private final BiConsumer<HubSession, PersonalEvent> personal;
    private final Map<ConversationId, Followers> conversations = new ConcurrentHashMap<>();
    private final Recalls recalls = new Recalls(System::nanoTime);
    private final Eraser eraser;

    /// `personal` is told of each personal event of each session; it must not block.
    public Hub(
            SessionDirectory directory,
            Feeds feeds,
            LogReader log,
            String epoch,
            HubMetrics metrics,
            Executor virtualThreads,
            BiConsumer<HubSession, PersonalEvent> personal) {
        this.directory = directory;
        this.feeds = feeds;
        this.log = log;
        this.epoch = epoch;
        this.metrics = metrics;
        this.virtualThreads = virtualThreads;
        this.personal = personal;
        this.eraser = new Eraser(directory, virtualThreads);
        metrics.watch(directory::count, directory::accounts, conversations::size);
    }

    /// A session that is being set up. From now on its account counts as connected; it gets nothing
    /// before [HubSession#open]; `client` is the id of its connection. Whoever registers one ends it
    /// with [HubSession#end]. With `server` conversations are subscribed by the server; at most
    /// `subscriptionsMax` of them are known to the client at once.
    public HubSession register(SessionView view, UUID client, Outbound outbound, boolean server, int subscriptionsMax) {
        HubSession session =
                new HubSession(this, view, client, outbound, new HubSession.Style(server, subscriptionsMax));
        if (directory.add(session)) {
            feeds.arrived(session.account());
        }
        return session;
    }

    /// Follows `conversation` for `session`, held until [#place] and [HubSession#open] or
    /// [HubSession#release]. Entries committed from now on are noted. False when the session follows it
    /// already or is over.
    public boolean hold(HubSession session, ConversationId conversation) {
        boolean follows = session.follow(reserve(conversation));
        if (!follows) {
            giveBack(conversation);
        }
        return follows;
    }

    /// See [HubSession#place].
    public void place(HubSession session, ConversationId conversation, long position, long head, boolean known) {
        session.place(conversation, position, head, known);
        feeds.reached(conversation, head);
    }

    /// A client asked for more subscriptions than it may have.
    public void subscriptionsFull() {
        metrics.subscriptionsFull();
    }

    /// Gives `conversation` up for `session` without a word to its client. True when it was followed.
    public boolean drop(HubSession session, ConversationId conversation) {
        return session.leave(conversation);
    }

    /// Gives `conversation` up if the account is out of it, before the client hears of either. What was told
    /// meanwhile of its coming back is followed as any addition. True when it was given up. Blocks.
    public boolean dropDeparted(HubSession session, ConversationId conversation) {
        OptionalLong head = log.headIfDeparted(session.account(), conversation);
        head.ifPresent(seq -> session.leave(conversation, seq));
        return head.isPresent();
    }

    /// The sessions that follow `conversation` as of now, in no order; nobody may change the array.
    public Receiver[] receivers(ConversationId conversation) {
        Followers followers = conversations.get(conversation);
        return followers == null ? NOBODY : followers.all();
    }

    @Override
    public void recalled(ConversationId conversation, long seq) {
        recalls.add(conversation, seq);
        eraser.ask();
    }

    /// What was recalled lately, for whoever renders entries.
    public Recalls recalls() {
        return recalls;
    }

    /// Waits until all that was recalled before the call is out of all queues of this node. False when
    /// the caller was interrupted.
    public boolean awaitErased() {
        return eraser.await();
    }

    @Override
    public void entries(ConversationId conversation, List<Entry> entries) {
        Followers followers = conversations.get(conversation);
        if (followers == null) {
            return;
        }
        Batch batch = new Batch(conversation, epoch, entries, recalls);
        for (Subscription subscription : followers.all()) {
            subscription.session.take(subscription, batch);
        }
    }

    @Override
    public void added(AccountId account, ConversationId conversation, long seq, long visibleFrom) {
        for (HubSession session : directory.of(account)) {
            if (!session.added(reserve(conversation), seq, visibleFrom)) {
                giveBack(conversation);
            }
        }
    }

    @Override
    public void shown(AccountId account, ConversationId conversation, long head) {
        for (HubSession session : directory.of(account)) {
            if (session.isServerStyle() && hold(session, conversation)) {
                place(session, conversation, head, reachedAbove(conversation, head), false);
                session.release(conversation);
                // It may be hidden again: what says so may have been here first.
                checkMembership(session, conversation);
            }
        }
    }

    /// `head`, or a seq above it where the log goes on: what was committed before the session followed.
    private long reachedAbove(ConversationId conversation, long head) {
        try {
            List<Entry> next = log.after(conversation, head, 1);
            return next.isEmpty() ? head : next.getLast().seq();
        } catch (Unavailable away) {
            // The next entry shows what is missing.
            return head;
        }
    }

    @Override
    public void personal(AccountId account, PersonalEvent event) {
        for (HubSession session : directory.of(account)) {
            personal.accept(session, event);
            if (event instanceof PersonalEvent.Removed(var conversation) && !session.noteDeparture(conversation)) {
                startCheck(session, conversation);
            }
        }
    }

    @Override
    public boolean isConnected(AccountId account) {
        return directory.has(account);
    }

    @Override
    public boolean lacks(AccountId account, ConversationId conversation) {
        return directory.open(account).stream()
                .anyMatch(session -> session.isServerStyle() && !session.follows(conversation));
    }

    /// Ends what `session` has of `conversation` if the account is out of it. Returns at once.
    void startCheck(HubSession session, ConversationId conversation) {
        virtualThreads.execute(() -> checkMembership(session, conversation));
    }

    /// The entry that ends a membership may have passed by while the session was being set up; the log
    /// knows.
    private void checkMembership(HubSession session, ConversationId conversation) {
        try {
            for (int look = 0; look < LOOKS_MAX; look++) {
                HubSession.Standing seen = session.standing(conversation);
                if (seen == null) {
                    return;
                }
                OptionalLong head = log.headIfDeparted(session.account(), conversation);
                if (head.isEmpty() || session.departed(seen, head.getAsLong())) {
                    return;
                }
            }
        } catch (Unavailable away) {
            // A conversation that was hidden has no entry that would end it.
            virtualThreads.execute(() -> {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                checkMembership(session, conversation);
            });
        }
    }

    String epoch() {
        return epoch;
    }

    HubMetrics metrics() {
        return metrics;
    }

    void startCatchUp(HubSession session) {
        virtualThreads.execute(new CatchUp(session, log, epoch, recalls));
    }

    void forget(HubSession session) {
        directory.remove(session);
    }

    void unfollow(Subscription subscription) {
        conversations.computeIfPresent(
                subscription.conversation(),
                (id, followers) -> unfollowedWhenEmpty(followers, followers.remove(subscription)));
    }

    /// A place in `conversation`, which is followed from here on; the caller uses it or gives it back.
    private Followers reserve(ConversationId conversation) {
        return conversations.compute(conversation, (id, known) -> {
            Followers followers = known;
            if (followers == null) {
                followers = new Followers(id);
                feeds.follow(id);
            }
            followers.reserve();
            return followers;
        });
    }

    private void giveBack(ConversationId conversation) {
        conversations.computeIfPresent(
                conversation, (id, followers) -> unfollowedWhenEmpty(followers, followers.giveBack()));
    }

    private @Nullable Followers unfollowedWhenEmpty(Followers followers, boolean empty) {
        if (empty) {
            feeds.unfollow(followers.conversation);
            return null;
        }
        return followers;
    }
}
