package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The log as its tables hold it, read by SQL and by no code of the program, against what the clients
/// wrote down.
final class LogTables {
    static final int MESSAGE = 1;
    static final int MEMBER = 5;

    private final Connection connection;

    LogTables(Connection connection) {
        this.connection = connection;
    }

    /// A row of the log. `text` is the body of a message, and what another entry states.
    record Row(long seq, int kind, String author, @Nullable String clientId, String text) {}

    /// All rows of `conversation`, ascending.
    List<Row> rows(String conversation) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select seq, kind, author, client_id, detail, body from history_entry"
                        + " where conversation = ? order by seq")) {
            select.setLong(1, Long.parseLong(conversation));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    int kind = found.getInt(2);
                    rows.add(new Row(
                            found.getLong(1),
                            kind,
                            found.getString(3),
                            found.getBytes(4) == null ? null : text(found.getBytes(4)),
                            text(found.getBytes(kind == MESSAGE ? 6 : 5))));
                }
            }
        }
        return rows;
    }

    /// Numbers 1, 2, 3 ... without a hole, the head's row is the highest and has counted the messages, no
    /// message is there twice, each with a number that was told has exactly that one, and nothing is there
    /// that nobody sent. With `allSent`, all that was ever sent is there.
    void check(List<String> conversations, SendRecord record, boolean allSent) throws SQLException {
        record.assertNothingBroken();
        Map<Send, Long> stored = new HashMap<>();
        Map<String, Send> sent = new HashMap<>();
        record.begun()
                .forEach(send ->
                        sent.put(send.conversation() + " " + send.sender().id() + " " + send.id(), send));
        for (String conversation : conversations) {
            List<Row> rows = rows(conversation);
            checkDense(conversation, rows);
            checkKeys(conversation, rows);
            for (Row row : rows) {
                if (row.kind() == MESSAGE) {
                    Send send = sent.get(conversation + " " + row.author() + " " + row.clientId());
                    assertTrue(send != null, "nobody sent " + row);
                    assertEquals(send.body(), row.text());
                    assertNull(stored.put(send, row.seq()), "twice: " + send);
                }
            }
        }
        record.told().forEach((send, seq) -> assertEquals(seq, stored.get(send), () -> "number of " + send));
        if (allSent) {
            assertEquals(record.begun(), stored.keySet());
        }
    }

    private void checkDense(String conversation, List<Row> rows) throws SQLException {
        assertEquals(
                LongStream.rangeClosed(1, rows.size()).boxed().toList(),
                rows.stream().map(Row::seq).toList());
        try (PreparedStatement select =
                connection.prepareStatement("select head, messages from history_head where conversation = ?")) {
            select.setLong(1, Long.parseLong(conversation));
            try (ResultSet head = select.executeQuery()) {
                assertTrue(head.next());
                assertEquals(rows.size(), head.getLong(1));
                assertEquals(rows.stream().filter(row -> row.kind() == MESSAGE).count(), head.getLong(2));
            }
        }
    }

    /// Each message has its idempotency key, with its number, and there are no others of clients.
    private void checkKeys(String conversation, List<Row> rows) throws SQLException {
        Map<String, Long> keys = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("select author, client_id, seq from history_sent where conversation = ?")) {
            select.setLong(1, Long.parseLong(conversation));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    if (found.getBytes(2)[0] != (byte) 0xff) {
                        keys.put(found.getString(1) + " " + text(found.getBytes(2)), found.getLong(3));
                    }
                }
            }
        }
        Map<String, Long> expected = new HashMap<>();
        rows.stream()
                .filter(row -> row.kind() == MESSAGE)
                .forEach(row -> expected.put(row.author() + " " + Objects.requireNonNull(row.clientId()), row.seq()));
        assertEquals(expected, keys);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
