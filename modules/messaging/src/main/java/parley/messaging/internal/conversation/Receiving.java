package parley.messaging.internal.conversation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Receipt;
import parley.messaging.Conversations.Receipts;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;

/// Tells who has read up to an entry. Thread-safe; blocks for three statements.
///
/// Each walks the members of one conversation by primary key and looks every marker up by its own: at
/// most as many steps as a group has members. No index by marker, which every message would pay for.
final class Receiving {
    private static final String READERS = " from messaging_member m join messaging_membership s"
            + " on s.account = m.account and s.conversation = m.conversation"
            + " where m.conversation = ? and m.visible_from <= ? and s.read_seq >= ?";

    private final Database database;

    Receiving(Database database) {
        this.database = database;
    }

    Result<Receipts> receipts(
            AccountId account, ConversationId conversation, long seq, @Nullable String after, int limit) {
        Optional<Refusal.Invalid> invalid = Inputs.limit(limit, Inputs.PAGE_MAX);
        Optional<long[]> position = after == null ? Optional.of(new long[] {0}) : Cursor.decode('r', after, 1);
        if (invalid.isPresent() || position.isEmpty()) {
            return new Result.Refused<>(invalid.orElseGet(() -> new Refusal.Invalid("after", "a cursor of this list")));
        }
        Optional<MembershipRows.Row> asking =
                database.read(connection -> MembershipRows.find(connection, account, conversation));
        if (asking.isEmpty()) {
            return new Result.Refused<>(new Refusal.NotAMember());
        }
        if (seq < asking.get().visibleFrom()) {
            return new Result.Refused<>(new Refusal.Invalid("seq", "an entry that you may read"));
        }
        return new Result.Done<>(
                database.read(connection -> read(connection, conversation, seq, position.get()[0], limit)));
    }

    private static Receipts read(Connection connection, ConversationId conversation, long seq, long after, int limit)
            throws SQLException {
        long count = count(connection, conversation, seq);
        List<Receipt> rows = page(connection, conversation, seq, after, limit + 1);
        List<Receipt> page = rows.subList(0, Math.min(limit, rows.size()));
        String next = page.size() == rows.size()
                ? null
                : Cursor.encode('r', page.getLast().account().value());
        return new Receipts(count, List.copyOf(page), next);
    }

    private static long count(Connection connection, ConversationId conversation, long seq) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select count(*)" + READERS)) {
            bind(statement, conversation, seq);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static List<Receipt> page(
            Connection connection, ConversationId conversation, long seq, long after, int limit) throws SQLException {
        String sql = "select m.account, s.read_seq" + READERS + " and m.account > ? order by m.account limit " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, conversation, seq);
            statement.setLong(4, after);
            List<Receipt> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Receipt(new AccountId(row.getLong(1)), row.getLong(2)));
                }
            }
            return rows;
        }
    }

    private static void bind(PreparedStatement statement, ConversationId conversation, long seq) throws SQLException {
        statement.setLong(1, conversation.value());
        statement.setLong(2, seq);
        statement.setLong(3, seq);
    }
}
