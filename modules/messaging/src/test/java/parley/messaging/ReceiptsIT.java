package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.refusal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Receipt;
import parley.messaging.Conversations.Receipts;
import parley.messaging.Conversations.Refusal;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// `receipts`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class ReceiptsIT {
    private static final int CROWD = 10_000;
    private static final int ROWS = 500;

    private final Database database;
    private final TestNode node;
    private final AccountId ann;
    private final AccountId bob;

    ReceiptsIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private Receipts receipts(ConversationId conversation, long seq) {
        return done(node.conversations.receipts(ann, conversation, seq, null, 100));
    }

    @Test
    void theyTellWhoseMarkerIsThereOrAbove() {
        // Contract: receipts {conversation, seq} -> who has read up to `seq`; sending moves the own marker.
        ConversationId group = node.group(ann, bob);
        long first = node.say(ann, group, "first");
        long second = node.say(ann, group, "second");
        assertEquals(new Receipts(1, List.of(new Receipt(ann, second)), null), receipts(group, first));
        Object unused = done(node.conversations.markRead(bob, group, first));
        assertEquals(
                new Receipts(2, List.of(new Receipt(ann, second), new Receipt(bob, first)), null),
                receipts(group, first));
        assertEquals(new Receipts(1, List.of(new Receipt(ann, second)), null), receipts(group, second));
        assertEquals(new Receipts(0, List.of(), null), receipts(group, second + 1));
        unused = done(node.conversations.leave(bob, group));
        assertEquals(1, receipts(group, first).count());
    }

    @Test
    void aNewcomerHasReadNothingThatItMayNotRead() {
        // Only members who can see that entry count; a newcomer's marker starts at its member entry.
        ConversationId group = node.group(ann);
        long before = node.say(ann, group, "before");
        long joined =
                done(node.conversations.addMembers(ann, group, List.of(bob))).seq();
        assertEquals(1, receipts(group, before).count());
        assertEquals(List.of(new Receipt(bob, joined)), receipts(group, joined).receipts());
        assertEquals(
                new Refusal.Invalid("seq", "an entry that you may read"),
                refusal(node.conversations.receipts(bob, group, before, null, 10)));
        ConversationId open = node.group(HistoryFor.ALL, ann);
        long early = node.say(ann, open, "early");
        Object unused = done(node.conversations.addMembers(ann, open, List.of(bob)));
        assertEquals(2, receipts(open, early).count(), "one who reads from the first entry has a marker above it");
    }

    @Test
    void onlyMembersAsk() {
        // Contract 1001.
        ConversationId group = node.group(ann, bob);
        assertEquals(new Refusal.NotAMember(), refusal(node.conversations.receipts(node.person(), group, 1, null, 10)));
        Object unused = done(node.conversations.leave(bob, group));
        assertEquals(new Refusal.NotAMember(), refusal(node.conversations.receipts(bob, group, 1, null, 10)));
        assertEquals(
                new Refusal.Invalid("limit", "1 to 100"),
                refusal(node.conversations.receipts(ann, group, 1, null, 101)));
        assertEquals(
                new Refusal.Invalid("after", "a cursor of this list"),
                refusal(node.conversations.receipts(ann, group, 1, "x", 10)));
    }

    @Test
    void ofTenThousandMembersEachReaderIsToldOnce() {
        // At any group size: the count, and pages that name each reader once; every third has read it.
        ConversationId group = node.group(ann);
        long seq = node.say(ann, group, "to all");
        List<AccountId> crowd = join(group, seq);
        Set<AccountId> told = new HashSet<>();
        String after = null;
        int pages = 0;
        do {
            Receipts page = done(node.conversations.receipts(ann, group, seq, after, 100));
            assertEquals(1 + (CROWD + 2) / 3, page.count());
            page.receipts().forEach(receipt -> assertTrue(told.add(receipt.account())));
            after = page.next();
            pages++;
        } while (after != null && pages < 3);
        assertEquals(300, told.size());
        assertEquals(ann, receipts(group, seq).receipts().getFirst().account());
        assertTrue(told.contains(crowd.getFirst()) && !told.contains(crowd.get(1)));
        explain(group, seq);
    }

    /// Puts a crowd into the tables: what ten calls of `members.add` would, without their ten thousand
    /// entries.
    private List<AccountId> join(ConversationId group, long seq) {
        List<AccountId> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            crowd.add(TestNode.nobody());
        }
        Object unused = database.transact(connection -> {
            for (int from = 0; from < CROWD; from += ROWS) {
                insert(
                        connection,
                        "insert into messaging_member values ",
                        "(%d, %d, 3, 1, 1, 0)",
                        group,
                        crowd,
                        from,
                        seq);
                insert(
                        connection,
                        "insert into messaging_membership values ",
                        "(%2$d, %1$d, 1, 3, 1, %3$d, 0, 0, 0)",
                        group,
                        crowd,
                        from,
                        seq);
            }
            return true;
        });
        return crowd;
    }

    private static void insert(
            Connection connection,
            String into,
            String row,
            ConversationId group,
            List<AccountId> crowd,
            int from,
            long seq)
            throws SQLException {
        List<String> rows = new ArrayList<>();
        for (int i = from; i < from + ROWS; i++) {
            rows.add(row.formatted(group.value(), crowd.get(i).value(), i % 3 == 0 ? seq : seq - 1));
        }
        try (PreparedStatement statement = connection.prepareStatement(into + String.join(", ", rows))) {
            assertEquals(ROWS, statement.executeUpdate());
        }
    }

    /// The plan on a server: the members of one conversation by primary key, each marker by its own.
    private void explain(ConversationId group, long seq) {
        if (database.dialect() == Dialect.H2) {
            return;
        }
        List<String> plan = database.read(connection -> {
            // The plan follows what the server has counted, which it does when it has time.
            try (Statement statement = connection.createStatement()) {
                boolean unused = statement.execute("analyze table messaging_member, messaging_membership");
            }
            String sql = "explain select count(*) from messaging_member m join messaging_membership s"
                    + " on s.account = m.account and s.conversation = m.conversation"
                    + " where m.conversation = ? and m.visible_from <= ? and s.read_seq >= ?";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, group.value());
                statement.setLong(2, seq);
                statement.setLong(3, seq);
                List<String> lines = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        lines.add(row.getString("table") + " " + row.getString("type") + " " + row.getString("key"));
                    }
                }
                return lines;
            }
        });
        assertEquals(2, plan.size(), plan.toString());
        assertTrue(plan.getFirst().matches("m (ref|range) PRIMARY"), plan.toString());
        assertEquals("s eq_ref PRIMARY", plan.getLast());
        assertFalse(Collections.disjoint(plan, List.of("s eq_ref PRIMARY")));
    }
}
