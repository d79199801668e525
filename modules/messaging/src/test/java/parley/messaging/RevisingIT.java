package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.refusal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Revising.Revised;
import parley.messaging.wiring.MessagingConfig;
import parley.messaging.wiring.MessagingConfig.RevisionBounds;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Who may edit, recall and react, and what that does.
@EachEngine({"history", "messaging"})
@ExtendWith(LeakChecker.class)
final class RevisingIT {
    private static final Refusal NO_MESSAGE = new Refusal.Invalid("seq", "must be that of a message that you may read");
    private static final Refusal RECALLED = new Refusal.Invalid("seq", "the message was recalled");
    private static final Refusal NO_EMOJI =
            new Refusal.Invalid("emoji", "1 to 32 bytes of UTF-8 without control characters");

    private final TestDatabase database;
    private final TestNode node;
    private final Revising revising;
    private final AccountId ann;
    private final AccountId bob;

    RevisingIT(TestDatabase database) {
        this.database = database;
        node = TestNode.alone(database.database());
        revising = node.module.revising();
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private Entry at(ConversationId conversation, long seq) {
        return node.log(conversation).get((int) seq - 1);
    }

    private static byte[] body(String text) {
        return ("{\"text\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anEditChangesItsMessageAndIsAnEntryItself() {
        // Contract: edit {target, body}; the message read later has the current body and "edited": seq.
        ConversationId group = node.group(ann, bob);
        long seq = node.say(ann, group, "before");
        Revised edited = done(revising.edit(ann, group, seq, body("after")));
        assertEquals(seq + 1, edited.seq());
        assertEquals(at(group, edited.seq()).time(), edited.time());
        assertArrayEquals(body("after"), at(group, seq).body());
        assertEquals(
                new Entry.Revision(edited.seq(), 1, false, Map.of()),
                at(group, seq).revision());
        Entry entry = at(group, edited.seq());
        assertEquals(EntryKind.EDIT, entry.kind());
        assertEquals(seq, entry.target());
        assertArrayEquals(body("after"), entry.body());
        assertEquals(edited.seq(), node.head(group).mutatedSeq());
        // The same again changes nothing and answers the head.
        long head = node.say(bob, group, "next");
        assertEquals(head, done(revising.edit(ann, group, seq, body("after"))).seq());
        assertEquals(head, node.head(group).head());
        assertEquals(1, node.view(bob, group).unread() + 1, "an edit is no message");
    }

    @Test
    void aRecallLeavesATombstone() {
        // Contract: recall {target}; the message read later is "recalled": true, its body gone.
        ConversationId group = node.group(ann, bob);
        long seq = node.say(ann, group, "secret");
        long edit = done(revising.edit(ann, group, seq, body("secret too"))).seq();
        Object unused = done(revising.react(bob, group, seq, "+1", true));
        long recall = done(revising.recall(ann, group, seq)).seq();
        assertEquals(Entry.Revision.RECALLED, at(group, seq).revision());
        assertEquals(0, at(group, seq).body().length);
        assertEquals(0, at(group, edit).body().length);
        assertEquals(seq, at(group, recall).target());
        assertEquals(recall, done(revising.recall(ann, group, seq)).seq());
        assertEquals(recall, node.head(group).head());
        assertEquals(RECALLED, refusal(revising.edit(ann, group, seq, body("back"))));
        assertEquals(RECALLED, refusal(revising.react(bob, group, seq, "+1", true)));
        assertEquals(RECALLED, refusal(revising.react(bob, group, seq, "+1", false)));
    }

    @Test
    void reactionsAreCountedPerEmoji() {
        // Contract: "reactions":{"emoji":count}; one per (account, emoji, target).
        ConversationId group = node.group(ann, bob);
        long seq = node.say(ann, group, "hello");
        Object unused = done(revising.react(bob, group, seq, "+1", true));
        unused = done(revising.react(ann, group, seq, "\uD83D\uDC4D", true));
        Revised last = done(revising.react(ann, group, seq, "+1", true));
        assertEquals(
                Map.of("+1", 2, "\uD83D\uDC4D", 1), at(group, seq).revision().reactions());
        assertEquals(
                "{\"emoji\":\"+1\",\"on\":true,\"count\":2}",
                new String(at(group, last.seq()).detail(), StandardCharsets.UTF_8));
        assertEquals(last, done(revising.react(ann, group, seq, "+1", true)));
        last = done(revising.react(bob, group, seq, "+1", false));
        assertEquals(last, done(revising.react(bob, group, seq, "+1", false)));
        assertEquals(
                Map.of("+1", 1, "\uD83D\uDC4D", 1), at(group, seq).revision().reactions());
        last = done(revising.react(ann, group, seq, "+1", false));
        assertEquals(Map.of("\uD83D\uDC4D", 1), at(group, seq).revision().reactions());
        assertTrue(new String(at(group, last.seq()).detail(), StandardCharsets.UTF_8).endsWith("\"count\":0}"));
    }

    @Test
    void whoMayChangeWhat() {
        // Edit: the author; recall: the author, and in groups owner and admin; reactions: every member.
        AccountId cat = node.person();
        AccountId stranger = node.person();
        ConversationId group = node.group(ann, bob, cat);
        Object unused = done(node.conversations.setRole(ann, group, cat, Role.ADMIN));
        long anns = node.say(ann, group, "of Ann");
        long bobs = node.say(bob, group, "of Bob");
        assertEquals(new Refusal.NotPermitted(), refusal(revising.edit(ann, group, bobs, body("x"))));
        assertEquals(new Refusal.NotPermitted(), refusal(revising.recall(bob, group, anns)));
        unused = done(revising.react(bob, group, anns, "+1", true));
        unused = done(revising.recall(cat, group, anns));
        unused = done(revising.recall(ann, group, bobs));
        for (var no : List.of(
                revising.edit(stranger, group, anns, body("x")),
                revising.recall(stranger, group, anns),
                revising.react(stranger, group, anns, "+1", true),
                revising.recall(ann, new ConversationId(77), 1))) {
            assertEquals(new Refusal.NotAMember(), refusal(no));
        }
        ConversationId direct = node.direct(ann, bob);
        long said = node.say(ann, direct, "to you");
        assertEquals(new Refusal.NotPermitted(), refusal(revising.recall(bob, direct, said)));
        unused = done(revising.recall(ann, direct, said));
    }

    @Test
    void onlyMessagesInSightChange() {
        // Contract: only targets of kind message that the member can see.
        ConversationId group = node.group(ann);
        long before = node.say(ann, group, "before Bob came");
        long member =
                done(node.conversations.addMembers(ann, group, List.of(bob))).seq();
        for (long seq : new long[] {1, 2, before, member, member + 1, 0, -1, Long.MAX_VALUE}) {
            assertEquals(NO_MESSAGE, refusal(revising.react(bob, group, seq, "+1", true)), "at " + seq);
            assertEquals(NO_MESSAGE, refusal(revising.recall(bob, group, seq)), "at " + seq);
        }
        Object unused = done(revising.react(ann, group, before, "+1", true));
    }

    @Test
    void whoIsMutedChangesNothingButRecalls() {
        // A muted member writes nothing; taking back is not writing.
        ConversationId group = node.group(ann, bob);
        long seq = node.say(bob, group, "said");
        Object unused = done(node.conversations.mute(ann, group, bob, System.currentTimeMillis() + 3_600_000));
        assertEquals(new Refusal.Muted(), refusal(revising.edit(bob, group, seq, body("more"))));
        assertEquals(new Refusal.Muted(), refusal(revising.react(bob, group, seq, "+1", true)));
        unused = done(revising.recall(bob, group, seq));
    }

    @Test
    void inputsThatBreakARule() {
        // 107 with field and rule, 1003.
        ConversationId group = node.group(ann, bob);
        long seq = node.say(ann, group, "said");
        for (String emoji : List.of("", "a\nb", "\u0085", "x".repeat(33), "\uD83D", "\uD83D\uDC4D".repeat(9))) {
            assertEquals(NO_EMOJI, refusal(revising.react(ann, group, seq, emoji, true)));
        }
        Object unused = done(revising.react(ann, group, seq, "\uD83D\uDC4D".repeat(8), true));
        unused = done(revising.react(ann, group, seq, "a\"\\b", true));
        byte[] long16 = body("x".repeat(16 * 1024));
        assertEquals(new Refusal.BodyTooLong(), refusal(revising.edit(ann, group, seq, long16)));
        assertEquals(
                new Refusal.Invalid("body", "must be a JSON object"),
                refusal(revising.edit(ann, group, seq, "[]".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void theEditWindowIsJudgedByTheDatabasesClock() {
        // messaging.edit-window, by the entries' times under the lock; repeating an edit stays harmless.
        ConversationId group = node.group(ann, bob);
        long seq = node.say(ann, group, "said");
        Object unused = done(revising.edit(ann, group, seq, body("in time")));
        try (TestNode strict = bounded(new RevisionBounds(Duration.ZERO, 1, 1))) {
            Revising late = strict.module.revising();
            long next = 0;
            while (at(group, node.head(group).head()).time() == at(group, seq).time()) {
                next = node.say(bob, group, "time passes");
            }
            assertTrue(next >= 0);
            assertEquals(new Refusal.NotPermitted(), refusal(late.edit(ann, group, seq, body("late"))));
            assertEquals(
                    node.head(group).head(),
                    done(late.edit(ann, group, seq, body("in time"))).seq());
            unused = done(late.recall(ann, group, seq));
        }
    }

    @Test
    void editsAndEmojiOfAMessageAreBounded() {
        // I7: messaging.edits-per-message-max, messaging.emoji-per-message-max.
        ConversationId group = node.group(ann, bob);
        try (TestNode strict = bounded(new RevisionBounds(Duration.ofHours(1), 2, 2))) {
            Revising bounded = strict.module.revising();
            long seq = node.say(ann, group, "said");
            Object unused = done(bounded.edit(ann, group, seq, body("1")));
            unused = done(bounded.edit(ann, group, seq, body("2")));
            assertEquals(
                    new Refusal.Invalid("seq", "a message may be edited 2 times"),
                    refusal(bounded.edit(ann, group, seq, body("3"))));
            unused = done(bounded.react(ann, group, seq, "1", true));
            unused = done(bounded.react(ann, group, seq, "2", true));
            unused = done(bounded.react(bob, group, seq, "2", true));
            assertEquals(
                    new Refusal.Invalid("emoji", "at most 2 different ones on a message"),
                    refusal(bounded.react(bob, group, seq, "3", true)));
            unused = done(bounded.react(ann, group, seq, "1", false));
            unused = done(bounded.react(bob, group, seq, "3", true));
        }
    }

    private TestNode bounded(RevisionBounds bounds) {
        return new TestNode(
                database.database(),
                TestNode.cluster().bus(),
                node.people,
                MessagingConfig.defaults().withRevisions(bounds));
    }

    @Test
    void aRecalledMessagesIdStillAnswersItsFirstNumber() {
        // I3 without the MAC of the body: whoever knows the id is told its numbers.
        ConversationId group = node.group(ann, bob);
        var first = (SendResult.Sent) node.send(ann, group, "my-id", "{\"text\":\"secret\"}");
        Object unused = done(revising.recall(ann, group, first.seq()));
        var again = assertInstanceOf(SendResult.Sent.class, node.send(ann, group, "my-id", "{\"text\":\"secret\"}"));
        assertEquals(new SendResult.Sent(first.seq(), first.time(), true), again);
        assertEquals(again, node.send(ann, group, "my-id", "{\"text\":\"other\"}"));
    }
}
