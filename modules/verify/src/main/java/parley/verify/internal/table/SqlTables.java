package parley.verify.internal.table;

import jakarta.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import parley.verify.Event;
import parley.verify.LogTables;
import parley.verify.Row;
import parley.verify.SqlSource;
import parley.verify.VerifyFault;
import parley.verify.internal.client.Rows;
import parley.verify.internal.load.Pause;

/// Reads the tables by statements of its own, on a connection of its own.
public final class SqlTables implements LogTables {
    private static final List<String> KINDS =
            List.of("", Row.MESSAGE, Row.EDIT, Row.RECALL, Row.REACTION, Row.MEMBER, Row.TITLE);
    private static final int ATTEMPTS_MAX = 15;
    private static final String EPOCH = "select epoch from history_dataset";
    private static final String HEAD = "select head, messages from history_head where conversation = ?";
    private static final String ENTRIES = "select seq, kind, author, client_id, target, detail, body, revision"
            + " from history_entry where conversation = ? order by seq";
    private static final String MEMBERS = "select account, visible_from from messaging_member where conversation = ?";

    private final SqlSource source;

    public SqlTables(SqlSource source) {
        this.source = source;
    }

    @Override
    public String source() {
        return SQL;
    }

    @Override
    public Event.Dump read(String conversation) {
        SQLException last = null;
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            try {
                return once(conversation);
            } catch (SQLException fault) {
                // A database that was broken may still be coming back.
                last = fault;
                Pause.of(Duration.ofSeconds(1));
            }
        }
        throw new VerifyFault("The tables cannot be read.", Objects.requireNonNull(last));
    }

    private Event.Dump once(String conversation) throws SQLException {
        long id = Long.parseLong(conversation);
        try (Connection connection = source.open()) {
            String epoch = "";
            try (PreparedStatement select = connection.prepareStatement(EPOCH);
                    ResultSet found = select.executeQuery()) {
                if (found.next()) {
                    epoch = found.getString(1);
                }
            }
            long head = 0;
            long messages = 0;
            try (PreparedStatement select = connection.prepareStatement(HEAD)) {
                select.setLong(1, id);
                try (ResultSet found = select.executeQuery()) {
                    if (found.next()) {
                        head = found.getLong(1);
                        messages = found.getLong(2);
                    }
                }
            }
            return new Event.Dump(
                    0, source(), conversation, epoch, head, messages, entries(connection, id), members(connection, id));
        }
    }

    private static List<Row> entries(Connection connection, long id) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(ENTRIES)) {
            select.setLong(1, id);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.add(row(found));
                }
            }
        }
        return rows;
    }

    private static Row row(ResultSet found) throws SQLException {
        String kind = KINDS.get(found.getInt(2));
        byte[] revision = found.getBytes(8);
        boolean isRecalled = revision != null && revision.length > 1 && revision[1] != 0;
        long edited = revision != null && revision.length >= 10
                ? ByteBuffer.wrap(revision).getLong(2)
                : 0;
        byte[] client = found.getBytes(4);
        // Ids of the server's own begin with a byte that no text has.
        String clientId = client == null || client.length == 0 || client[0] == (byte) 0xFF ? "" : text(client);
        return new Row(
                found.getLong(1),
                kind,
                Long.toString(found.getLong(3)),
                kind.equals(Row.MESSAGE) ? clientId : "",
                found.getLong(5),
                print(kind, found.getBytes(6), found.getBytes(7), isRecalled),
                isRecalled ? 0 : edited,
                isRecalled);
    }

    private static String print(String kind, byte[] detail, byte[] body, boolean isRecalled) {
        if (kind.equals(Row.MESSAGE) || kind.equals(Row.EDIT)) {
            return isRecalled || body.length == 0 ? "" : Rows.print(Rows.json(text(body)));
        }
        JsonObject stated = detail.length == 0 ? Rows.json("{}") : Rows.json(text(detail));
        return switch (kind) {
            case Row.MEMBER -> Rows.member(stated);
            case Row.REACTION -> stated.getString("emoji", "") + ":" + stated.getBoolean("on", false);
            case Row.TITLE -> stated.getString("title", "");
            default -> "";
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<Event.Member> members(Connection connection, long id) throws SQLException {
        List<Event.Member> members = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(MEMBERS)) {
            select.setLong(1, id);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    members.add(new Event.Member(Long.toString(found.getLong(1)), found.getLong(2)));
                }
            }
        }
        return members;
    }
}
