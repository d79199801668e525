package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static parley.messaging.TestNode.done;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.SendResult.Sent;
import parley.messaging.Sending.Draft;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Unread mentions in `conversation.list`, `.get` and `sync`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class MentionsIT {
    private final Database database;
    private final TestNode node;
    private final AccountId ann;
    private final AccountId bob;
    private final ConversationId group;

    MentionsIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
        ann = node.person();
        bob = node.person();
        group = node.group(ann, bob);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private long mention(AccountId... accounts) {
        return assertInstanceOf(
                        Sent.class,
                        node.send(
                                ann,
                                group,
                                new Draft(null, "{}".getBytes(StandardCharsets.UTF_8), 0, List.of(accounts))))
                .seq();
    }

    private long mentions(AccountId account) {
        return node.view(account, group).mentions();
    }

    private long rows() {
        return database.read(connection -> {
            try (PreparedStatement count =
                    connection.prepareStatement("select count(*) from messaging_mention where conversation = ?")) {
                count.setLong(1, group.value());
                try (ResultSet row = count.executeQuery()) {
                    return row.next() ? row.getLong(1) : -1;
                }
            }
        });
    }

    @Test
    void mentionsCountUntilTheMarkerPasses() {
        // Contract: `mentions` in conversation.list; removed when the marker passes.
        long first = mention(bob);
        long second = mention(ann, bob);
        long unused = node.say(ann, group, "of nobody");
        assertEquals(2, mentions(bob));
        assertEquals(0, mentions(ann), "one's own message is read");
        assertEquals(
                2,
                done(node.conversations.list(bob, null, 10))
                        .conversations()
                        .getFirst()
                        .mentions());
        assertEquals(
                2,
                done(node.conversations.sync(bob, null, 10))
                        .conversations()
                        .getFirst()
                        .mentions());
        Object unusedMarker = done(node.conversations.markRead(bob, group, first));
        assertEquals(1, mentions(bob));
        unusedMarker = done(node.conversations.markRead(bob, group, second));
        assertEquals(0, mentions(bob));
        assertEquals(0, rows());
    }

    @Test
    void ownMessagesMoveTheMarkerPastMentions() {
        // Contract: sending moves the sender's own marker; what is passed is deleted with the next mention.
        long unused = mention(bob);
        unused = node.say(bob, group, "an answer");
        assertEquals(0, mentions(bob));
        unused = mention(bob);
        assertEquals(1, mentions(bob));
        assertEquals(1, rows());
    }

    @Test
    void aRecalledMessageMentionsNobody() {
        // Removed when the message is recalled.
        long first = mention(bob);
        long unused = mention(bob);
        Object unusedRecall = done(node.module.revising().recall(ann, group, first));
        assertEquals(1, mentions(bob));
        assertEquals(1, rows());
    }

    @Test
    void whoLeavesTakesTheMentionsAlong() {
        // Of former members nothing is kept, and who comes back begins at the own member entry.
        long unused = mention(bob);
        Object unusedChange = done(node.conversations.leave(bob, group));
        assertEquals(0, rows());
        unusedChange = done(node.conversations.addMembers(ann, group, List.of(bob)));
        assertEquals(0, mentions(bob));
        unused = mention(bob);
        assertEquals(1, mentions(bob));
    }

    @Test
    void aThousandUnreadMentionsAreKept() {
        // I7: mentions kept of one membership: 1,000.
        Object unusedRows = database.transact(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into messaging_mention values (?, ?, ?)")) {
                for (long seq = 1; seq < 1_000; seq++) {
                    insert.setLong(1, bob.value());
                    insert.setLong(2, group.value());
                    insert.setLong(3, 1_000 + seq);
                    insert.addBatch();
                }
                return insert.executeBatch();
            }
        });
        assertEquals(999, mentions(bob));
        long unusedMention = mention(bob);
        unusedMention = mention(bob);
        assertEquals(1_000, mentions(bob));
    }

    @Test
    void eachOfManyConversationsHasItsOwnCount() {
        // A page's counts come from one statement; a conversation without mentions has 0.
        List<ConversationId> groups = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ConversationId one = node.group(ann, bob);
            groups.add(one);
            for (int n = 0; n < i; n++) {
                assertInstanceOf(
                        Sent.class,
                        node.send(ann, one, new Draft(null, "{}".getBytes(StandardCharsets.UTF_8), 0, List.of(bob))));
            }
        }
        for (ConversationView view :
                done(node.conversations.list(bob, null, 100)).conversations()) {
            assertEquals(Math.max(0, groups.indexOf(view.conversation())), view.mentions());
        }
    }
}
