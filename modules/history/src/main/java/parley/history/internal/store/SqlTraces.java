package parley.history.internal.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.history.Entry;
import parley.history.Traces;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;

/// Traces in the log's tables, all by primary key. Thread-safe; blocks.
public final class SqlTraces implements Traces {
    private static final int SCAN_MAX = 10_000;
    private static final int LIMIT_MAX = 1_000;
    private static final int POINTS_MAX = 64;

    private static final String SWEEP = "select h.conversation, (select s.seq from history_sent s"
            + " where s.conversation = h.conversation and s.author = ? limit 1)"
            + " from (select conversation from history_head where conversation > ?"
            + " order by conversation limit ?) h order by h.conversation";
    private static final String KEYS = "select client_id, seq from history_sent"
            + " where conversation = ? and author = ? order by client_id limit ?";
    private static final String REACTIONS =
            "select emoji from history_reaction where conversation = ? and target = ? and account = ?";
    private static final String DROP_CLIENT_ID =
            "update history_entry set client_id = null where conversation = ? and seq = ? and author = ?";
    private static final String DROP =
            "delete from history_sent where conversation = ? and author = ? and client_id = ?";

    private final Database database;

    public SqlTraces(Database database) {
        this.database = database;
    }

    @Override
    public Sweep sweep(AccountId author, long after, int scan) {
        requireWithin(scan, SCAN_MAX);
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(SWEEP)) {
                select.setLong(1, author.value());
                select.setLong(2, after);
                select.setInt(3, scan);
                List<ConversationId> found = new ArrayList<>();
                long reached = after;
                int rows = 0;
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        rows++;
                        reached = row.getLong(1);
                        if (row.getLong(2) > 0) {
                            found.add(new ConversationId(reached));
                        }
                    }
                }
                return new Sweep(found, reached, rows < scan);
            }
        });
    }

    @Override
    public List<Trace> traces(ConversationId conversation, AccountId author, int limit) {
        requireWithin(limit, LIMIT_MAX);
        return database.read(connection -> {
            List<Key> keys = keys(connection, conversation, author, limit);
            Map<Long, Entry> entries = new HashMap<>();
            for (int from = 0; from < keys.size(); from += POINTS_MAX) {
                read(connection, conversation, keys.subList(from, Math.min(keys.size(), from + POINTS_MAX)), entries);
            }
            return keys.stream()
                    .map(key -> new Trace(key.bytes(), entries.get(key.seq())))
                    .toList();
        });
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Key(byte[] bytes, long seq) {}

    private static List<Key> keys(Connection connection, ConversationId conversation, AccountId author, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(KEYS)) {
            select.setLong(1, conversation.value());
            select.setLong(2, author.value());
            select.setInt(3, limit);
            List<Key> keys = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    keys.add(new Key(row.getBytes(1), row.getLong(2)));
                }
            }
            return keys;
        }
    }

    private static void read(Connection connection, ConversationId conversation, List<Key> keys, Map<Long, Entry> into)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + EntryRow.points(keys.size()))) {
            for (int i = 0; i < keys.size(); i++) {
                select.setLong(2 * i + 1, conversation.value());
                select.setLong(2 * i + 2, keys.get(i).seq());
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Entry entry = EntryRow.read(row);
                    Entry unused = into.put(entry.seq(), entry);
                }
            }
        }
    }

    @Override
    public List<String> reactions(ConversationId conversation, long target, AccountId account) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(REACTIONS)) {
                select.setLong(1, conversation.value());
                select.setLong(2, target);
                select.setLong(3, account.value());
                List<String> emoji = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        emoji.add(new String(row.getBytes(1), StandardCharsets.UTF_8));
                    }
                }
                return emoji;
            }
        });
    }

    @Override
    public void dropClientIds(ConversationId conversation, AccountId author, Collection<Trace> traces) {
        List<Entry> marked = new ArrayList<>();
        for (Trace trace : traces) {
            Entry entry = trace.entry();
            if (entry != null && entry.clientId() != null) {
                marked.add(entry);
            }
        }
        if (marked.isEmpty()) {
            return;
        }
        boolean unused = database.transact(connection -> {
            try (PreparedStatement update = connection.prepareStatement(DROP_CLIENT_ID)) {
                for (Entry entry : marked) {
                    update.setLong(1, conversation.value());
                    update.setLong(2, entry.seq());
                    update.setLong(3, author.value());
                    update.addBatch();
                }
                int[] counts = update.executeBatch();
                return counts.length > 0;
            }
        });
    }

    @Override
    public void drop(ConversationId conversation, AccountId author, Collection<Trace> traces) {
        boolean unused = database.transact(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(DROP)) {
                for (Trace trace : traces) {
                    delete.setLong(1, conversation.value());
                    delete.setLong(2, author.value());
                    delete.setBytes(3, trace.key());
                    delete.addBatch();
                }
                int[] counts = delete.executeBatch();
                return counts.length > 0;
            }
        });
    }

    private static void requireWithin(int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("between 1 and " + most + ", not " + value);
        }
    }
}
