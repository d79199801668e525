package parley.history.internal.lane;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.history.Head;
import parley.history.internal.store.EntryRow;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;

/// A lane's connection with its prepared statements, opened on demand. Used by the lane's thread alone.
final class LaneSession implements AutoCloseable {
    private static final int HEADS_PER_LOCK = 256;

    private final LaneConnections connections;
    private final LaneSql sql;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private @Nullable Connection connection;

    LaneSession(LaneConnections connections) {
        this.connections = connections;
        this.sql = new LaneSql(connections.dialect());
    }

    Dialect dialect() {
        return connections.dialect();
    }

    /// The connection, opened when there is none.
    Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = connections.open();
            connection = open;
        }
        return open;
    }

    boolean isOpen() {
        return connection != null;
    }

    /// The heads of `ids` that exist, locked until the end of the transaction, and the database's time.
    Heads lockHeads(List<Long> ids) throws SQLException {
        Map<Long, Head> heads = new LinkedHashMap<>();
        long nowMillis = 0;
        for (int from = 0; from < ids.size(); from += HEADS_PER_LOCK) {
            List<Long> chunk = ids.subList(from, Math.min(ids.size(), from + HEADS_PER_LOCK));
            int slots = powerOfTwo(chunk.size());
            PreparedStatement select = prepare(sql.lockHeads(slots));
            for (int i = 0; i < slots; i++) {
                select.setLong(i + 1, chunk.get(Math.min(i, chunk.size() - 1)));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    heads.put(rows.getLong(1), head(rows));
                    nowMillis = Math.max(nowMillis, rows.getLong(8));
                }
            }
        }
        return new Heads(heads, nowMillis);
    }

    /// Heads as locked, by conversation.
    record Heads(Map<Long, Head> byConversation, long nowMillis) {}

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

    /// Makes empty heads for `ids`; one that exists is locked and stays as it is.
    void createHeads(Collection<Long> ids) throws SQLException {
        new BulkInsert<Long>(
                        LaneSql.HEAD_INSERT,
                        sql.createHeadRow(),
                        LaneSql.createHeadUpdate(),
                        1,
                        (at, id) -> at.setLong(id))
                .run(this, List.copyOf(ids));
    }

    Map<SentKey, SentRow> known(List<SentKey> keys) throws SQLException {
        Map<SentKey, SentRow> known = new HashMap<>();
        int step = sql.keysPerLookUp();
        for (int from = 0; from < keys.size(); from += step) {
            List<SentKey> chunk = keys.subList(from, Math.min(keys.size(), from + step));
            int slots = powerOfTwo(chunk.size());
            PreparedStatement select = prepare(sql.knownKeys(slots));
            for (int i = 0; i < slots; i++) {
                SentKey key = chunk.get(Math.min(i, chunk.size() - 1));
                select.setLong(3 * i + 1, key.conversation());
                select.setLong(3 * i + 2, key.author());
                select.setBytes(3 * i + 3, key.clientId());
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    known.put(
                            new SentKey(rows.getLong(1), rows.getLong(2), rows.getBytes(3)),
                            new SentRow(rows.getLong(4), rows.getLong(5), rows.getBytes(6), rows.getLong(7)));
                }
            }
        }
        return known;
    }

    void insertEntries(List<Entry> entries) throws SQLException {
        new BulkInsert<Entry>(LaneSql.ENTRY_INSERT, LaneSql.ENTRY_ROW, "", 10, (at, entry) -> {
                    at.setLong(entry.conversation().value());
                    at.setLong(entry.seq());
                    at.setInt(entry.kind().code());
                    at.setLong(entry.author().value());
                    at.setBytes(KeyMaker.storedBytes(entry.clientId()));
                    at.setLong(entry.target());
                    at.setLong(entry.time());
                    at.setLong(entry.messages());
                    at.setBytes(entry.detail());
                    at.setBytes(EntryRow.body(entry));
                })
                .run(this, entries);
    }

    void insertSent(List<Plan.Written> written, long batch) throws SQLException {
        new BulkInsert<Plan.Written>(LaneSql.SENT_INSERT, LaneSql.SENT_ROW, "", 7, (at, one) -> {
                    SentKey key = one.item().key();
                    Entry last = one.committed().entries().getLast();
                    at.setLong(key.conversation());
                    at.setLong(key.author());
                    at.setBytes(key.clientId());
                    at.setLong(last.seq());
                    at.setLong(last.time());
                    at.setLong(batch);
                    at.setBytes(one.item().bodyMac());
                })
                .run(this, written);
    }

    void updateHeads(List<Head> heads) throws SQLException {
        new BulkInsert<Head>(LaneSql.HEAD_INSERT, sql.headRow(), LaneSql.HEAD_UPDATE, 7, (at, head) -> {
                    at.setLong(head.conversation().value());
                    at.setLong(head.head());
                    at.setLong(head.messages());
                    at.setLong(head.floor());
                    at.setLong(head.membersVersion());
                    at.setLong(head.mutatedSeq());
                    at.setLong(head.time());
                })
                .run(this, heads);
    }

    /// Commits; returns when the commit is durable.
    void commit() throws SQLException {
        connection().commit();
        makeDurable();
    }

    /// H2 writes a commit to its file but does not force it to the disk; the checkpoint does.
    void makeDurable() throws SQLException {
        if (dialect() == Dialect.H2) {
            try (Statement statement = connection().createStatement()) {
                statement.execute("checkpoint sync");
            }
        }
    }

    void rollBack() {
        Connection open = connection;
        if (open != null) {
            try {
                open.rollback();
            } catch (SQLException lost) {
                // The connection is gone, and with it the transaction.
                drop();
            }
        }
    }

    /// Tells the server that this session lives; drops the connection when it does not answer.
    void keepAlive() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            if (!open.isValid(1)) {
                drop();
            } else {
                open.rollback();
            }
        } catch (SQLException lost) {
            drop();
        }
    }

    PreparedStatement prepare(String text) throws SQLException {
        PreparedStatement known = statements.get(text);
        if (known == null) {
            known = connection().prepareStatement(text);
            statements.put(text, known);
        }
        return known;
    }

    /// Throws the connection away; the next use opens a new one.
    void drop() {
        Connection open = connection;
        connection = null;
        statements.clear();
        if (open != null) {
            try {
                open.abort(Runnable::run);
                open.close();
            } catch (SQLException lost) {
                // It was gone already.
            }
        }
    }

    @Override
    public void close() {
        drop();
    }

    static void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    private static int powerOfTwo(int count) {
        return count <= 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }
}
