package parley.sessions.internal.presence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.Receiver;
import parley.sessions.internal.presence.Outlet.Event;
import parley.sessions.internal.presence.Outlet.Subject;
import parley.sessions.internal.presence.PresenceMetrics.Kind;
import parley.sessions.internal.presence.PresenceMetrics.Reason;
import parley.sessions.internal.protocol.codec.EncodedPush;

/// Large groups: how many are online and how many type, told seldom, instead of who. Thread-safe.
final class Crowds {
    private static final int TOLD_PER_TICK_MAX = 100;

    private final Hub hub;
    private final @Nullable Elsewhere elsewhere;
    private final Outlet outlet;
    private final PresenceMetrics metrics;
    private final LongSupplier millis;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Latest<ConversationId, Set<AccountId>> typists =
            new Latest<>(PresenceLimits.TYPING_MILLIS, PresenceLimits.COUNTS_MAX, Crowds::union);

    @GuardedBy("lock")
    private final Latest<ConversationId, Boolean> changed =
            new Latest<>(PresenceLimits.COUNT_MILLIS, PresenceLimits.COUNTS_MAX, Boolean::logicalOr);

    /// Large groups of which other nodes were told this one's share, and when; the oldest first. The
    /// ticking thread's.
    private final LinkedHashMap<ConversationId, Long> shares = new LinkedHashMap<>();

    /// Whom it counts; `elsewhere` is null where there are no other nodes.
    record Parts(Hub hub, @Nullable Elsewhere elsewhere) {}

    Crowds(Parts parts, Outlet outlet, PresenceMetrics metrics, LongSupplier millis) {
        this.hub = parts.hub();
        this.elsewhere = parts.elsewhere();
        this.outlet = outlet;
        this.metrics = metrics;
        this.millis = millis;
    }

    /// `account` types in the large group `conversation`.
    void typing(ConversationId conversation, AccountId account) {
        Set<AccountId> one = new HashSet<>();
        one.add(account);
        lock.lock();
        try {
            count(typists.put(conversation, one));
        } finally {
            lock.unlock();
        }
    }

    /// Somebody of the large group `conversation` came or went.
    void changed(ConversationId conversation) {
        lock.lock();
        try {
            count(changed.put(conversation, true));
        } finally {
            lock.unlock();
        }
    }

    private void count(boolean taken) {
        if (!taken) {
            metrics.dropped(Reason.QUEUE);
        }
    }

    /// Tells the counts whose time has come.
    void tick() {
        List<Map.Entry<ConversationId, Set<AccountId>>> typing;
        List<Map.Entry<ConversationId, Boolean>> present;
        lock.lock();
        try {
            typing = typists.take(millis.getAsLong(), TOLD_PER_TICK_MAX);
            present = changed.take(millis.getAsLong(), TOLD_PER_TICK_MAX);
        } finally {
            lock.unlock();
        }
        for (Map.Entry<ConversationId, Set<AccountId>> entry : typing) {
            EncodedPush push = EventJson.typing(entry.getKey(), entry.getValue().size());
            tell(entry.getKey(), event -> outlet.sendOrDrop(event), push);
        }
        for (Map.Entry<ConversationId, Boolean> entry : present) {
            Subject subject = new Subject(null, entry.getKey());
            EncodedPush push = EventJson.presence(entry.getKey(), counted(entry.getKey()));
            tell(entry.getKey(), event -> outlet.sendOrKeep(subject, event), push);
        }
        tellSharesAgain();
    }

    private void tell(ConversationId conversation, Consumer<Event> send, EncodedPush push) {
        Receiver[] all = hub.receivers(conversation);
        for (Receiver receiver : all) {
            if (receiver.isLive()) {
                send.accept(new Event(receiver, push, Kind.COUNT));
            }
        }
        outlet.charge(all.length, all.length);
    }

    /// The count to tell here; the other nodes are told this node's share of it.
    private int counted(ConversationId conversation) {
        Signal.Crowd here = here(conversation);
        if (elsewhere == null) {
            return here.accounts();
        }
        tellShare(elsewhere, here);
        return here.accounts() + elsewhere.crowd(conversation).accounts();
    }

    private void tellShare(Elsewhere others, Signal.Crowd here) {
        Long unused = shares.remove(here.conversation());
        if (here.sessions() > 0 && shares.size() < PresenceLimits.COUNTS_MAX) {
            unused = shares.put(here.conversation(), millis.getAsLong());
        }
        others.tell(here);
    }

    /// So that nobody who left here, and no signal that was lost, counts at another node for long.
    private void tellSharesAgain() {
        if (elsewhere == null) {
            return;
        }
        long told = millis.getAsLong() - PresenceLimits.ROLL_MILLIS;
        Map.Entry<ConversationId, Long> eldest = shares.firstEntry();
        for (int i = 0; i < TOLD_PER_TICK_MAX && eldest != null && eldest.getValue() <= told; i++) {
            tellShare(elsewhere, here(eldest.getKey()));
            eldest = shares.firstEntry();
        }
    }

    private Signal.Crowd here(ConversationId conversation) {
        Receiver[] all = hub.receivers(conversation);
        Set<AccountId> accounts = new HashSet<>();
        for (Receiver receiver : all) {
            accounts.add(receiver.session().account());
        }
        return new Signal.Crowd(conversation, accounts.size(), all.length);
    }

    /// Accounts with a session that follows `conversation`, and their sessions; of other nodes as they
    /// told last.
    Signal.Crowd online(ConversationId conversation) {
        Signal.Crowd here = here(conversation);
        if (elsewhere == null) {
            return here;
        }
        Signal.Crowd others = elsewhere.crowd(conversation);
        return new Signal.Crowd(conversation, here.accounts() + others.accounts(), here.sessions() + others.sessions());
    }

    /// Only [Latest] holds `some`.
    private static Set<AccountId> union(Set<AccountId> some, Set<AccountId> more) {
        if (some.size() < PresenceLimits.TYPISTS_MAX) {
            some.addAll(more);
        }
        return some;
    }
}
