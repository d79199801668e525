package parley.app.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one client saw, and what it waits for: the answer to a message, the next entry, a way in. Times are
/// arguments, in nanoseconds. Thread-safe.
final class WatchRecord {
    private final String name;

    @GuardedBy("this")
    private final WatchTally tally = new WatchTally();

    /// The last entry that came, and its data set; no data set before the first connect.
    @GuardedBy("this")
    private long position;

    @GuardedBy("this")
    private String epoch = "";

    /// The last number that a message of this client got.
    @GuardedBy("this")
    private long acknowledged;

    @GuardedBy("this")
    private long lastDelivery;

    @GuardedBy("this")
    private boolean isConnected;

    /// Pushed before the reply to the connect was looked at: what that brings comes first. Null once it was.
    @GuardedBy("this")
    private @Nullable List<Long> early;

    @GuardedBy("this")
    private boolean isQuiet;

    /// A message has no number yet, since `askedAt`.
    @GuardedBy("this")
    private boolean isAsking;

    @GuardedBy("this")
    private long askedAt;

    /// Waits for the first entry from `now` on.
    WatchRecord(String name, long now) {
        this.name = name;
        this.lastDelivery = now;
    }

    /// No message is begun any more.
    synchronized void quiet() {
        isQuiet = true;
    }

    /// True when there is a message to be sent: the one under way, or another one, which waits from `now` on.
    synchronized boolean asks(long now) {
        if (!isAsking && !isQuiet) {
            isAsking = true;
            askedAt = now;
        }
        return isAsking;
    }

    /// How long it took.
    synchronized long answered(long seq, long now) {
        isAsking = false;
        acknowledged = Math.max(acknowledged, seq);
        tally.sent(now - askedAt);
        return now - askedAt;
    }

    /// It makes a new connection.
    synchronized void connecting() {
        early = new ArrayList<>();
    }

    /// It has the connection, and follows the conversation from `at`, where it stood in the data set `of`;
    /// `missed` came with the reply.
    synchronized void connected(String of, long at, boolean recovered, List<Long> missed, long now) {
        isConnected = true;
        if (epoch.isEmpty()) {
            epoch = of;
            position = at;
            lastDelivery = now;
        } else if (!recovered) {
            tally.fault(name + ": what was missed could not be recovered");
        }
        List<Long> pushed = early == null ? List.of() : early;
        early = null;
        missed.forEach(offset -> delivered(offset, now));
        pushed.forEach(offset -> delivered(offset, now));
    }

    /// The connection ended, or none was had; `reconnects`: it will try again.
    synchronized void away(boolean reconnects) {
        isConnected = false;
        if (reconnects) {
            tally.reconnecting();
        }
    }

    synchronized void delivered(long offset, long now) {
        if (early != null) {
            boolean unused = early.add(offset);
            return;
        }
        if (offset != position + 1) {
            tally.fault(name + ": entry " + offset + " came after " + position);
        }
        tally.delivered(now - lastDelivery);
        lastDelivery = now;
        position = offset;
    }

    synchronized void fault(String sentence) {
        tally.fault(name + ": " + sentence);
    }

    /// Empty before the first connect.
    synchronized String epoch() {
        return epoch;
    }

    synchronized long position() {
        return position;
    }

    /// The highest entry that this client knows of.
    synchronized long highest() {
        return Math.max(position, acknowledged);
    }

    /// Whether nothing is left to wait for, when `highest` is the last entry.
    synchronized boolean isLevel(long highest) {
        return isConnected && !isAsking && position >= highest;
    }

    /// What it saw; what it waits for still, and in vain, counts as the longest pauses do.
    synchronized WatchTally end(long highest, long now) {
        WatchTally all = new WatchTally();
        all.add(tally);
        if (!isConnected) {
            all.fault(name + ": is not connected at the end");
        }
        if (isAsking) {
            all.unanswered(now - askedAt);
            all.fault(name + ": its last message has no number at the end");
        }
        if (position < highest) {
            all.missing(now - lastDelivery);
            all.fault(name + ": entry " + highest + " is there at the end, and it has " + position);
        }
        return all;
    }
}
