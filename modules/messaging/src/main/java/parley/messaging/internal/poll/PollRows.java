package parley.messaging.internal.poll;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;

/// The poll's statements on memberships, on a connection that the caller owns.
final class PollRows {
    private static final String CHANGED = "select account, conversation, state, member_at from messaging_membership";
    private static final String BY_TIME = " force index (messaging_membership_member_at)";
    private static final String BETWEEN = " where member_at >= ? and member_at <= ?"
            + " and (member_at > ? or account > ? or (account = ? and conversation > ?))"
            + " order by member_at, account, conversation limit ?";

    private PollRows() {}

    /// The database's clock.
    static long now(Connection connection, Dialect dialect) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select " + dialect.nowMillis());
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the database does not tell the time");
            }
            return row.getLong(1);
        }
    }

    /// A membership that changed; `isIn`: the account is a member and sees the conversation.
    record Changed(AccountId account, ConversationId conversation, boolean isIn, long memberAt) {}

    /// A place in the order of [#changed]: behind this row.
    record Place(long memberAt, long account, long conversation) {}

    /// Parameters: from and to (inclusive), then the last one before (see [Place]), rows.
    static String changedSql(Dialect dialect) {
        return dialect == Dialect.H2 ? CHANGED + BETWEEN : CHANGED + BY_TIME + BETWEEN;
    }

    /// The memberships that changed until `to`, behind `last`, by time, at most `limit`.
    static List<Changed> changed(Connection connection, Dialect dialect, Place last, long to, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(changedSql(dialect))) {
            statement.setLong(1, last.memberAt());
            statement.setLong(2, to);
            statement.setLong(3, last.memberAt());
            statement.setLong(4, last.account());
            statement.setLong(5, last.account());
            statement.setLong(6, last.conversation());
            statement.setInt(7, limit);
            List<Changed> changed = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    changed.add(new Changed(
                            new AccountId(row.getLong(1)),
                            new ConversationId(row.getLong(2)),
                            row.getInt(3) == 1,
                            row.getLong(4)));
                }
            }
            return changed;
        }
    }

    /// How an account stands in a conversation now. `isIn`: it is a member and sees it; `saw`: it does,
    /// or did to the end. `since` is the entry that made it a member, 0 when it is none; `foundedSeq`
    /// the last entry of those that founded the conversation.
    record Standing(
            AccountId account,
            boolean isIn,
            boolean saw,
            long visibleFrom,
            long memberAt,
            long since,
            boolean isDirect,
            long foundedSeq) {}

    /// The standings of `accounts` (at most 500) in `conversation`. One statement by primary keys.
    static List<Standing> standings(Connection connection, ConversationId conversation, List<AccountId> accounts)
            throws SQLException {
        String sql = "select s.account, s.state, s.visible_from, s.member_at, coalesce(m.since, 0), c.kind,"
                + " c.founded_seq, s.changed_at from messaging_membership s"
                + " join messaging_conversation c on c.conversation = s.conversation"
                + " left join messaging_member m on m.conversation = s.conversation and m.account = s.account"
                + " where s.conversation = ? and s.account in ("
                + String.join(", ", Collections.nCopies(accounts.size(), "?")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            statement.setLong(parameter++, conversation.value());
            for (AccountId account : accounts) {
                statement.setLong(parameter++, account.value());
            }
            List<Standing> standings = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    standings.add(new Standing(
                            new AccountId(row.getLong(1)),
                            row.getInt(2) == 1,
                            row.getLong(8) >= row.getLong(4),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getInt(6) == 1,
                            row.getLong(7)));
                }
            }
            return standings;
        }
    }
}
