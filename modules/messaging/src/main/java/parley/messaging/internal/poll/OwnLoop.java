package parley.messaging.internal.poll;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import parley.kernel.Database;
import parley.kernel.Health;
import parley.messaging.internal.poll.BeatRows.Beat;

/// Proof that what is committed comes through: each node commits a beat to a row of its own every two
/// seconds and tells the others over the bus; bus or poll bring it back. What the poll sees of the other
/// nodes' rows and the bus did not bring shows a way that is broken in one direction only.
///
/// Thread-safe; [#beat] blocks.
final class OwnLoop {
    static final Duration EVERY = Duration.ofSeconds(2);

    /// Rows that are older belong to nodes that are gone.
    private static final Duration ALIVE = Duration.ofSeconds(10);

    private static final Duration KEPT = Duration.ofHours(1);
    private static final int BEATS_PER_PURGE = 300;

    /// The bus has so long to bring a beat.
    private static final Duration UNDER_WAY = Duration.ofMillis(1_500);

    /// Nobody is accused of a single lost hint.
    private static final long SILENT_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long STALLED_NANOS = Duration.ofSeconds(1).toNanos();

    private final Database database;
    private final Teller teller;
    private final LongSupplier nanos;
    private final Duration failingMax;
    private final long node = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong closedAt;

    /// When the commit under way began; 0 = none is.
    private volatile long committingSince;

    /// By other node: its newest beat that the bus brought, and since when the bus brings none.
    private final Map<Long, Long> heard = new ConcurrentHashMap<>();

    private final Map<Long, Long> silentSince = new ConcurrentHashMap<>();

    /// Tells all nodes of a beat. Must not block.
    interface Teller {
        void beat(long node, long beat);
    }

    OwnLoop(Database database, Teller teller, LongSupplier nanos, Duration failingMax) {
        this.database = database;
        this.teller = teller;
        this.nanos = nanos;
        this.failingMax = failingMax;
        this.closedAt = new AtomicLong(nanos.getAsLong());
    }

    /// Commits the next beat and tells of it.
    void beat() {
        long beat = written.incrementAndGet();
        long now = nanos.getAsLong();
        committingSince = now == 0 ? 1 : now;
        // Where it fails nobody knows what others' commits do: that is trouble until the next one.
        boolean unused = database.transact(connection -> {
            BeatRows.write(connection, database.dialect(), node, beat);
            return true;
        });
        committingSince = 0;
        teller.beat(node, beat);
        if (beat % BEATS_PER_PURGE == 0) {
            Integer unusedToo =
                    database.transact(connection -> BeatRows.purge(connection, database.dialect(), KEPT.toMillis()));
        }
    }

    /// Whether the database takes its time over a commit, or failed at the last one: what others commit now may
    /// appear much later than its time says.
    boolean isStalled() {
        long since = committingSince;
        return since != 0 && nanos.getAsLong() - since > STALLED_NANOS;
    }

    /// Whether the bus brings nothing of some other node.
    boolean isSilent() {
        return !silentSince.isEmpty();
    }

    /// The bus brought a beat.
    void heard(long from, long beat) {
        if (from == node) {
            close(beat);
        } else {
            Long unused = heard.merge(from, beat, Math::max);
        }
    }

    /// Looks at the rows of all nodes. Blocks for one statement.
    void poll() {
        List<Beat> beats = database.read(connection -> BeatRows.read(connection, database.dialect(), ALIVE.toMillis()));
        List<Long> alive = beats.stream().map(Beat::node).toList();
        heard.keySet().retainAll(alive);
        silentSince.keySet().retainAll(alive);
        for (Beat beat : beats) {
            if (beat.node() == node) {
                close(beat.beat());
            } else if (heard.getOrDefault(beat.node(), 0L) >= beat.beat()) {
                Long unused = silentSince.remove(beat.node());
            } else if (beat.ageMillis() > UNDER_WAY.toMillis()) {
                Long unused = silentSince.putIfAbsent(beat.node(), nanos.getAsLong());
            }
        }
    }

    private void close(long beat) {
        if (closed.getAndAccumulate(beat, Math::max) < beat) {
            closedAt.set(nanos.getAsLong());
        }
    }

    Health check() {
        long now = nanos.getAsLong();
        Duration open = Duration.ofNanos(now - closedAt.get());
        if (open.compareTo(failingMax) > 0) {
            return Health.down("what this node commits has not come back to it for " + open.toSeconds()
                    + " s (a row of its own, by the bus or by polling)");
        }
        long silent = silentSince.values().stream()
                .filter(since -> now - since > SILENT_NANOS)
                .count();
        if (silent > 0) {
            return Health.degraded("the bus brings nothing of " + silent
                    + " other nodes; their messages come by polling the database, some seconds late");
        }
        return Health.up();
    }
}
