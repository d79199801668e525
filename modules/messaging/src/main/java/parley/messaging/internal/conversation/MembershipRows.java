package parley.messaging.internal.conversation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.messaging.Role;
import parley.messaging.internal.member.MemberRows;

/// Statements on `messaging_membership`, each on the rows of one account, on a connection that the
/// caller owns.
final class MembershipRows {
    private static final String SELECT = "select conversation, state, role, visible_from, read_seq, read_messages,"
            + " changed_at, account from messaging_membership where account = ?";

    private MembershipRows() {}

    /// A membership, present or past; one that is not shown is as good as past. `changedAt` by the database's
    /// clock, 0 when it was never shown.
    record Row(
            ConversationId conversation,
            boolean isMember,
            Role role,
            long visibleFrom,
            long readSeq,
            long readMessages,
            long changedAt) {}

    /// The same for one account.
    static List<Row> newest(Connection connection, AccountId account, int limit) throws SQLException {
        return newest(connection, List.of(account), limit).getOrDefault(account, List.of());
    }

    /// The present memberships of each of `accounts` with the newest conversations, newest first, at most
    /// `limit` each. One statement.
    static Map<AccountId, List<Row>> newest(Connection connection, List<AccountId> accounts, int limit)
            throws SQLException {
        int slots = MemberRows.slots(accounts.size());
        String one = "(" + SELECT + " and state = 1 order by conversation desc limit " + limit + ")";
        String sql = String.join(" union all ", Collections.nCopies(slots, one));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int slot = 0; slot < slots; slot++) {
                statement.setLong(
                        slot + 1, slot < accounts.size() ? accounts.get(slot).value() : MemberRows.NOBODY);
            }
            Map<AccountId, List<Row>> rows = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.computeIfAbsent(new AccountId(row.getLong(8)), account -> new ArrayList<>())
                            .add(row(row));
                }
            }
            return rows;
        }
    }

    /// Memberships, present and past, of conversations with an id above `after`, ascending.
    static List<Row> page(Connection connection, AccountId account, long after, int limit) throws SQLException {
        String sql = SELECT + " and conversation > ? order by conversation limit " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, account.value());
            statement.setLong(2, after);
            return rows(statement);
        }
    }

    /// The present membership of `account` in `conversation`.
    static Optional<Row> find(Connection connection, AccountId account, ConversationId conversation)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(SELECT + " and conversation = ? and state = 1")) {
            statement.setLong(1, account.value());
            statement.setLong(2, conversation.value());
            List<Row> rows = rows(statement);
            return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
        }
    }

    static int count(Connection connection, AccountId account) throws SQLException {
        String sql = "select count(*) from messaging_membership where account = ? and state = 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, account.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    /// Whether `other` is a member of a conversation that `viewer` sees.
    static boolean share(Connection connection, AccountId viewer, AccountId other) throws SQLException {
        String sql = "select 1 from messaging_membership s join messaging_member m on m.conversation = s.conversation"
                + " and m.account = ? where s.account = ? and s.state = 1 limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, other.value());
            statement.setLong(2, viewer.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /// Moves the read marker forward to `seq`; false when it is there or further already.
    static boolean moveMarker(
            Connection connection,
            Dialect dialect,
            AccountId account,
            ConversationId conversation,
            long seq,
            long messages)
            throws SQLException {
        String sql = "update messaging_membership set read_seq = ?, read_messages = ?, changed_at = "
                + dialect.nowMillis() + " where account = ? and conversation = ? and state = 1 and read_seq < ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, seq);
            statement.setLong(2, messages);
            statement.setLong(3, account.value());
            statement.setLong(4, conversation.value());
            statement.setLong(5, seq);
            return statement.executeUpdate() > 0;
        }
    }

    /// Shows or hides a present membership; false when it is so already, or there is none.
    static boolean show(
            Connection connection, Dialect dialect, AccountId account, ConversationId conversation, boolean isShown)
            throws SQLException {
        String now = dialect.nowMillis();
        String sql = "update messaging_membership set state = ?, changed_at = " + now + ", member_at = " + now
                + " where account = ? and conversation = ? and state = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, isShown ? 1 : 3);
            statement.setLong(2, account.value());
            statement.setLong(3, conversation.value());
            statement.setInt(4, isShown ? 3 : 1);
            return statement.executeUpdate() > 0;
        }
    }

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

    /// Deletes up to `limit` rows of memberships that ended before `endedBefore`.
    static int purge(Connection connection, long endedBefore, int limit) throws SQLException {
        String sql = "delete from messaging_membership where state = 2 and member_at < ? limit " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, endedBefore);
            return statement.executeUpdate();
        }
    }

    private static List<Row> rows(PreparedStatement statement) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(row(row));
            }
        }
        return rows;
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new ConversationId(row.getLong(1)),
                row.getInt(2) == 1,
                Role.of(row.getInt(3)),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }
}
