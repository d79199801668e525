package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.get;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.SendResult.BodyInvalid;
import parley.messaging.SendResult.Sent;
import parley.messaging.Sending.Draft;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Replies and mentions of `message.send`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class ReferencesIT {
    private static final SendResult OUT_OF_SIGHT = new BodyInvalid("replyTo: a message that you may read");
    private static final SendResult STRANGER = new BodyInvalid("mentions: members of the conversation");

    private final Database database;
    private final TestNode node;
    private final AccountId ann;
    private final AccountId bob;

    ReferencesIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static Draft draft(String id, long replyTo, AccountId... mentions) {
        return new Draft(id, "{\"text\":\"x\"}".getBytes(StandardCharsets.UTF_8), replyTo, List.of(mentions));
    }

    private String detail(ConversationId conversation) {
        return new String(node.log(conversation).getLast().detail(), StandardCharsets.UTF_8);
    }

    @Test
    void anEntryKeepsWhatItsMessageRefersTo() {
        // Contract: message {"id","body","mentions"?:[account],"replyTo"?:seq}; each account once.
        ConversationId group = node.group(ann, bob);
        long first = node.say(ann, group, "first");
        assertInstanceOf(Sent.class, node.send(bob, group, draft("a", first, bob, ann, bob)));
        assertEquals("{\"mentions\":[\"" + ann + "\",\"" + bob + "\"],\"replyTo\":" + first + "}", detail(group));
        assertInstanceOf(Sent.class, node.send(bob, group, draft("b", first)));
        assertEquals("{\"replyTo\":" + first + "}", detail(group));
        assertInstanceOf(Sent.class, node.send(bob, group, draft("c", 0, ann)));
        assertEquals("{\"mentions\":[\"" + ann + "\"]}", detail(group));
        assertInstanceOf(Sent.class, node.send(bob, group, draft("d", 0)));
        assertEquals("", detail(group));
    }

    @Test
    void theSameIdWithOtherReferencesIsAnotherMessage() {
        // Contract 1009: id used before with another body; a repeat is answered whatever holds now.
        ConversationId group = node.group(ann, bob);
        long first = node.say(ann, group, "first");
        long second = node.say(ann, group, "second");
        Sent sent = assertInstanceOf(Sent.class, node.send(bob, group, draft("a", first, ann, bob)));
        Sent again = new Sent(sent.seq(), sent.time(), true);
        assertEquals(again, node.send(bob, group, draft("a", first, bob, ann)));
        assertEquals(new SendResult.ClientIdReused(), node.send(bob, group, draft("a", second, ann, bob)));
        assertEquals(new SendResult.ClientIdReused(), node.send(bob, group, draft("a", 0, ann, bob)));
        assertEquals(new SendResult.ClientIdReused(), node.send(bob, group, draft("a", first, ann)));
        assertEquals(new SendResult.ClientIdReused(), node.send(bob, group, draft("a", first)));
        Object unused = done(node.conversations.leave(ann, group));
        assertEquals(again, node.send(bob, group, draft("a", first, bob, ann)));
        assertEquals(STRANGER, node.send(bob, group, draft("b", first, bob, ann)));
    }

    @Test
    void aReplyIsToAMessageThatTheSenderMayRead() {
        // Of seqs, only those of visible messages below the head can be replied to.
        ConversationId group = node.group(ann);
        long before = node.say(ann, group, "before Bob came");
        long member =
                done(node.conversations.addMembers(ann, group, List.of(bob))).seq();
        long after = node.say(ann, group, "after");
        for (long seq : new long[] {-1, 1, 2, before, member, after + 1, Long.MAX_VALUE}) {
            assertEquals(OUT_OF_SIGHT, node.send(bob, group, draft("no", seq)), "reply to " + seq);
        }
        assertInstanceOf(Sent.class, node.send(ann, group, draft("a", before)));
        assertInstanceOf(Sent.class, node.send(bob, group, draft("b", after)));
    }

    @Test
    void whoeverIsMentionedIsAMember() {
        // Mentions name members, at most 50 of them.
        List<AccountId> members = node.people(Sending.MENTIONS_MAX);
        AccountId stranger = node.person();
        ConversationId group = node.group(ann, members.toArray(AccountId[]::new));
        assertEquals(STRANGER, node.send(ann, group, draft("a", 0, members.getFirst(), stranger)));
        assertEquals(STRANGER, node.send(ann, group, draft("a", 0, TestNode.nobody())));
        assertInstanceOf(Sent.class, node.send(ann, group, draft("a", 0, members.toArray(AccountId[]::new))));
        List<AccountId> tooMany = new ArrayList<>(members);
        tooMany.add(ann);
        assertEquals(
                new BodyInvalid("mentions: at most 50 accounts"),
                node.send(ann, group, draft("b", 0, tooMany.toArray(AccountId[]::new))));
    }

    @Test
    void whoLeavesWhileMentionsWaitIsMentionedByNoneAfterwards() {
        // The version check authorises again whom a message mentions.
        for (int round = 0; round < 5; round++) {
            ConversationId group = node.group(ann, bob);
            assertInstanceOf(Sent.class, node.send(ann, group, draft("first", 0, bob)));
            List<CompletableFuture<SendResult>> answers = new ArrayList<>();
            CompletableFuture<Long> removal = new CompletableFuture<>();
            Thread remover = Thread.ofVirtual()
                    .start(() -> removal.complete(done(node.conversations.removeMember(ann, group, bob))
                            .seq()));
            for (int i = 0; i < 200; i++) {
                answers.add(node.sendLater(ann, group, draft("m" + i, 0, bob)));
            }
            long removed = get(removal);
            assertTrue(remover.isVirtual());
            for (CompletableFuture<SendResult> answer : answers) {
                switch (get(answer)) {
                    case Sent sent -> assertTrue(sent.seq() < removed);
                    case SendResult refused -> assertEquals(STRANGER, refused);
                }
            }
        }
    }

    @Test
    void aNodeThatHasNotHeardOfAChangeLetsNoWrongReferenceIn() {
        // The version check, on a node whose memory of the members is old.
        try (TestNode deaf =
                new TestNode(database, TestNode.cluster().bus(), node.people, MessagingConfig.defaults())) {
            ConversationId group = node.group(ann, bob);
            long first = node.say(ann, group, "first");
            assertInstanceOf(Sent.class, deaf.send(ann, group, draft("a", 0, bob)));
            assertInstanceOf(Sent.class, deaf.send(bob, group, draft("a", first, ann)));
            Object unused = done(node.conversations.removeMember(ann, group, bob));
            assertEquals(STRANGER, deaf.send(ann, group, draft("b", 0, bob)));
            unused = done(node.conversations.addMembers(ann, group, List.of(bob)));
            assertEquals(OUT_OF_SIGHT, deaf.send(bob, group, draft("b", first)));
            Entry last = node.log(group).getLast();
            assertEquals(parley.history.EntryKind.MEMBER, last.kind());
        }
    }
}
