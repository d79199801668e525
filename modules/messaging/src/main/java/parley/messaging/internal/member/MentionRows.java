package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// `messaging_mention`: which messages mention an account that may not have read them. On a connection
/// that the caller owns. Stateless.
///
/// A row counts while it is above the account's read marker, so a marker that the account's own message
/// moves takes no statement here: what it passed is deleted when the next mention comes, or when the
/// account marks something as read.
public final class MentionRows {
    /// Most mentions that are kept of one membership; more are not counted.
    static final int KEPT_MAX = 1_000;

    /// Rows or points of one statement; of few different sizes, so that each is prepared once.
    private static final int STATEMENT_ROWS_MAX = 64;

    private static final String STATE = "select s.account, s.conversation, s.read_seq, (select count(*)"
            + " from messaging_mention m where m.account = s.account and m.conversation = s.conversation"
            + " and m.seq > s.read_seq) from messaging_membership s where s.account = ? and s.conversation = ?";
    private static final String ADD = "insert into messaging_mention (account, conversation, seq) values ";
    private static final String ADD_ROW = "(?, ?, ?)";
    private static final String RECALLED = "delete from messaging_mention where conversation = ? and seq = ?";
    private static final String ENDED = "delete from messaging_mention where account = ? and conversation = ?";
    private static final String PASSED = ENDED + " and seq <= ?";

    private MentionRows() {}

    /// Where a membership stands: its read marker, and the mentions kept above it.
    private record State(BatchChanges.Key key, long readSeq, int kept) {}

    private record Mention(BatchChanges.Key key, long seq) {}

    /// Writes what a batch changes; nothing for one that mentions nobody, recalls nothing and ends no
    /// membership. The markers of the batch are written.
    static void write(Connection connection, BatchChanges changes) throws SQLException {
        try (Rows ended = new Rows(connection, ENDED);
                Rows recalled = new Rows(connection, RECALLED)) {
            for (Map.Entry<BatchChanges.Key, BatchChanges.Member> member :
                    changes.members().entrySet()) {
                if (!member.getValue().isMember()) {
                    ended.add(account(member.getKey()), conversation(member.getKey()));
                }
            }
            for (BatchChanges.Recalled message : changes.recalled()) {
                recalled.add(message.conversation().value(), message.seq());
            }
            ended.execute();
            recalled.execute();
        }
        Map<BatchChanges.Key, SortedSet<Long>> mentions = changes.mentions();
        if (!mentions.isEmpty()) {
            add(connection, mentions);
        }
    }

    private static void add(Connection connection, Map<BatchChanges.Key, SortedSet<Long>> mentions)
            throws SQLException {
        List<Mention> added = new ArrayList<>();
        try (Rows passed = new Rows(connection, PASSED)) {
            for (State state : states(connection, List.copyOf(mentions.keySet()))) {
                passed.add(account(state.key()), conversation(state.key()), state.readSeq());
                Objects.requireNonNull(mentions.get(state.key())).stream()
                        .limit(Math.max(0, KEPT_MAX - state.kept()))
                        .forEach(seq -> added.add(new Mention(state.key(), seq)));
            }
            passed.execute();
        }
        for (int from = 0; from < added.size(); ) {
            int rows = Math.min(STATEMENT_ROWS_MAX, Integer.highestOneBit(added.size() - from));
            insert(connection, added.subList(from, from + rows));
            from += rows;
        }
    }

    private static void insert(Connection connection, List<Mention> mentions) throws SQLException {
        String sql = ADD + String.join(", ", Collections.nCopies(mentions.size(), ADD_ROW));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Mention mention : mentions) {
                statement.setLong(parameter++, account(mention.key()));
                statement.setLong(parameter++, conversation(mention.key()));
                statement.setLong(parameter++, mention.seq());
            }
            int unused = statement.executeUpdate();
        }
    }

    /// Each of `keys` by points of the primary key, in their order.
    private static List<State> states(Connection connection, List<BatchChanges.Key> keys) throws SQLException {
        List<State> states = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); ) {
            int points = Math.min(STATEMENT_ROWS_MAX, Integer.highestOneBit(keys.size() - from));
            String sql = String.join(" union all ", Collections.nCopies(points, STATE));
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (BatchChanges.Key key : keys.subList(from, from + points)) {
                    statement.setLong(parameter++, account(key));
                    statement.setLong(parameter++, conversation(key));
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        BatchChanges.Key key =
                                new BatchChanges.Key(new AccountId(row.getLong(1)), new ConversationId(row.getLong(2)));
                        states.add(new State(key, row.getLong(3), row.getInt(4)));
                    }
                }
            }
            from += points;
        }
        return states;
    }

    /// Deletes what the read marker of `account` has passed: up to `seq`.
    public static void passed(Connection connection, AccountId account, ConversationId conversation, long seq)
            throws SQLException {
        String sql = "delete from messaging_mention where account = ? and conversation = ? and seq <= ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, account.value());
            statement.setLong(2, conversation.value());
            statement.setLong(3, seq);
            int unused = statement.executeUpdate();
        }
    }

    /// How many messages of each of `conversations` (at most 1,000) mention `account` above its read
    /// marker; none is left out.
    public static Map<ConversationId, Long> unread(
            Connection connection, AccountId account, Collection<ConversationId> conversations) throws SQLException {
        Map<ConversationId, Long> counts = new HashMap<>();
        if (conversations.isEmpty()) {
            return counts;
        }
        String sql = "select m.conversation, count(*) from messaging_mention m join messaging_membership s"
                + " on s.account = m.account and s.conversation = m.conversation"
                + " where m.account = ? and m.seq > s.read_seq and m.conversation in ("
                + String.join(", ", Collections.nCopies(conversations.size(), "?")) + ") group by m.conversation";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            statement.setLong(parameter++, account.value());
            for (ConversationId conversation : conversations) {
                statement.setLong(parameter++, conversation.value());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    counts.put(new ConversationId(row.getLong(1)), row.getLong(2));
                }
            }
        }
        return counts;
    }

    private static long account(BatchChanges.Key key) {
        return key.account().value();
    }

    private static long conversation(BatchChanges.Key key) {
        return key.conversation().value();
    }
}
