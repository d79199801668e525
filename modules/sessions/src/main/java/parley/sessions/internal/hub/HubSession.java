package parley.sessions.internal.hub;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.Disconnect;
import parley.sessions.SessionView;
import parley.sessions.internal.hub.Subscription.State;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;

/// One session in the hub: what it follows, and its way out ([Delivery]). Thread-safe; nothing here
/// blocks but the lock, which is held for moments only.
public final class HubSession {
    private enum Phase {
        CONNECTING,
        OPEN,
        ENDED
    }

    /// How a session takes part. With `server` conversations are subscribed by the server; at most
    /// `subscriptionsMax` at once are known to the client.
    record Style(boolean server, int subscriptionsMax) {}

    private final Hub hub;
    private final SessionView view;
    private final UUID client;
    private final Outbound outbound;
    private final Style style;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Delivery delivery;

    @GuardedBy("lock")
    private Phase phase = Phase.CONNECTING;

    @GuardedBy("lock")
    private @Nullable Set<ConversationId> departures;

    /// A [CatchUp] is at work.
    @GuardedBy("lock")
    private boolean catchingUp;

    HubSession(Hub hub, SessionView view, UUID client, Outbound outbound, Style style) {
        this.hub = hub;
        this.view = view;
        this.client = client;
        this.outbound = outbound;
        this.style = style;
        this.delivery = new Delivery(hub, view.account(), outbound, style);
    }

    public SessionView view() {
        return view;
    }

    /// The client id of its connection.
    public String client() {
        return client.toString();
    }

    public AccountId account() {
        return view.account();
    }

    /// Conversations are subscribed by the server.
    public boolean isServerStyle() {
        return style.server;
    }

    /// Takes out of the way out what was recalled.
    void purge() {
        outbound.purge();
    }

    /// Ends the session; what is queued goes out first.
    public void disconnect(Disconnect why) {
        outbound.disconnect(why);
    }

    /// A push that is not part of a stream: dropped first when the way out fills up, and before [#open].
    public void offer(EncodedPush push) {
        if (isOpen()) {
            hub.metrics().offered(outbound.offer(push));
        }
    }

    /// See [Receiver#isLive].
    boolean isLive(Subscription subscription) {
        lock.lock();
        try {
            boolean live = isLiveLocked(subscription);
            if (!live && phase == Phase.OPEN && subscription.announced) {
                hub.metrics().offered(false);
            }
            return live;
        } finally {
            lock.unlock();
        }
    }

    /// See [Receiver#offer].
    boolean offer(Subscription subscription, EncodedPush push) {
        lock.lock();
        try {
            if (!isLiveLocked(subscription)) {
                return false;
            }
            boolean taken = outbound.offer(push);
            hub.metrics().offered(taken);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean isLiveLocked(Subscription subscription) {
        return phase == Phase.OPEN && subscription.state == State.LIVE;
    }

    /// A small push that is not part of a stream and finds room as long as the session lives; dropped
    /// before [#open].
    public void announce(EncodedPush push) {
        if (isOpen()) {
            hub.metrics().announced(outbound.announce(push));
        }
    }

    /// The client has its connect reply: what is held goes out from here on.
    public void open() {
        lock.lock();
        try {
            if (phase == Phase.CONNECTING) {
                phase = Phase.OPEN;
                SubscriptionList all = delivery.subscriptions();
                for (int i = 0; i < all.size(); i++) {
                    delivery.release(all.get(i));
                }
                startLocked();
            }
        } finally {
            lock.unlock();
        }
        // Also of what was told after whoever set it up had looked.
        departuresWhileConnecting().forEach(conversation -> hub.startCheck(this, conversation));
    }

    /// The client has the reply that subscribes it to `conversation`: what is held goes out.
    public void release(ConversationId conversation) {
        lock.lock();
        try {
            Subscription subscription = delivery.subscriptions().find(conversation);
            if (subscription != null) {
                delivery.release(subscription);
                startLocked();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Begins to follow a conversation; false when it is followed already or the session is over.
    boolean follow(Followers followers) {
        lock.lock();
        try {
            return followLocked(followers, State.HELD, 0);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean followLocked(Followers followers, State state, long position) {
        if (phase == Phase.ENDED || delivery.subscriptions().find(followers.conversation) != null) {
            return false;
        }
        Subscription subscription = new Subscription(this, followers, state, position);
        delivery.subscriptions().add(subscription);
        followers.add(subscription);
        return true;
    }

    /// See [Delivery#place].
    void place(ConversationId conversation, long position, long head, boolean known) {
        lock.lock();
        try {
            Subscription subscription = delivery.subscriptions().find(conversation);
            if (subscription != null && subscription.state == State.HELD) {
                delivery.place(subscription, position, head, known);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The account was added to `followers`' conversation with the entry `seq` and sees it from
    /// `visibleFrom` on. True when a subscription was made of it.
    boolean added(Followers followers, long seq, long visibleFrom) {
        lock.lock();
        try {
            Subscription known = delivery.subscriptions().find(followers.conversation);
            if (known != null && seq > known.position) {
                known.behind().comesBackAt(seq);
            }
            boolean wanted = known == null && style.server && !delivery.isPast(followers.conversation, seq);
            return wanted && followLocked(followers, State.FRESH, visibleFrom - 1);
        } finally {
            lock.unlock();
        }
    }

    /// Where a session stands in a conversation at one moment.
    record Standing(Subscription subscription, long position) {}

    /// Where this session stands in `conversation` now; null when it does not follow it.
    @Nullable
    Standing standing(ConversationId conversation) {
        lock.lock();
        try {
            Subscription subscription = delivery.subscriptions().find(conversation);
            return subscription == null ? null : new Standing(subscription, subscription.position);
        } finally {
            lock.unlock();
        }
    }

    /// The account is not a member, found by a read that began after `seen` and also found the log to
    /// reach up to `head`. Mends the case that the entry which says so passed by while this session was
    /// being set up. False when the session passed `head` since `seen`: the account may be back, and the
    /// caller reads again.
    boolean departed(Standing seen, long head) {
        lock.lock();
        try {
            boolean settled = delivery.departed(seen.subscription, seen.position, head);
            startLocked();
            return settled;
        } finally {
            lock.unlock();
        }
    }

    /// The account was told that it is out of `conversation`. True when the session is being set up:
    /// whoever does that looks at [#departuresWhileConnecting], and [#open] once more.
    boolean noteDeparture(ConversationId conversation) {
        lock.lock();
        try {
            if (phase == Phase.CONNECTING) {
                departures = departures == null ? new HashSet<>() : departures;
                departures.add(conversation);
            }
            return phase == Phase.CONNECTING;
        } finally {
            lock.unlock();
        }
    }

    public Set<ConversationId> departuresWhileConnecting() {
        lock.lock();
        try {
            return departures == null ? Set.of() : Set.copyOf(departures);
        } finally {
            lock.unlock();
        }
    }

    /// A run of entries of a conversation that this session follows.
    void take(Subscription subscription, Batch batch) {
        lock.lock();
        try {
            if (phase != Phase.ENDED) {
                delivery.take(subscription, batch, phase == Phase.OPEN);
                startLocked();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives `conversation` up without a word to the client. True when it was followed.
    public boolean leave(ConversationId conversation) {
        lock.lock();
        try {
            Subscription subscription = delivery.subscriptions().find(conversation);
            if (subscription == null) {
                return false;
            }
            delivery.drop(subscription);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The account is out at `head`, its client knows nothing of it. Followed still when it came back behind.
    void leave(ConversationId conversation, long head) {
        lock.lock();
        try {
            delivery.endUntold(conversation, head);
        } finally {
            lock.unlock();
        }
    }

    /// The way out has room again.
    public void drained() {
        lock.lock();
        try {
            delivery.drained();
            startLocked();
        } finally {
            lock.unlock();
        }
    }

    /// The session is over: it follows nothing any more. Idempotent.
    public void end() {
        lock.lock();
        try {
            phase = Phase.ENDED;
            SubscriptionList all = delivery.subscriptions();
            while (all.size() > 0) {
                delivery.drop(all.get(all.size() - 1));
            }
        } finally {
            lock.unlock();
        }
        hub.forget(this);
    }

    /// Conversations that the client knows as subscribed now.
    public int announced() {
        lock.lock();
        try {
            return delivery.announced();
        } finally {
            lock.unlock();
        }
    }

    public boolean follows(ConversationId conversation) {
        return standing(conversation) != null;
    }

    boolean isOpen() {
        lock.lock();
        try {
            return phase == Phase.OPEN;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void startLocked() {
        if (!catchingUp && phase == Phase.OPEN && delivery.wantsReading()) {
            catchingUp = true;
            hub.startCatchUp(this);
        }
    }

    /// The next subscription that is to be read level, or null: then the [CatchUp] that asked is over.
    @Nullable
    Subscription nextBehind() {
        lock.lock();
        try {
            Subscription next = phase == Phase.OPEN ? delivery.nextBehind() : null;
            catchingUp = next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// Where to read on from.
    long positionOf(Subscription subscription) {
        lock.lock();
        try {
            return subscription.position;
        } finally {
            lock.unlock();
        }
    }

    /// See [Delivery#level].
    boolean level(Subscription subscription, @Nullable Batch read) {
        lock.lock();
        try {
            return delivery.level(subscription, read);
        } finally {
            lock.unlock();
        }
    }
}
