package parley.history.wiring;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import parley.kernel.ConversationId;
import parley.kernel.Database;

/// Removes whole logs without a trace, for what load tests made. Not for a node that serves: what nodes
/// remember stays until they start again.
public final class HistoryRemoval {
    private final Database database;

    public HistoryRemoval(Database database) {
        this.database = database;
    }

    /// Removes the logs of `conversations` (at most 1,000), in one transaction.
    public void remove(Collection<ConversationId> conversations) {
        Object unused = database.transact(connection -> {
            for (String table :
                    new String[] {"history_reaction", "history_edit", "history_sent", "history_entry", "history_head"
                    }) {
                delete(connection, "delete from " + table + " where conversation = ?", conversations);
            }
            return true;
        });
    }

    private static void delete(Connection connection, String sql, Collection<ConversationId> conversations)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (ConversationId conversation : conversations) {
                statement.setLong(1, conversation.value());
                statement.addBatch();
            }
            Object unused = statement.executeBatch();
        }
    }
}
