package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import parley.kernel.ConversationId;
import parley.kernel.Database;

/// One more message in a conversation, by a transaction as a lane's that has done all but its commit.
final class LateCommit implements AutoCloseable {
    private final Connection connection;

    LateCommit(Database database, ConversationId conversation) throws SQLException {
        connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        change(
                conversation,
                "insert into history_entry (conversation, seq, kind, author, client_id, target, time, messages, detail,"
                        + " body) select e.conversation, e.seq + 1, 1, e.author, null, 0, e.time, e.messages + 1, x\'\',"
                        + " x\'7b7d\' from history_entry e join history_head h on h.conversation = e.conversation and"
                        + " h.head = e.seq where e.conversation = ?");
        change(
                conversation,
                "update history_head set head = head + 1, messages = messages + 1, changed_at = "
                        + database.dialect().nowMillis() + " where conversation = ?");
    }

    private void change(ConversationId conversation, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            assertEquals(1, statement.executeUpdate());
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.close();
    }
}
