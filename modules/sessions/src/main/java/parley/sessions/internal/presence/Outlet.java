package parley.sessions.internal.presence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.Receiver;
import parley.sessions.internal.presence.Pace.Verdict;
import parley.sessions.internal.presence.PresenceMetrics.Kind;
import parley.sessions.internal.presence.PresenceMetrics.Reason;
import parley.sessions.internal.protocol.codec.EncodedPush;

/// Where events leave for sessions, at the rate of each session and of the node. Thread-safe; nothing
/// here blocks.
final class Outlet {
    private static final int RELEASED_PER_TICK_MAX = 5_000;

    /// What one event replaces while it waits: presence of the account (no conversation), its marker in
    /// one, or a count (no account).
    record Subject(@Nullable AccountId account, @Nullable ConversationId conversation) {}

    record Event(Receiver receiver, EncodedPush push, Kind kind) {}

    private final PresenceMetrics metrics;
    private final LongSupplier millis;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Allowance allowance;

    @GuardedBy("lock")
    private final Pace<HubSession, Subject, Event> pace;

    Outlet(PresenceLimits limits, PresenceMetrics metrics, LongSupplier millis) {
        this.metrics = metrics;
        this.millis = millis;
        this.allowance = new Allowance(limits.eventsPerSecond(), limits.eventsPerSecond(), millis.getAsLong());
        this.pace = new Pace<>(
                limits.sessionEventsPerSecond(), PresenceLimits.SESSION_WAITING_MAX, PresenceLimits.WAITING_MAX);
    }

    /// Whether the node may send events now.
    boolean hasAllowance() {
        lock.lock();
        try {
            return allowance.isThere(millis.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /// Counts `pushes` against the node's rate, and what it took to find their receivers.
    void charge(int pushes, int looks) {
        lock.lock();
        try {
            allowance.take(Math.max(pushes, looks / PresenceLimits.LOOKS_PER_PUSH));
        } finally {
            lock.unlock();
        }
    }

    /// Sends an event that is worth nothing later, or drops it.
    void sendOrDrop(Event event) {
        Verdict verdict;
        lock.lock();
        try {
            verdict = pace.pass(event.receiver().session(), millis.getAsLong());
        } finally {
            lock.unlock();
        }
        follow(verdict, event, Reason.RATE);
    }

    /// Sends an event that tells a state, now or later; a newer one of the same `subject` takes its place.
    void sendOrKeep(Subject subject, Event event) {
        Verdict verdict;
        lock.lock();
        try {
            verdict = pace.pass(event.receiver().session(), subject, event, millis.getAsLong());
        } finally {
            lock.unlock();
        }
        follow(verdict, event, Reason.QUEUE);
    }

    /// Sends what was kept and may go now.
    void release() {
        List<Event> due = new ArrayList<>();
        lock.lock();
        try {
            pace.release(millis.getAsLong(), RELEASED_PER_TICK_MAX, (session, event) -> due.add(event));
        } finally {
            lock.unlock();
        }
        due.forEach(this::send);
    }

    /// Forgets what only mattered for a moment.
    void sweep() {
        lock.lock();
        try {
            pace.sweep(millis.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /// `session` is over.
    void forget(HubSession session) {
        lock.lock();
        try {
            pace.forget(session);
        } finally {
            lock.unlock();
        }
    }

    /// Events that wait.
    int waiting() {
        lock.lock();
        try {
            return pace.waiting();
        } finally {
            lock.unlock();
        }
    }

    /// Sessions that anything is kept of.
    int paced() {
        lock.lock();
        try {
            return pace.size();
        } finally {
            lock.unlock();
        }
    }

    private void follow(Verdict verdict, Event event, Reason why) {
        switch (verdict) {
            case NOW -> send(event);
            case LATER -> {}
            case DROPPED -> metrics.dropped(why);
        }
    }

    private void send(Event event) {
        if (event.receiver().offer(event.push())) {
            metrics.sent(event.kind());
        }
    }
}
