package parley.sessions.internal.presence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Audience;
import parley.messaging.Reading;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.Receiver;
import parley.sessions.internal.presence.Outlet.Event;
import parley.sessions.internal.presence.Outlet.Subject;
import parley.sessions.internal.presence.PresenceMetrics.Kind;
import parley.sessions.internal.presence.PresenceMetrics.Reason;
import parley.sessions.internal.protocol.codec.EncodedPush;

/// Tells the sessions of this node what a [Signal] says, and how far others have read: to whom and in
/// which form. Thread-safe.
final class Teller {
    private static final int MARKERS_PER_TICK_MAX = 1_000;

    /// What it looks things up with.
    record Parts(
            Hub hub,
            Reading reading,
            Audience audience,
            @Nullable Elsewhere elsewhere) {}

    private record Marker(AccountId account, ConversationId conversation) {}

    private final Parts parts;
    private final int membersMax;
    private final Outlet outlet;
    private final Crowds crowds;
    private final PresenceMetrics metrics;
    private final LongSupplier millis;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Latest<Marker, Long> markers =
            new Latest<>(PresenceLimits.MARKER_MILLIS, PresenceLimits.MARKERS_MAX, Math::max);

    Teller(Parts parts, int membersMax, Outlet outlet, PresenceMetrics metrics, LongSupplier millis) {
        this.parts = parts;
        this.membersMax = membersMax;
        this.outlet = outlet;
        this.crowds = new Crowds(new Crowds.Parts(parts.hub(), parts.elsewhere()), outlet, metrics, millis);
        this.metrics = metrics;
        this.millis = millis;
    }

    /// The marker of `account` moved; told with a later [#tick]. Never blocks.
    void marker(AccountId account, ConversationId conversation, long seq) {
        boolean taken;
        lock.lock();
        try {
            taken = markers.put(new Marker(account, conversation), seq);
        } finally {
            lock.unlock();
        }
        if (!taken) {
            metrics.dropped(Reason.QUEUE);
        }
    }

    /// Reads what it needs to know who hears of it, and throws [parley.kernel.Unavailable] when that is
    /// away; then nothing was told.
    void typing(AccountId account, ConversationId conversation) {
        if (parts.hub().receivers(conversation).length == 0) {
            return;
        }
        if (isLarge(conversation)) {
            crowds.typing(conversation, account);
        } else if (outlet.hasAllowance()) {
            EncodedPush push = EventJson.typing(conversation, account);
            Receiver[] all = parts.hub().receivers(conversation);
            int pushes = 0;
            for (Receiver receiver : all) {
                if (hears(receiver, account)) {
                    pushes++;
                    outlet.sendOrDrop(new Event(receiver, push, Kind.TYPING));
                }
            }
            outlet.charge(pushes, all.length);
        } else {
            metrics.dropped(Reason.RATE);
        }
    }

    /// The conversations that `account` is in. One statement at most.
    List<ConversationId> conversations(AccountId account) {
        return parts.reading().memberships(account).stream()
                .map(Reading.Membership::conversation)
                .toList();
    }

    /// Each session that shares a conversation with the account is told once, in one of them. Faults as
    /// in [#typing].
    void presence(Signal.Presence signal) {
        List<ConversationId> named = signal.conversations();
        List<ConversationId> all = named == null ? conversations(signal.account()) : named;
        List<ConversationId> shared = all.stream()
                .filter(conversation -> parts.hub().receivers(conversation).length > 0)
                .toList();
        Map<ConversationId, Integer> sizes = parts.audience().sizes(shared);
        Set<HubSession> told = Collections.newSetFromMap(new IdentityHashMap<>());
        int looks = 0;
        for (ConversationId conversation : shared) {
            int size = sizes.getOrDefault(conversation, 0);
            if (size > membersMax) {
                crowds.changed(conversation);
            } else {
                looks += presence(conversation, signal, told);
            }
        }
        outlet.charge(told.size(), looks);
    }

    /// The count of a large group changed at another node.
    void crowd(ConversationId conversation) {
        if (parts.hub().receivers(conversation).length > 0) {
            crowds.changed(conversation);
        }
    }

    /// How many sessions were looked at.
    private int presence(ConversationId conversation, Signal.Presence signal, Set<HubSession> told) {
        EncodedPush push = EventJson.presence(conversation, signal);
        Subject subject = new Subject(signal.account(), null);
        Receiver[] all = parts.hub().receivers(conversation);
        for (Receiver receiver : all) {
            if (!told.contains(receiver.session()) && hears(receiver, signal.account())) {
                told.add(receiver.session());
                outlet.sendOrKeep(subject, new Event(receiver, push, Kind.PRESENCE));
            }
        }
        return all.length;
    }

    /// Tells markers and counts whose time has come. One statement at most.
    void tick() {
        if (outlet.hasAllowance()) {
            tellMarkers();
        }
        if (outlet.hasAllowance()) {
            crowds.tick();
        }
    }

    private void tellMarkers() {
        List<Map.Entry<Marker, Long>> moved;
        lock.lock();
        try {
            moved = markers.take(millis.getAsLong(), MARKERS_PER_TICK_MAX);
        } finally {
            lock.unlock();
        }
        if (!moved.isEmpty()) {
            Map<ConversationId, Integer> sizes = parts.audience()
                    .sizes(moved.stream()
                            .map(entry -> entry.getKey().conversation())
                            .distinct()
                            .toList());
            for (Map.Entry<Marker, Long> entry : moved) {
                int size = sizes.getOrDefault(entry.getKey().conversation(), 0);
                if (size <= membersMax) {
                    tell(entry.getKey(), entry.getValue());
                }
            }
        }
    }

    private void tell(Marker marker, long seq) {
        EncodedPush push = EventJson.read(marker.conversation(), marker.account(), seq);
        Subject subject = new Subject(marker.account(), marker.conversation());
        Receiver[] all = parts.hub().receivers(marker.conversation());
        int pushes = 0;
        for (Receiver receiver : all) {
            if (hears(receiver, marker.account())) {
                pushes++;
                outlet.sendOrKeep(subject, new Event(receiver, push, Kind.READ));
            }
        }
        outlet.charge(pushes, all.length);
    }

    boolean isLarge(ConversationId conversation) {
        return parts.audience().sizes(List.of(conversation)).getOrDefault(conversation, 0) > membersMax;
    }

    /// Accounts of a large group that are online, and their sessions.
    Signal.Crowd online(ConversationId conversation) {
        return crowds.online(conversation);
    }

    private static boolean hears(Receiver receiver, AccountId of) {
        return !receiver.session().account().equals(of) && receiver.isLive();
    }
}
