package parley.history.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History.Changed;
import parley.history.internal.lane.SentRow;
import parley.history.wiring.HistoryConfig.ReadLimits;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.kernel.Unavailable;
import parley.kernel.Work;

/// Reads the log's tables on pooled connections. Thread-safe; blocks.
public final class LogReads {
    /// Rows that one statement fetches, so that the cap of bytes is passed by little.
    private static final int ROWS_PER_STATEMENT = 256;

    private static final int POINTS_PER_STATEMENT = 128;

    /// Connections of the pool that a restart of the database broke fail at once, one after the other.
    private static final int TRIES_MAX = 4;

    private static final long QUICK_NANOS = 100_000_000;

    private final Database database;
    private final ReadSql sql;
    private final ReadLimits limits;

    public LogReads(Database database, ReadLimits limits) {
        this.database = database;
        this.limits = limits;
        this.sql = new ReadSql(database.dialect(), limits.statementTimeout());
    }

    /// The heads of those of `ids` that have an entry.
    public Map<ConversationId, Head> heads(List<ConversationId> ids) {
        return read(connection -> {
            int slots = powerOfTwo(ids.size());
            try (PreparedStatement select = prepare(connection, sql.heads(slots))) {
                for (int i = 0; i < slots; i++) {
                    select.setLong(i + 1, ids.get(Math.min(i, ids.size() - 1)).value());
                }
                try (ResultSet rows = select.executeQuery()) {
                    return heads(rows);
                }
            }
        });
    }

    private static Map<ConversationId, Head> heads(ResultSet rows) throws SQLException {
        Map<ConversationId, Head> heads = new HashMap<>();
        while (rows.next()) {
            Head head = head(rows);
            heads.put(head.conversation(), head);
        }
        return heads;
    }

    private static Head head(ResultSet row) throws SQLException {
        return new Head(
                new ConversationId(row.getLong(1)),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }

    /// See [parley.history.History#changed].
    public List<Changed> changed(long from, long to, long after, int limit) {
        return read(connection -> {
            try (PreparedStatement select = prepare(connection, sql.changed())) {
                select.setLong(1, from);
                select.setLong(2, to);
                select.setLong(3, from);
                select.setLong(4, after);
                select.setInt(5, limit);
                List<Changed> changed = new ArrayList<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        changed.add(new Changed(head(rows), rows.getLong(8)));
                    }
                }
                return changed;
            }
        });
    }

    /// What was sent under this key, when anything was.
    public Optional<SentRow> sent(ConversationId conversation, AccountId author, byte[] clientId) {
        return read(connection -> {
            try (PreparedStatement select = prepare(connection, sql.sent())) {
                select.setLong(1, conversation.value());
                select.setLong(2, author.value());
                select.setBytes(3, clientId);
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(new SentRow(row.getLong(1), row.getLong(2), row.getBytes(3), row.getLong(4)))
                            : Optional.<SentRow>empty();
                }
            }
        });
    }

    /// Entries with seq in (`after`, `last`], ascending; at most `limit`, and no more than the cap of
    /// bytes asks for.
    public List<Entry> forward(ConversationId conversation, long after, long last, int limit) {
        return read(connection -> collect(
                limit,
                (from, rows) -> select(connection, sql.forward(), conversation, bounds(after, last, from), rows)));
    }

    /// Entries with seq in [`first`, `before`), descending.
    public List<Entry> backward(ConversationId conversation, long first, long before, int limit) {
        return read(connection -> collect(
                limit,
                (from, rows) ->
                        select(connection, sql.backward(), conversation, bounds(first - 1, before, from), rows)));
    }

    /// The entry at each of `heads`.
    public Map<ConversationId, Entry> newest(List<Head> heads) {
        Map<ConversationId, Entry> newest = new HashMap<>();
        for (int from = 0; from < heads.size(); from += POINTS_PER_STATEMENT) {
            List<Head> some = heads.subList(from, Math.min(heads.size(), from + POINTS_PER_STATEMENT));
            for (Entry entry : read(connection -> points(connection, some))) {
                newest.put(entry.conversation(), entry);
            }
        }
        return newest;
    }

    private List<Entry> points(Connection connection, List<Head> heads) throws SQLException {
        int slots = powerOfTwo(heads.size());
        try (PreparedStatement select = prepare(connection, sql.points(slots))) {
            for (int i = 0; i < slots; i++) {
                Head head = heads.get(Math.min(i, heads.size() - 1));
                select.setLong(2 * i + 1, head.conversation().value());
                select.setLong(2 * i + 2, head.head());
            }
            List<Entry> entries = new ArrayList<>(heads.size());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    entries.add(EntryRow.read(found));
                }
            }
            return entries;
        }
    }

    /// Reads, and reads again when that failed so quickly that a broken connection is the likely cause.
    private <R> R read(Work<R> work) {
        for (int attempt = 1; ; attempt++) {
            long began = System.nanoTime();
            try {
                return database.read(work);
            } catch (Unavailable fault) {
                if (attempt == TRIES_MAX || System.nanoTime() - began > QUICK_NANOS) {
                    throw fault;
                }
            }
        }
    }

    private interface Page {
        List<Entry> next(List<Entry> soFar, int rows) throws SQLException;
    }

    private static long[] bounds(long low, long high, List<Entry> soFar) {
        if (soFar.isEmpty()) {
            return new long[] {low, high};
        }
        boolean ascends =
                soFar.size() > 1 ? soFar.get(1).seq() > soFar.getFirst().seq() : true;
        long reached = soFar.getLast().seq();
        return ascends ? new long[] {reached, high} : new long[] {low, reached};
    }

    private List<Entry> collect(int limit, Page page) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        while (entries.size() < limit) {
            int rows = Math.min(ROWS_PER_STATEMENT, limit - entries.size());
            List<Entry> next = page.next(entries, rows);
            for (Entry entry : next) {
                bytes += entry.body().length + entry.detail().length;
                if (bytes > limits.bytesMax() && !entries.isEmpty()) {
                    return entries;
                }
                entries.add(entry);
            }
            if (next.size() < rows) {
                return entries;
            }
        }
        return entries;
    }

    private List<Entry> select(Connection connection, String text, ConversationId conversation, long[] bounds, int rows)
            throws SQLException {
        try (PreparedStatement select = prepare(connection, text)) {
            select.setLong(1, conversation.value());
            select.setLong(2, bounds[0]);
            select.setLong(3, bounds[1]);
            select.setInt(4, rows);
            List<Entry> entries = new ArrayList<>(rows);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    entries.add(EntryRow.read(conversation, found));
                }
            }
            return entries;
        }
    }

    private PreparedStatement prepare(Connection connection, String text) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text);
        if (database.dialect() == Dialect.H2) {
            statement.setQueryTimeout(Math.toIntExact(limits.statementTimeout().toSeconds()));
        }
        return statement;
    }

    private static int powerOfTwo(int count) {
        return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }
}
