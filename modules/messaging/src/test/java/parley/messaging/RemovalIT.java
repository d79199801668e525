package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.wiring.MessagingRemoval;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Removing what load tests made, and what operators see.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class RemovalIT {
    private final Database database;

    RemovalIT(TestDatabase database) {
        this.database = database.database();
    }

    @Test
    void whatIsRemovedLeavesNoRowAndNothingElseGoes() throws SQLException {
        // Contract: `bench clean` removes what prepare made.
        try (TestNode node = TestNode.alone(database)) {
            AccountId ann = node.person();
            AccountId bob = node.person();
            AccountId cid = node.person();
            ConversationId group = node.group(ann, bob);
            ConversationId direct = node.direct(ann, bob);
            ConversationId kept = node.direct(cid, bob);
            ConversationId keptGroup = node.group(cid);
            assertEquals(
                    "A group",
                    node.module.oversight().conversation(group).orElseThrow().title());
            MessagingRemoval removal = new MessagingRemoval(database);
            assertEquals(Set.of(group, direct), removal.createdBy(List.of(ann, bob)));
            removal.removeConversations(List.of(group, direct));
            removal.removeAccounts(List.of(ann));
            for (String table : List.of("messaging_member", "messaging_conversation", "messaging_direct")) {
                assertEquals(0, count(table, "conversation in (" + group + ", " + direct + ")"), table);
                assertNotEquals(0, count(table, "conversation in (" + kept + ", " + keptGroup + ")"), table);
            }
            for (String table : List.of("messaging_membership", "messaging_created")) {
                assertEquals(0, count(table, "account = " + ann), table);
                assertNotEquals(0, count(table, "account = " + cid), table);
            }
            assertEquals(true, node.module.oversight().conversation(group).isEmpty());
        }
    }

    private int count(String table, String where) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table + " where " + where)) {
            return row.next() ? row.getInt(1) : -1;
        }
    }
}
