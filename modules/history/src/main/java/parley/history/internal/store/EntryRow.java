package parley.history.internal.store;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import parley.history.Entry;
import parley.history.Entry.Revision;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// A row of `history_entry` as an [Entry], and what stands in the row of one. Pure.
public final class EntryRow {
    static final String COLUMNS = "seq, kind, author, client_id, target, time, messages, detail, body, revision";
    private static final int CONVERSATION_COLUMN = 11;
    private static final byte[] NOTHING = {};

    /// The stored body of a recalled message: still a body, for a node of a version that knows no recall.
    private static final byte[] NO_BODY = {'{', '}'};

    private EntryRow() {}

    /// Points of the primary key: conversation and seq, as often as `count` says; the conversation is
    /// the last column. Each part is one point on every engine, which no list of pairs would be.
    public static String points(int count) {
        String point = COLUMNS + ", conversation from history_entry where conversation = ? and seq = ?";
        return String.join(" union all select ", Collections.nCopies(count, point));
    }

    /// A row that ends with its conversation.
    public static Entry read(ResultSet row) throws SQLException {
        return read(new ConversationId(row.getLong(CONVERSATION_COLUMN)), row);
    }

    static Entry read(ConversationId conversation, ResultSet row) throws SQLException {
        byte[] clientId = row.getBytes(4);
        Revision revision = RevisionCodec.decode(row.getBytes(10));
        return new Entry(
                conversation,
                row.getLong(1),
                EntryKind.of(row.getInt(2)),
                new AccountId(row.getLong(3)),
                clientId == null ? null : new String(clientId, StandardCharsets.UTF_8),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getBytes(8),
                revision.recalled() ? NOTHING : row.getBytes(9),
                revision);
    }

    /// The body as it is stored.
    public static byte[] body(Entry entry) {
        return entry.isRecalled() ? NO_BODY : entry.body();
    }
}
