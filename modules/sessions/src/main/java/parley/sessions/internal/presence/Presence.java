package parley.sessions.internal.presence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.accounts.LastSeen;
import parley.cluster.Cluster;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Unavailable;
import parley.messaging.Audience;
import parley.messaging.Reading;
import parley.sessions.internal.hub.Hub;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.presence.Attendance.Change;
import parley.sessions.internal.presence.PresenceMetrics.Reason;

/// Who is online, who types, and how far others have read: takes what happens on this node and lets
/// every session that it concerns know, within the bounds of [PresenceLimits]. Thread-safe.
public final class Presence {
    private static final Logger LOG = System.getLogger(Presence.class.getName());
    private static final int SWEEP_EVERY_TICKS = 20;

    /// What it stands on.
    public record Parts(
            Hub hub,
            SessionDirectory directory,
            Reading reading,
            Audience audience,
            LastSeen lastSeen,
            Cluster cluster) {}

    /// What one account may know of another; `lastSeen` only while it is offline.
    public record Sight(boolean online, Optional<Instant> lastSeen) {}

    private final Parts parts;
    private final Outlet outlet;
    private final Teller teller;

    /// Null, both, on a node that is alone.
    private final @Nullable Elsewhere elsewhere;

    private final @Nullable Whereabouts whereabouts;
    private final Roster roster;
    private final PresenceMetrics metrics;
    private final LongSupplier millis;
    private final InstantSource clock;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Attendance attendance;

    @GuardedBy("lock")
    private final TypingGate typing = new TypingGate(PresenceLimits.TYPING_MAX);

    private int ticks;

    /// `millis` never goes back; `clock` is the wall's. Somebody calls [#tick] some ten times a second.
    public Presence(
            Parts parts, PresenceLimits limits, LongSupplier millis, InstantSource clock, MeterRegistry registry) {
        this.parts = parts;
        this.metrics = new PresenceMetrics(registry);
        this.millis = millis;
        this.clock = clock;
        this.outlet = new Outlet(limits, metrics, millis);
        Cluster cluster = parts.cluster();
        this.elsewhere = cluster.bus().isShared()
                ? new Elsewhere(
                        cluster, limits.graceMillis(), new Elsewhere.Parts(parts.lastSeen(), metrics, millis, clock))
                : null;
        this.whereabouts =
                elsewhere == null ? null : new Whereabouts(cluster.registry(), parts.directory(), elsewhere::isOnline);
        this.teller = new Teller(
                new Teller.Parts(parts.hub(), parts.reading(), parts.audience(), elsewhere),
                limits.membersMax(),
                outlet,
                metrics,
                millis);
        this.roster = new Roster(parts, teller, limits.membersMax(), whereabouts);
        this.attendance = new Attendance(limits.graceMillis(), PresenceLimits.CHANGES_MAX);
        metrics.watchPresence(this::accounts, this::changes, this::forgotten);
        metrics.watchEvents(outlet::waiting, outlet::paced);
        if (elsewhere != null) {
            metrics.watchElsewhere(elsewhere::accounts, elsewhere::forgotten);
            elsewhere.listen();
        }
    }

    /// The answers to `presence` and `presence_stats`.
    public Roster roster() {
        return roster;
    }

    /// `session` is open: its client has the connect reply. Never blocks.
    public void opened(HubSession session) {
        lock.lock();
        try {
            attendance.opened(session.account());
        } finally {
            lock.unlock();
        }
        if (whereabouts != null) {
            whereabouts.add(session);
        }
    }

    /// `session`, which was open, is over. Never blocks.
    public void ended(HubSession session) {
        Instant now = clock.instant();
        boolean last;
        lock.lock();
        try {
            last = attendance.closed(session.account(), millis.getAsLong(), now.toEpochMilli());
        } finally {
            lock.unlock();
        }
        outlet.forget(session);
        if (whereabouts != null) {
            whereabouts.remove(session);
        }
        if (last) {
            parts.lastSeen().note(session.account(), now);
        }
    }

    /// `session` says that its account types in `conversation`. Passed on for a conversation that it
    /// follows and may send to, unless that was done a moment ago. May block for two statements.
    public void typing(HubSession session, ConversationId conversation) {
        AccountId account = session.account();
        if (!session.follows(conversation) || !passes(account, conversation)) {
            metrics.dropped(Reason.GATE);
            return;
        }
        try {
            if (parts.audience().maySend(account, conversation)) {
                teller.typing(account, conversation);
                if (elsewhere != null) {
                    elsewhere.typing(new Signal.Typing(account, conversation));
                }
            } else {
                metrics.dropped(Reason.GATE);
            }
        } catch (Unavailable away) {
            metrics.dropped(Reason.AWAY);
        }
    }

    /// A `send` command that could not be read, or asks for something else.
    public void malformed() {
        metrics.dropped(Reason.MALFORMED);
    }

    /// The read marker of `account` moved. Never blocks.
    public void read(AccountId account, ConversationId conversation, long seq) {
        teller.marker(account, conversation, seq);
    }

    /// What `viewer` may know of `account`: empty where they share no conversation. Blocks for up to two
    /// statements and a command of Redis, and throws [Unavailable] when the database is away.
    public Optional<Sight> sight(AccountId viewer, AccountId account) {
        if (!viewer.equals(account) && !parts.audience().share(viewer, account)) {
            return Optional.empty();
        }
        return Optional.of(
                isOnline(account) || (whereabouts != null && whereabouts.isElsewhere(account))
                        ? new Sight(true, Optional.empty())
                        : new Sight(false, parts.lastSeen().find(account)));
    }

    boolean isOnline(AccountId account) {
        lock.lock();
        try {
            return attendance.isOnline(account);
        } finally {
            lock.unlock();
        }
    }

    /// Tells what may be told now. Blocks for statements; one call at a time, a further one returns at
    /// once.
    public void tick() {
        if (!ticking.compareAndSet(false, true)) {
            return;
        }
        try {
            if (++ticks % SWEEP_EVERY_TICKS == 0) {
                outlet.sweep();
            }
            outlet.release();
            teller.tick();
            tellChanges();
            if (elsewhere != null) {
                tellOthers(elsewhere);
            }
        } catch (Unavailable away) {
            metrics.dropped(Reason.AWAY);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "telling who is online failed and goes on", bug);
        } finally {
            ticking.set(false);
        }
    }

    private void tellChanges() {
        for (int i = 0; i < PresenceLimits.CHANGES_PER_TICK_MAX && outlet.hasAllowance(); i++) {
            Change change = next();
            if (change == null) {
                return;
            }
            boolean told = false;
            try {
                tell(change);
                told = true;
            } finally {
                if (!told) {
                    putBack(change);
                }
            }
        }
    }

    private void tell(Change change) {
        AccountId account = change.account();
        List<ConversationId> all = teller.conversations(account);
        Signal.Presence signal = new Signal.Presence(account, change.online(), change.seenMillis(), all);
        if (elsewhere == null) {
            teller.presence(signal);
        } else {
            elsewhere.own(
                    all.size() <= PresenceLimits.NAMED_MAX
                            ? signal
                            : new Signal.Presence(account, change.online(), change.seenMillis(), null));
        }
    }

    /// Tells what happened elsewhere, and what happened here as far as that is news.
    private void tellOthers(Elsewhere others) {
        others.tick(this::online, this::isOnline);
        for (Signal.Typing typist : others.takeTyping()) {
            teller.typing(typist.account(), typist.conversation());
        }
        others.takeCrowds().forEach(teller::crowd);
        for (int i = 0; i < PresenceLimits.CHANGES_PER_TICK_MAX && outlet.hasAllowance(); i++) {
            Signal.Presence change = others.next();
            if (change == null) {
                return;
            }
            boolean told = false;
            try {
                teller.presence(change);
                told = true;
            } finally {
                if (!told) {
                    others.untold(change);
                }
            }
        }
    }

    private List<AccountId> online() {
        lock.lock();
        try {
            return attendance.online();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Change next() {
        lock.lock();
        try {
            attendance.expire(millis.getAsLong());
            return attendance.next();
        } finally {
            lock.unlock();
        }
    }

    private void putBack(Change change) {
        lock.lock();
        try {
            attendance.untold(change);
        } finally {
            lock.unlock();
        }
    }

    private boolean passes(AccountId account, ConversationId conversation) {
        lock.lock();
        try {
            return typing.pass(account, conversation, millis.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    private int accounts() {
        lock.lock();
        try {
            return attendance.size();
        } finally {
            lock.unlock();
        }
    }

    private int changes() {
        lock.lock();
        try {
            return attendance.waiting();
        } finally {
            lock.unlock();
        }
    }

    private long forgotten() {
        lock.lock();
        try {
            return attendance.forgotten();
        } finally {
            lock.unlock();
        }
    }
}
