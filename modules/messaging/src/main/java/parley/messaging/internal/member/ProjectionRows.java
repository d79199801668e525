package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.internal.member.BatchChanges.Founded;
import parley.messaging.internal.member.BatchChanges.Joined;
import parley.messaging.internal.member.BatchChanges.Member;

/// The statements that write a batch's net changes: one per kind of change, whatever the size of the
/// batch; a batch of sends alone is one. Stateless.
final class ProjectionRows {
    private static final String FOUND = "insert into messaging_conversation"
            + " (conversation, kind, title, history_for, founded_seq, low, high) values (?, ?, ?, ?, ?, ?, ?)";
    private static final String TITLE = "update messaging_conversation set title = ? where conversation = ?";

    private static final String JOIN = "insert into messaging_member"
            + " (conversation, account, role, since, visible_from, muted_until) values (?, ?, ?, ?, ?, ?)"
            + " on duplicate key update role = values(role), since = values(since),"
            + " visible_from = values(visible_from), muted_until = values(muted_until)";
    private static final String ROLE = "update messaging_member set role = ? where conversation = ? and account = ?";
    private static final String MUTE =
            "update messaging_member set muted_until = ? where conversation = ? and account = ?";
    private static final String END = "delete from messaging_member where conversation = ? and account = ?";

    private final MarkerRows markers;
    private final String joinMembership;
    private final String membershipRole;
    private final String endMembership;

    ProjectionRows(Dialect dialect) {
        String now = dialect.nowMillis();
        markers = new MarkerRows(dialect);
        // What is not shown changes nothing that its member could be told of: changed_at stays. It comes first,
        // as MySQL computes what follows with what was set before.
        joinMembership = "insert into messaging_membership (account, conversation, state, role, visible_from,"
                + " read_seq, read_messages, changed_at, member_at) values (?, ?, ?, ?, ?, ?, ?, ? * " + now + ", "
                + now + ") on duplicate key update changed_at = greatest(changed_at, values(changed_at), case when"
                + " state = 1 then " + now + " else 0 end), state = values(state), role = values(role),"
                + " visible_from = values(visible_from), read_seq = values(read_seq),"
                + " read_messages = values(read_messages), member_at = values(member_at)";
        membershipRole = "update messaging_membership set changed_at = case when state = 3 then changed_at else " + now
                + " end, role = ?, member_at = " + now + " where account = ? and conversation = ?";
        endMembership = "update messaging_membership set changed_at = case when state = 3 then changed_at else " + now
                + " end, state = 2, member_at = " + now + " where account = ? and conversation = ?";
    }

    void write(Connection connection, BatchChanges changes) throws SQLException {
        if (!changes.founded().isEmpty()) {
            writeFounded(connection, changes);
        }
        if (!changes.titles().isEmpty()) {
            writeTitles(connection, changes.titles());
        }
        if (!changes.members().isEmpty()) {
            writeMembers(connection, changes.members());
        }
        markers.write(connection, changes.markers());
        // After the markers, as whoever marks as read does it: two never wait for each other.
        MentionRows.write(connection, changes);
    }

    private static void writeFounded(Connection connection, BatchChanges changes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FOUND)) {
            for (Founded founded : changes.founded()) {
                statement.setLong(1, founded.conversation().value());
                statement.setInt(2, founded.found().kind().code());
                statement.setString(3, founded.found().title());
                statement.setInt(4, founded.found().historyFor() == HistoryFor.ALL ? 2 : 1);
                statement.setLong(5, founded.seq());
                statement.setLong(6, founded.low());
                statement.setLong(7, founded.high());
                statement.addBatch();
            }
            int[] unused = statement.executeBatch();
        }
    }

    private static void writeTitles(Connection connection, Map<ConversationId, String> titles) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TITLE)) {
            for (Map.Entry<ConversationId, String> title : titles.entrySet()) {
                statement.setString(1, title.getValue());
                statement.setLong(2, title.getKey().value());
                statement.addBatch();
            }
            int[] unused = statement.executeBatch();
        }
    }

    private void writeMembers(Connection connection, Map<BatchChanges.Key, Member> members) throws SQLException {
        try (Rows join = new Rows(connection, JOIN);
                Rows joinAccount = new Rows(connection, joinMembership);
                Rows role = new Rows(connection, ROLE);
                Rows mute = new Rows(connection, MUTE);
                Rows roleAccount = new Rows(connection, membershipRole);
                Rows end = new Rows(connection, END);
                Rows endAccount = new Rows(connection, endMembership)) {
            for (Map.Entry<BatchChanges.Key, Member> changed : members.entrySet()) {
                long account = changed.getKey().account().value();
                long conversation = changed.getKey().conversation().value();
                Member member = changed.getValue();
                Joined joined = member.joined();
                @Nullable Long mutedUntil = member.mutedUntil();
                int code = member.role().code();
                if (joined != null) {
                    joinAccount.add(
                            account,
                            conversation,
                            joined.isShown() ? 1 : 3,
                            code,
                            joined.visibleFrom(),
                            joined.since(),
                            joined.messages(),
                            joined.isShown() ? 1 : 0);
                }
                if (!member.isMember()) {
                    end.add(conversation, account);
                    endAccount.add(account, conversation);
                } else if (joined != null) {
                    join.add(
                            conversation,
                            account,
                            code,
                            joined.since(),
                            joined.visibleFrom(),
                            mutedUntil == null ? 0 : mutedUntil);
                } else {
                    role.add(code, conversation, account);
                    roleAccount.add(code, account, conversation);
                    if (mutedUntil != null) {
                        mute.add(mutedUntil, conversation, account);
                    }
                }
            }
            join.execute();
            role.execute();
            mute.execute();
            end.execute();
            joinAccount.execute();
            roleAccount.execute();
            endAccount.execute();
        }
    }
}
