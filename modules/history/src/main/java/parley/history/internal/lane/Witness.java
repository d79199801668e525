package parley.history.internal.lane;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.history.internal.store.Epoch;

/// Remembers what its lane has committed lately, and holds each new connection against it before the lane
/// writes there: behind it may be a server that took over and lacks the newest commits, and numbers that
/// were acknowledged must not be given out again in the same epoch. As a replica applies commits in order,
/// one that has the lane's last has them all.
///
/// A head only ever grows, so one that lies lower is proof, and so is another entry under the same number.
/// A conversation that is not there at all proves nothing (data may be deleted), and its numbers cannot be
/// given out again. Used by the lane's thread alone.
final class Witness {
    private static final int CONVERSATIONS_MAX = 64;
    private static final long LOOK_NANOS = Duration.ofSeconds(2).toNanos();

    /// A server that has just taken over may still be applying what it had fetched.
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

    /// A doubt that was not renewed for so long begins anew: nobody looked meanwhile.
    private static final long DOUBT_LIVES_NANOS = Duration.ofSeconds(5).toNanos();

    private static final String SELECT = "select h.head, h.floor, e.author, e.time from history_head h"
            + " left join history_entry e on e.conversation = h.conversation and e.seq = ? where h.conversation = ?";

    private final Epoch epoch;
    private final Consumer<Entry> newestOfAll;
    private final LinkedHashMap<Long, Entry> newest = new LinkedHashMap<>();
    private @Nullable Connection believed;
    private long lookedAtNanos;
    private long doubtedAtNanos;
    private long doubtedLastNanos;
    private boolean isInDoubt;

    /// `newestOfAll` is told the lane's newest entry after each commit.
    Witness(Epoch epoch, Consumer<Entry> newestOfAll) {
        this.epoch = epoch;
        this.newestOfAll = newestOfAll;
    }

    /// Something was committed that a new connection is to be held against.
    boolean isNeeded() {
        return !newest.isEmpty();
    }

    /// `plan` is committed.
    void remember(Plan plan) {
        for (Plan.Written written : plan.written()) {
            Entry last = written.committed().entries().getLast();
            long conversation = last.conversation().value();
            Entry unused = newest.remove(conversation);
            newest.put(conversation, last);
            newestOfAll.accept(last);
        }
        Iterator<Long> oldest = newest.keySet().iterator();
        while (newest.size() > CONVERSATIONS_MAX) {
            long unused = oldest.next();
            oldest.remove();
        }
    }

    /// Throws when nothing may be written on `connection`: [EpochOverException], or as a lost connection
    /// when it is not yet clear. Looks anew at each new connection, and at the epoch every two seconds.
    void testify(Connection connection) throws SQLException {
        if (epoch.isOver()) {
            throw new EpochOverException();
        }
        long now = System.nanoTime();
        boolean isNew = connection != believed;
        if (!isNew && now - lookedAtNanos < LOOK_NANOS) {
            return;
        }
        epoch.look(connection);
        if (epoch.isOver()) {
            throw new EpochOverException();
        }
        if (isNew) {
            compare(connection, now);
        }
        believed = connection;
        lookedAtNanos = now;
    }

    private void compare(Connection connection, long now) throws SQLException {
        Optional<String> evidence = contradiction(connection, newest.values());
        if (evidence.isEmpty()) {
            isInDoubt = false;
            return;
        }
        if (!isInDoubt || now - doubtedLastNanos > DOUBT_LIVES_NANOS) {
            isInDoubt = true;
            doubtedAtNanos = now;
        }
        doubtedLastNanos = now;
        if (now - doubtedAtNanos < PATIENCE_NANOS) {
            throw new SQLTransientConnectionException("the server lacks what was committed: " + evidence.get());
        }
        epoch.lost(connection, evidence.get());
        throw new EpochOverException();
    }

    /// What the server behind `connection` lacks of `committed`.
    static Optional<String> contradiction(Connection connection, Collection<Entry> committed) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            for (Entry entry : committed) {
                select.setLong(1, entry.seq());
                select.setLong(2, entry.conversation().value());
                try (ResultSet row = select.executeQuery()) {
                    if (row.next() && contradicts(row, entry)) {
                        return Optional.of(
                                "conversation " + entry.conversation().value() + " ends at " + row.getLong(1)
                                        + ", or has another entry at " + entry.seq());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean contradicts(ResultSet row, Entry entry) throws SQLException {
        if (row.getLong(1) < entry.seq()) {
            return true;
        }
        long author = row.getLong(3);
        return !row.wasNull() && (author != entry.author().value() || row.getLong(4) != entry.time());
    }
}
