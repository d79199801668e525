package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.messaging.ConversationView.Kind;
import parley.messaging.Role;

/// Reads of the tables that are keyed by conversation. Each method is one statement by primary key, on a
/// connection that the caller owns.
public final class MemberRows {
    /// Most keys in one IN list.
    static final int KEYS_MAX = 1_000;

    /// Most keys of one [#shown].
    static final int SHOWN_MAX = 64;

    /// No account has this id.
    public static final long NOBODY = 0;

    private MemberRows() {}

    /// For how many keys a statement for `count` (1 or more) is made: of few different lengths, so that the
    /// server's and the driver's statements are used again.
    public static int slots(int count) {
        return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    /// One account in one conversation.
    record MemberKey(ConversationId conversation, AccountId account) {}

    /// A member as the conversation knows it; `readAt` is when, by the database's clock.
    public record Row(AccountId account, Role role, long since, long visibleFrom, long mutedUntil, long readAt) {
        public boolean isMuted() {
            return mutedUntil > readAt;
        }
    }

    /// The kind and title of a conversation.
    record Subject(Kind kind, String title) {}

    public static Optional<Row> member(
            Connection connection, Dialect dialect, ConversationId conversation, AccountId account)
            throws SQLException {
        String sql = select(dialect) + " where conversation = ? and account = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            statement.setLong(2, account.value());
            List<Row> rows = rows(statement);
            return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
        }
    }

    static Optional<Subject> subject(Connection connection, ConversationId conversation) throws SQLException {
        String sql = "select kind, title from messaging_conversation where conversation = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Subject(Kind.of(row.getInt(1)), row.getString(2)))
                        : Optional.empty();
            }
        }
    }

    /// Those of `keys` (1 to [#SHOWN_MAX]) that are members and see the conversation.
    static Map<MemberKey, Row> shown(Connection connection, Dialect dialect, List<MemberKey> keys) throws SQLException {
        int slots = slots(keys.size());
        String one = "(" + select(dialect) + " m where m.conversation = ? and m.account = ? and exists"
                + " (select 1 from messaging_membership s where s.account = m.account"
                + " and s.conversation = m.conversation and s.state = 1))";
        try (PreparedStatement statement =
                connection.prepareStatement(String.join(" union all ", Collections.nCopies(slots, one)))) {
            for (int slot = 0; slot < slots; slot++) {
                boolean used = slot < keys.size();
                statement.setLong(
                        2 * slot + 1, used ? keys.get(slot).conversation().value() : 0);
                statement.setLong(2 * slot + 2, used ? keys.get(slot).account().value() : NOBODY);
            }
            Map<MemberKey, Row> shown = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Row found = row(row);
                    shown.put(new MemberKey(new ConversationId(row.getLong(7)), found.account()), found);
                }
            }
            return shown;
        }
    }

    /// Those of `accounts` (at most 1,000) that are members.
    static Set<AccountId> membersAmong(
            Connection connection, ConversationId conversation, Collection<AccountId> accounts) throws SQLException {
        return among(
                connection,
                "select account from messaging_member where conversation = ? and account in (",
                conversation,
                accounts);
    }

    /// Those of `accounts` (at most 1,000) that are members and do not see the conversation.
    static Set<AccountId> hiddenAmong(
            Connection connection, ConversationId conversation, Collection<AccountId> accounts) throws SQLException {
        return among(
                connection,
                "select account from messaging_membership where state = 3 and conversation = ? and account in (",
                conversation,
                accounts);
    }

    /// Those of `accounts` (at most 1,000) that saw the conversation to the end of their membership, or see it.
    static Set<AccountId> sawAmong(Connection connection, ConversationId conversation, Collection<AccountId> accounts)
            throws SQLException {
        return among(
                connection,
                "select account from messaging_membership where state <> 3 and changed_at >= member_at"
                        + " and conversation = ? and account in (",
                conversation,
                accounts);
    }

    private static Set<AccountId> among(
            Connection connection, String select, ConversationId conversation, Collection<AccountId> accounts)
            throws SQLException {
        if (accounts.isEmpty() || accounts.size() > KEYS_MAX) {
            throw new IllegalArgumentException("1 to " + KEYS_MAX + " accounts, not " + accounts.size());
        }
        String sql = select + String.join(", ", Collections.nCopies(accounts.size(), "?")) + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            statement.setLong(parameter++, conversation.value());
            for (AccountId account : accounts) {
                statement.setLong(parameter++, account.value());
            }
            Set<AccountId> found = new HashSet<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new AccountId(row.getLong(1)));
                }
            }
            return found;
        }
    }

    static int count(Connection connection, ConversationId conversation) throws SQLException {
        String sql = "select count(*) from messaging_member where conversation = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    /// How many members each of `conversations` (at most 1,000) has.
    public static Map<ConversationId, Integer> counts(Connection connection, Collection<ConversationId> conversations)
            throws SQLException {
        String sql = "select conversation, count(*) from messaging_member where conversation in ("
                + String.join(", ", Collections.nCopies(conversations.size(), "?")) + ") group by conversation";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (ConversationId conversation : conversations) {
                statement.setLong(parameter++, conversation.value());
            }
            Map<ConversationId, Integer> counts = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    counts.put(new ConversationId(row.getLong(1)), row.getInt(2));
                }
            }
            return counts;
        }
    }

    /// The other member with the highest role, the oldest of those; empty when `account` is alone.
    static Optional<Row> highestOther(
            Connection connection, Dialect dialect, ConversationId conversation, AccountId account)
            throws SQLException {
        String sql = select(dialect) + " where conversation = ? and account <> ? order by role, since limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            statement.setLong(2, account.value());
            List<Row> rows = rows(statement);
            return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
        }
    }

    /// Up to `limit` members with an id above `after`, ascending; of mutes they say nothing.
    public static List<Row> page(Connection connection, ConversationId conversation, long after, int limit)
            throws SQLException {
        String sql = "select account, role, since, visible_from, 0, 0 from messaging_member"
                + " where conversation = ? and account > ? order by account limit " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, conversation.value());
            statement.setLong(2, after);
            return rows(statement);
        }
    }

    private static String select(Dialect dialect) {
        return "select account, role, since, visible_from, muted_until, " + dialect.nowMillis()
                + ", conversation from messaging_member";
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
                new AccountId(row.getLong(1)),
                Role.of(row.getInt(2)),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6));
    }
}
