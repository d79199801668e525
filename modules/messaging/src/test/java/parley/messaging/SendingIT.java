package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.SendResult.Sent;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// `message.send`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class SendingIT {
    private final Database database;
    private final TestNode node;
    private final AccountId ann;
    private final AccountId bob;

    SendingIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aMessageIsKeptByteForByte() {
        // Contract: other keys belong to the application and come back byte for byte.
        ConversationId group = node.group(ann, bob);
        String body = " {\"text\":\"h\u00e9 \\u00e9 \ud83c\udf75\",\n\"x\" : [1.50, {}] ,\"x\":1e2}\n";
        Sent sent = assertInstanceOf(Sent.class, node.send(bob, group, "one", body));
        Entry entry = node.log(group).getLast();
        assertEquals(4, sent.seq());
        assertEquals(entry.time(), sent.time());
        assertEquals(EntryKind.MESSAGE, entry.kind());
        assertEquals(bob, entry.author());
        assertEquals("one", entry.clientId());
        assertEquals(1, entry.messages());
        assertArrayEquals(body.getBytes(StandardCharsets.UTF_8), entry.body());
    }

    @Test
    void aBodyHasAtMost16KiBAndMustBeAnObject() {
        // Contract: at most 16 KiB (1003), a JSON object of depth at most 16 (107), id 1 to 64 bytes.
        ConversationId group = node.group(ann);
        String longest = "{\"text\":\"" + "x".repeat(16 * 1024 - 11) + "\"}";
        assertInstanceOf(Sent.class, node.send(ann, group, "a", longest));
        assertEquals(new SendResult.BodyTooLong(), node.send(ann, group, "b", longest + " "));
        assertEquals(new SendResult.BodyInvalid("body: must be a JSON object"), node.send(ann, group, "b", "[1]"));
        assertEquals(
                new SendResult.BodyInvalid("body: at most 16 levels deep"),
                node.send(ann, group, "b", "{\"a\":".repeat(16) + "{}" + "}".repeat(16)));
        assertEquals(new SendResult.BodyInvalid("id: 1 to 64 bytes"), node.send(ann, group, "", "{}"));
        assertEquals(new SendResult.BodyInvalid("id: 1 to 64 bytes"), node.send(ann, group, "x".repeat(65), "{}"));
        assertEquals(3, node.head(group).head());
    }

    @Test
    void aRepeatedSendIsOneMessageWhateverTheSendersRightsAreNow() {
        // I3; contract: `"repeated": true` when this id was sent before; 1009 with another body.
        ConversationId group = node.group(ann, bob);
        Sent first = assertInstanceOf(Sent.class, node.send(bob, group, "one", "{\"a\":1}"));
        assertEquals(new Sent(first.seq(), first.time(), true), node.send(bob, group, "one", "{\"a\":1}"));
        assertEquals(new SendResult.ClientIdReused(), node.send(bob, group, "one", "{\"a\":2}"));
        assertInstanceOf(Sent.class, node.send(ann, group, "one", "{\"a\":1}"));
        Object unused = done(node.conversations.removeMember(ann, group, bob));
        assertEquals(new Sent(first.seq(), first.time(), true), node.send(bob, group, "one", "{\"a\":1}"));
        assertEquals(new SendResult.ClientIdReused(), node.send(bob, group, "one", "{\"a\":2}"));
        assertEquals(new SendResult.NotAMember(), node.send(bob, group, "two", "{\"a\":1}"));
        assertEquals(6, node.head(group).head());
    }

    @Test
    void withoutAnIdEachSendIsAMessage() {
        // Contract: publish is a send without idempotency.
        ConversationId group = node.group(ann);
        assertInstanceOf(Sent.class, node.send(ann, group, null, "{}"));
        assertInstanceOf(Sent.class, node.send(ann, group, null, "{}"));
        assertEquals(4, node.head(group).head());
    }

    @Test
    void sendsOfOneThreadKeepTheirOrder() {
        // Design 3 step 4: sends enter their lane in arrival order and do not wait for each other.
        ConversationId group = node.group(ann);
        List<CompletableFuture<SendResult>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(node.sendLater(ann, group, "m" + i, "{\"n\":" + i + "}"));
        }
        for (int i = 0; i < 500; i++) {
            assertEquals(
                    3 + i, assertInstanceOf(Sent.class, get(answers.get(i))).seq());
        }
        List<Entry> log = node.log(group);
        for (int i = 0; i < 500; i++) {
            assertEquals("m" + i, log.get(2 + i).clientId());
        }
    }

    @Test
    void sendingMovesTheSendersOwnMarkerAndNobodyElses() {
        // Contract: sending moves the sender's own marker.
        ConversationId group = node.group(ann, bob);
        long unused = node.say(ann, group, "one");
        unused = node.say(bob, group, "two");
        long third = node.say(ann, group, "three");
        assertEquals(third, node.view(ann, group).read());
        assertEquals(0, node.view(ann, group).unread());
        assertEquals(5, node.view(bob, group).read());
        assertEquals(1, node.view(bob, group).unread());
    }

    @Test
    void whoIsRemovedWhileSendsWaitGetsNoneIn() {
        // Design 3 step 4 (b): a removed member never gets a message in, whatever its node remembers.
        for (int round = 0; round < 5; round++) {
            ConversationId group = node.group(ann, bob);
            long unused = node.say(bob, group, "authorised and remembered");
            List<CompletableFuture<SendResult>> answers = new ArrayList<>();
            CompletableFuture<Long> removal = new CompletableFuture<>();
            Thread remover = Thread.ofVirtual()
                    .start(() -> removal.complete(done(node.conversations.removeMember(ann, group, bob))
                            .seq()));
            for (int i = 0; i < 300; i++) {
                answers.add(node.sendLater(bob, group, "m" + i, "{}"));
            }
            long removed = get(removal);
            assertTrue(remover.isVirtual());
            for (CompletableFuture<SendResult> answer : answers) {
                switch (get(answer)) {
                    case Sent sent -> assertTrue(sent.seq() < removed);
                    case SendResult.NotAMember no -> {}
                    default -> throw new AssertionError("another answer: " + get(answer));
                }
            }
            assertTrue(node.log(group).stream()
                    .noneMatch(entry -> entry.seq() > removed && entry.author().equals(bob)));
        }
    }

    @Test
    void aNodeThatHasNotHeardOfARemovalLetsNothingIn() {
        // Design 3 step 4 (b): another node's members changed, and this one still remembers the old ones.
        try (TestNode deaf =
                new TestNode(database, TestNode.cluster().bus(), node.people, MessagingConfig.defaults())) {
            ConversationId group = node.group(ann, bob);
            long unused = deaf.say(bob, group, "remembered there");
            Object unusedChange = done(node.conversations.removeMember(ann, group, bob));
            assertEquals(new SendResult.NotAMember(), deaf.send(bob, group, "late", "{}"));
            unusedChange = done(node.conversations.addMembers(ann, group, List.of(bob)));
            assertEquals(7, deaf.say(bob, group, "back"));
            assertEquals(8, deaf.say(bob, group, "and again"));
        }
    }

    @Test
    void aStrangerAndAnUnknownConversationAreAnsweredAlike() {
        // Contract 1001: no such conversation (also: not a member).
        ConversationId group = node.group(ann);
        assertEquals(new SendResult.NotAMember(), node.send(bob, group, "x", "{}"));
        assertEquals(
                new SendResult.NotAMember(),
                node.send(ann, new ConversationId(TestNode.nobody().value()), "x", "{}"));
    }

    @Test
    void sendsAreCountedByResult() {
        // Metrics: sends by result.
        ConversationId group = node.group(ann);
        long unused = node.say(ann, group, "x");
        Object unusedRefusal = node.send(ann, group, "y", "[]");
        assertEquals(1, count("sent"));
        assertEquals(1, count("body_invalid"));
    }

    private double count(String result) {
        return node.registry
                .get("parley_messaging_sends")
                .tag("result", result)
                .counter()
                .count();
    }
}
