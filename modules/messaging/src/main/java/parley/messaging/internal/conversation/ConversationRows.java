package parley.messaging.internal.conversation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.ConversationView.Kind;
import parley.messaging.Conversations.HistoryFor;

/// Reads of `messaging_conversation`, by primary key, on a connection that the caller owns.
final class ConversationRows {
    private ConversationRows() {}

    /// What a conversation is. Only the title ever changes. `low` and `high` are the two of a direct
    /// one, else 0.
    record Row(
            ConversationId conversation,
            Kind kind,
            String title,
            HistoryFor historyFor,
            long foundedSeq,
            long low,
            long high) {

        /// The other side of a direct conversation as `account` sees it, null in a group.
        @Nullable
        AccountId with(AccountId account) {
            return kind == Kind.DIRECT ? new AccountId(account.value() == low ? high : low) : null;
        }
    }

    /// Those of `conversations` (at most 200) that exist.
    static Map<ConversationId, Row> find(Connection connection, Collection<ConversationId> conversations)
            throws SQLException {
        Map<ConversationId, Row> found = new HashMap<>();
        if (conversations.isEmpty()) {
            return found;
        }
        String sql = "select conversation, kind, title, history_for, founded_seq, low, high"
                + " from messaging_conversation where conversation in ("
                + String.join(", ", Collections.nCopies(conversations.size(), "?")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (ConversationId conversation : conversations) {
                statement.setLong(parameter++, conversation.value());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Row one = row(row);
                    found.put(one.conversation(), one);
                }
            }
        }
        return found;
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new ConversationId(row.getLong(1)),
                Kind.of(row.getInt(2)),
                row.getString(3),
                row.getInt(4) == 2 ? HistoryFor.ALL : HistoryFor.JOINED,
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }
}
