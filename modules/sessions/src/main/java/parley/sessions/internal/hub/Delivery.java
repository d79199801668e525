package parley.sessions.internal.hub;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.hub.Subscription.Behind;
import parley.sessions.internal.hub.Subscription.State;
import parley.sessions.internal.protocol.Outbound;
import parley.sessions.internal.protocol.codec.EncodedPush;
import parley.sessions.internal.protocol.message.Push;

/// How entries get from the hub into one session's way out: each entry of a followed conversation is
/// taken in `seq` order, once. What does not fit, or does not follow on, is left out, and its
/// subscription is read level from the log later.
///
/// Guarded by the session's lock; calls nothing but the way out, which never blocks, and the hub's
/// books.
final class Delivery {
    private static final int SERVER_UNSUBSCRIBE = 2000;
    private static final int PUSHED_OUT = 2100;
    private static final int ENDS_MAX = 128;

    private final Hub hub;
    private final AccountId account;
    private final Outbound outbound;
    private final HubSession.Style style;
    private final SubscriptionList subscriptions = new SubscriptionList();
    private int announced;
    private int clock;

    /// Where memberships ended lately: what a late hint tells from before that is old.
    private @Nullable LinkedHashMap<ConversationId, Long> ends;

    /// The way out was full; nothing more is tried before it has drained.
    private boolean full;

    Delivery(Hub hub, AccountId account, Outbound outbound, HubSession.Style style) {
        this.hub = hub;
        this.account = account;
        this.outbound = outbound;
        this.style = style;
    }

    SubscriptionList subscriptions() {
        return subscriptions;
    }

    /// Conversations that the client knows as subscribed.
    int announced() {
        return announced;
    }

    void drained() {
        full = false;
    }

    /// Something waits to be read from the log, and there is room for it.
    boolean wantsReading() {
        return !full && subscriptions.any(Delivery::isBehind) != null;
    }

    /// A run of entries of a followed conversation. With `open` the client may be told; else it is
    /// noted.
    void take(Subscription subscription, Batch batch, boolean open) {
        if (subscription.state == State.ENDED || batch.last <= subscription.position) {
            return;
        }
        if (subscription.state == State.FRESH) {
            subscription.position = Math.max(subscription.position, batch.first - 1);
        }
        if (subscription.isAsleep()) {
            wake(subscription, batch, open);
        }
        long departure = departure(subscription, batch);
        if (subscription.state != State.LIVE || full || batch.first > subscription.position + 1) {
            fallBehind(subscription, batch.last, departure);
            return;
        }
        deliver(subscription, batch, departure > 0 ? departure : batch.last);
        if (full) {
            fallBehind(subscription, batch.last, departure);
        } else if (departure > 0) {
            end(subscription, departure);
            take(subscription, batch, open);
        }
    }

    private void wake(Subscription subscription, Batch batch, boolean open) {
        if (open && !full && hasPlace()) {
            announce(subscription, batch.wake(subscription.position));
            subscription.state = State.LIVE;
        } else {
            subscription.state = open ? State.CATCHING_UP : State.HELD;
            subscription.behind().unannounced = true;
        }
    }

    /// Hands the entries above the position and up to `upTo` to the way out, until that is full.
    private void deliver(Subscription subscription, Batch batch, long upTo) {
        subscription.touched = ++clock;
        while (!full && subscription.position < upTo) {
            EncodedPush next = batch.next(subscription.position, upTo);
            full = !outbound.deliver(next);
            if (!full) {
                subscription.position += next.pushes().size();
                hub.metrics().delivered(next.pushes().size());
            }
        }
    }

    /// Entries up to `target` exist that are left out here; with `endAt` above 0 the membership ends
    /// there.
    void fallBehind(Subscription subscription, long target, long endAt) {
        Behind behind = subscription.behind();
        behind.target = Math.max(behind.target, target);
        if (endAt > 0) {
            behind.endsAt(endAt);
        }
        if (subscription.state == State.LIVE) {
            subscription.state = State.CATCHING_UP;
            hub.metrics().fellBehind();
        }
    }

    /// Sets where a held subscription stands: the client has everything up to `position`, `head` is
    /// known to exist. With `known` the account counts as a member as of `head` and the reply under way
    /// announces it; otherwise it is one as of `position`, and it stays quiet until it speaks.
    void place(Subscription subscription, long position, long head, boolean known) {
        subscription.position = position;
        Behind behind = subscription.behind();
        behind.target = Math.max(behind.target, head);
        // What came in while nothing was known of the position.
        behind.memberAt = known ? head : position;
        behind.endAt = behind.endAt > behind.memberAt ? behind.endAt : 0;
        behind.comebacks.removeIf(back -> back <= position);
        if (known) {
            count(subscription, true);
        } else if (subscription.isLevel()) {
            subscription.settle(State.QUIET);
        } else {
            behind.unannounced = true;
        }
    }

    /// What was held goes out from here on.
    void release(Subscription subscription) {
        if (subscription.state == State.HELD && subscription.isLevel()) {
            subscription.settle(State.LIVE);
        } else if (subscription.state == State.HELD) {
            subscription.state = State.CATCHING_UP;
        }
    }

    /// The next subscription to be read level, its client told of it; null when there is none or no
    /// room. They take turns.
    @Nullable
    Subscription nextBehind() {
        Subscription next = full ? null : subscriptions.longestSilent(Delivery::isBehind);
        if (next != null && next.behind().unannounced) {
            next.behind().unannounced = false;
            announce(next, Batch.subscribed(Channels.of(next.conversation()), hub.epoch(), next.position));
        }
        return next;
    }

    /// Entries that were read from after the position, null for none. False when something that should
    /// exist was not there.
    boolean level(Subscription subscription, @Nullable Batch read) {
        if (subscription.state != State.CATCHING_UP) {
            return true;
        }
        Behind behind = subscription.behind();
        if (read == null && behind.target > subscription.position) {
            return false;
        }
        if (read != null) {
            deliverRead(subscription, behind, read);
        }
        if (behind.endAt > 0 && subscription.position >= behind.endAt) {
            end(subscription, behind.endAt);
        } else if (subscription.isLevel()) {
            subscription.settle(State.LIVE);
        }
        return true;
    }

    private void deliverRead(Subscription subscription, Behind behind, Batch read) {
        // The log may begin above the position (retention): the client sees the jump in the offsets.
        subscription.position = Math.max(subscription.position, read.first - 1);
        long departure = departure(subscription, read);
        if (departure > 0) {
            behind.endsAt(departure);
        }
        deliver(subscription, read, behind.endAt > 0 ? Math.min(behind.endAt, read.last) : read.last);
    }

    /// Where the membership ends within `batch`, 0 when it does not.
    private long departure(Subscription subscription, Batch batch) {
        Behind behind = subscription.behind;
        long past = behind == null ? 0 : behind.memberAt;
        return batch.departureOf(account, Math.max(subscription.position, past));
    }

    /// See [HubSession#departed].
    boolean departed(Subscription subscription, long before, long head) {
        long position = subscription.position;
        if (subscription.state == State.ENDED) {
            return true;
        }
        Behind known = subscription.behind;
        if ((position >= head && before < head) || (known != null && head < known.memberAt)) {
            return false;
        }
        if (subscription.isAsleep() || (position >= head && subscription.state != State.HELD)) {
            end(subscription, head);
        } else {
            // A held one ends after the reply that is under way.
            fallBehind(subscription, Math.max(position, head), Math.max(position, head));
        }
        return true;
    }

    /// The account stopped being a member with the entry `seq`, which was delivered.
    void end(Subscription subscription, long seq) {
        if (subscription.announced) {
            sayUnsubscribed(subscription, SERVER_UNSUBSCRIBE, "not a member any more");
        }
        Behind before = subscription.behind;
        if (before != null) {
            before.comebacks.removeIf(back -> back <= seq);
        }
        if (before == null || before.comebacks.isEmpty() || !style.server()) {
            rememberEnd(subscription.conversation(), seq);
            remove(subscription);
        } else {
            comeBack(subscription, before);
        }
    }

    /// See [HubSession#leave(ConversationId, long)].
    void endUntold(ConversationId conversation, long head) {
        Subscription subscription = subscriptions.find(conversation);
        if (subscription != null) {
            end(subscription, head);
        }
    }

    /// The account was added again, behind the end that was just passed.
    private static void comeBack(Subscription subscription, Behind before) {
        long back = before.comebacks.removeFirst();
        Behind next = new Behind(before.target);
        next.comebacks.addAll(before.comebacks);
        next.unannounced = before.target >= back;
        subscription.position = back - 1;
        subscription.behind = next;
        if (next.unannounced) {
            subscription.state = State.CATCHING_UP;
        } else {
            subscription.settle(State.FRESH);
        }
    }

    /// The session has passed `seq` of a conversation that it does not follow any more.
    boolean isPast(ConversationId conversation, long seq) {
        return ends != null && ends.getOrDefault(conversation, 0L) >= seq;
    }

    private void rememberEnd(ConversationId conversation, long seq) {
        ends = ends == null ? new LinkedHashMap<>() : ends;
        ends.remove(conversation);
        ends.put(conversation, seq);
        if (ends.size() > ENDS_MAX) {
            ends.pollFirstEntry();
        }
    }

    /// Forgets a subscription, whatever its state, and says nothing.
    void drop(Subscription subscription) {
        count(subscription, false);
        remove(subscription);
    }

    private void remove(Subscription subscription) {
        subscription.state = State.ENDED;
        subscriptions.remove(subscription);
        hub.unfollow(subscription);
    }

    /// Keeps the channels that the client knows within their number: of those that are level the one
    /// that was silent longest becomes quiet; when all are behind, one of them is made known again when
    /// its turn comes.
    private void makeRoom() {
        if (announced < style.subscriptionsMax()) {
            return;
        }
        Subscription quietest = subscriptions.longestSilent(s -> s.state == State.LIVE);
        Subscription leaving =
                quietest == null ? subscriptions.longestSilent(s -> s.announced && isBehind(s)) : quietest;
        if (leaving == null) {
            return;
        }
        hub.metrics().subscriptionsFull();
        sayUnsubscribed(leaving, PUSHED_OUT, "more active conversations took its place");
        if (leaving == quietest) {
            leaving.settle(State.QUIET);
        } else {
            leaving.behind().unannounced = true;
        }
    }

    private static boolean isBehind(Subscription subscription) {
        return subscription.state == State.CATCHING_UP;
    }

    private boolean hasPlace() {
        return announced < style.subscriptionsMax() || subscriptions.any(s -> s.state == State.LIVE) != null;
    }

    private void announce(Subscription subscription, EncodedPush push) {
        makeRoom();
        count(subscription, true);
        hub.metrics().announced(outbound.announce(push));
    }

    private void sayUnsubscribed(Subscription subscription, int code, String reason) {
        count(subscription, false);
        String channel = Channels.of(subscription.conversation());
        hub.metrics().announced(outbound.announce(new EncodedPush(new Push.Unsubscribed(channel, code, reason))));
    }

    private void count(Subscription subscription, boolean known) {
        if (subscription.announced != known) {
            subscription.announced = known;
            announced += known ? 1 : -1;
        }
    }
}
