package parley.messaging.internal.forget;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// What this module's tables hold of one account, by primary key, on a connection that the caller owns.
/// Stateless.
final class ForgottenRows {
    private ForgottenRows() {}

    /// Up to `limit` conversations that the account is or was a member of.
    static List<ConversationId> memberships(Connection connection, AccountId account, int limit) throws SQLException {
        String sql = "select conversation from messaging_membership where account = ? order by conversation limit ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, account.value());
            select.setInt(2, limit);
            List<ConversationId> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new ConversationId(row.getLong(1)));
                }
            }
            return found;
        }
    }

    /// Deletes the membership, which ended, with its read marker; not one that began anew meanwhile.
    static void deleteMembership(Connection connection, AccountId account, ConversationId conversation)
            throws SQLException {
        String sql = "delete from messaging_membership where account = ? and conversation = ? and (state = 2"
                + " or not exists (select 1 from messaging_member m where m.conversation = ? and m.account = ?))";
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setLong(1, account.value());
            delete.setLong(2, conversation.value());
            delete.setLong(3, conversation.value());
            delete.setLong(4, account.value());
            int unused = delete.executeUpdate();
        }
    }

    /// Deletes up to `limit` mentions of the account and as many of its requests to create; how many.
    static int deleteSome(Connection connection, AccountId account, int limit) throws SQLException {
        return delete(connection, "delete from messaging_mention where account = ? limit ?", account, limit)
                + delete(connection, "delete from messaging_created where account = ? limit ?", account, limit);
    }

    private static int delete(Connection connection, String sql, AccountId account, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setLong(1, account.value());
            delete.setInt(2, limit);
            return delete.executeUpdate();
        }
    }
}
