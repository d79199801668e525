package parley.messaging.wiring;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;

/// Removes conversations without a trace, for what load tests made. Not for a node that serves: it does
/// not tell anybody, and what nodes remember stays until they start again.
public final class MessagingRemoval {
    private final Database database;

    public MessagingRemoval(Database database) {
        this.database = database;
    }

    /// The conversations that `creators` (at most 1,000) created.
    public Set<ConversationId> createdBy(Collection<AccountId> creators) {
        return database.read(connection -> createdBy(connection, creators));
    }

    /// Removes `conversations` (at most 1,000) from this module's tables, in one transaction.
    public void removeConversations(Collection<ConversationId> conversations) {
        Object unused = database.transact(connection -> {
            // By primary key in every table: a pair is found by way of its conversation.
            for (String sql : new String[] {
                "delete from messaging_member where conversation = ?",
                "delete from messaging_mention where conversation = ?",
                "delete from messaging_direct where (low, high) ="
                        + " (select low, high from messaging_conversation where conversation = ?)",
                "delete from messaging_conversation where conversation = ?"
            }) {
                deleteConversations(connection, sql, conversations);
            }
            return true;
        });
    }

    /// Removes what this module keeps of `accounts` (at most 1,000): memberships and keys of creation.
    public void removeAccounts(Collection<AccountId> accounts) {
        Object unused = database.transact(connection -> {
            for (String table : new String[] {"messaging_membership", "messaging_mention", "messaging_created"}) {
                deleteAccounts(connection, "delete from " + table + " where account = ?", accounts);
            }
            return true;
        });
    }

    private static Set<ConversationId> createdBy(Connection connection, Collection<AccountId> creators)
            throws SQLException {
        Set<ConversationId> found = new HashSet<>();
        String sql = "select conversation from messaging_created where account = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (AccountId creator : creators) {
                statement.setLong(1, creator.value());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(new ConversationId(rows.getLong(1)));
                    }
                }
            }
        }
        return found;
    }

    private static void deleteConversations(Connection connection, String sql, Collection<ConversationId> conversations)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (ConversationId conversation : conversations) {
                statement.setLong(1, conversation.value());
                statement.addBatch();
            }
            Object unused = statement.executeBatch();
        }
    }

    private static void deleteAccounts(Connection connection, String sql, Collection<AccountId> accounts)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (AccountId account : accounts) {
                statement.setLong(1, account.value());
                statement.addBatch();
            }
            Object unused = statement.executeBatch();
        }
    }
}
