package parley.sessions.internal.protocol.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many subscriptions a session has, and which of them end at some time (milliseconds of the
/// engine's clock, passed in). Costs next to nothing while none ends.
///
/// Thread-safe. Its lock is its own monitor, because there is one per connection; nothing is called
/// under it, and it may be taken under any other.
final class Subscriptions {
    /// What is due is named again after this, until it is gone: what ends it may have found no place.
    private static final int AGAIN_MILLIS = 1_000;

    @GuardedBy("this")
    private int count;

    /// By channel; null while none ends.
    @GuardedBy("this")
    private @Nullable Map<String, Ending> endings;

    /// When the next is due.
    @GuardedBy("this")
    private long next = Timed.NEVER;

    private static final class Ending {
        private final boolean server;
        private final long at;
        private long dueAt;

        Ending(boolean server, long at) {
            this.server = server;
            this.at = at;
            this.dueAt = at;
        }
    }

    /// A subscription that is due; `server`: the server made it.
    record Due(String channel, boolean server) {}

    synchronized int count() {
        return count;
    }

    /// One more, to end at `end` ([Timed#NEVER]: not by itself); `server`: the server made it.
    synchronized void add(String channel, boolean server, long end) {
        count++;
        endsLocked(channel, server, end);
    }

    synchronized void remove(String channel) {
        count--;
        if (endings != null) {
            endings.remove(channel);
        }
    }

    /// The one to `channel` goes on until `end` ([Timed#NEVER]: for ever).
    synchronized void renew(String channel, long end) {
        Ending known = endings == null ? null : endings.remove(channel);
        endsLocked(channel, known != null && known.server, end);
    }

    @GuardedBy("this")
    private void endsLocked(String channel, boolean server, long end) {
        if (end != Timed.NEVER) {
            endings = endings == null ? new HashMap<>() : endings;
            endings.put(channel, new Ending(server, end));
            next = Math.min(next, end);
        }
    }

    synchronized boolean hasEnded(String channel, long now) {
        Ending ending = endings == null ? null : endings.get(channel);
        return ending != null && ending.at <= now;
    }

    /// When to ask [#due] at the latest.
    synchronized long next() {
        return next;
    }

    /// One that is due at `now`; ask again until there is none.
    synchronized @Nullable Due due(long now) {
        if (endings == null || now < next) {
            return null;
        }
        long earliest = Timed.NEVER;
        for (Map.Entry<String, Ending> each : endings.entrySet()) {
            Ending ending = each.getValue();
            if (ending.dueAt <= now) {
                ending.dueAt = now + AGAIN_MILLIS;
                return new Due(each.getKey(), ending.server);
            }
            earliest = Math.min(earliest, ending.dueAt);
        }
        next = earliest;
        return null;
    }
}
