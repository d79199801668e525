package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.get;
import static parley.messaging.TestNode.refusal;

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
import parley.messaging.Conversations.Refusal;
import parley.messaging.SendResult.Sent;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// `members.mute`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class MuteIT {
    private static final long FAR = 4_000_000_000_000L;

    private final Database database;
    private final TestNode node;
    private final AccountId owner;
    private final AccountId admin;
    private final AccountId bob;
    private final ConversationId group;

    MuteIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
        owner = node.person();
        admin = node.person();
        bob = node.person();
        group = node.group(owner, admin, bob);
        Object unused = done(node.conversations.setRole(owner, group, admin, Role.ADMIN));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private SendResult says(AccountId account) {
        return node.send(account, group, null, "{}");
    }

    private String last() {
        return node.told(group).getLast();
    }

    @Test
    void aMutedMemberSendsNothingUntilItIsEnded() {
        // Contract: members.mute {conversation, account, until} -> {seq}; 1004 muted; `until` 0 ends it.
        Sent before = assertInstanceOf(Sent.class, node.send(bob, group, "one", "{}"));
        long seq = done(node.conversations.mute(admin, group, bob, FAR)).seq();
        assertEquals(node.head(group).head(), seq);
        assertEquals(
                "member {\"account\":\"" + bob + "\",\"change\":\"muted\",\"role\":\"member\",\"until\":" + FAR + "}",
                last());
        assertEquals(new SendResult.Muted(), says(bob));
        assertEquals(new SendResult.Muted(), says(bob));
        assertEquals(new Sent(before.seq(), before.time(), true), node.send(bob, group, "one", "{}"));
        assertInstanceOf(Sent.class, says(admin));
        assertEquals(
                seq + 1, done(node.conversations.mute(admin, group, bob, FAR)).seq());
        assertEquals(
                seq + 2, done(node.conversations.mute(admin, group, bob, 0)).seq());
        assertTrue(last().contains("\"change\":\"muted\",\"role\":\"member\",\"until\":0}"), last());
        assertInstanceOf(Sent.class, says(bob));
        assertEquals(
                seq + 3, done(node.conversations.mute(admin, group, bob, 0)).seq());
        assertEquals(
                seq + 3, done(node.conversations.mute(admin, group, bob, 1)).seq());
    }

    @Test
    void itEndsByItselfAndWithoutAnEntry() {
        // A mute is for a time, by the database's clock; nothing is written when it is over.
        long until = node.head(group).time() + 5_000;
        long muted = done(node.conversations.mute(owner, group, bob, until)).seq();
        assertEquals(new SendResult.Muted(), says(bob));
        Await.until("the mute is over", () -> says(bob) instanceof Sent);
        Entry said = node.log(group).getLast();
        assertEquals(muted + 1, said.seq());
        assertTrue(said.time() >= until, said.time() + " is before " + until);
    }

    @Test
    void onlyWhoIsBelowIsMuted() {
        // By owner and admin, of members below them; a direct conversation knows no mute.
        AccountId second = node.person();
        Object unused = done(node.conversations.addMembers(owner, group, List.of(second)));
        unused = done(node.conversations.setRole(owner, group, second, Role.OWNER));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(bob, group, admin, FAR)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(bob, group, bob, FAR)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(admin, group, admin, FAR)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(admin, group, owner, FAR)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(owner, group, second, FAR)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(bob, group, TestNode.nobody(), FAR)));
        assertEquals(
                new Refusal.NoSuchAccount(), refusal(node.conversations.mute(admin, group, TestNode.nobody(), FAR)));
        assertEquals(new Refusal.NotAMember(), refusal(node.conversations.mute(TestNode.nobody(), group, bob, FAR)));
        assertEquals(
                new Refusal.Invalid("until", "0, or milliseconds since 1970 up to 2^53 - 1"),
                refusal(node.conversations.mute(owner, group, bob, 1L << 53)));
        ConversationId direct = node.direct(owner, bob);
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(owner, direct, bob, FAR)));
        unused = done(node.conversations.mute(owner, group, admin, FAR));
        assertEquals(new SendResult.Muted(), says(admin));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.mute(admin, group, admin, 0)));
    }

    @Test
    void anOwnerIsNeverMutedAndWhoComesBackIsNot() {
        // Nobody could end the mute of an owner; a membership that ends takes its mute along.
        Object unused = done(node.conversations.mute(owner, group, admin, FAR));
        unused = done(node.conversations.leave(owner, group));
        assertInstanceOf(Sent.class, says(admin));
        unused = done(node.conversations.mute(admin, group, bob, FAR));
        unused = done(node.conversations.removeMember(admin, group, bob));
        unused = done(node.conversations.addMembers(admin, group, List.of(bob)));
        assertInstanceOf(Sent.class, says(bob));
    }

    @Test
    void whoIsMutedWhileSendsWaitGetsNoneIn() {
        // Refused by the version check, also raced.
        for (int round = 0; round < 5; round++) {
            Object unusedEnd = done(node.conversations.mute(owner, group, bob, 0));
            long unused = node.say(bob, group, "authorised and remembered");
            List<CompletableFuture<SendResult>> answers = new ArrayList<>();
            CompletableFuture<Long> mute = new CompletableFuture<>();
            Thread muter = Thread.ofVirtual()
                    .start(() -> mute.complete(done(node.conversations.mute(owner, group, bob, FAR))
                            .seq()));
            for (int i = 0; i < 300; i++) {
                answers.add(node.sendLater(bob, group, round + "m" + i, "{}"));
            }
            long muted = get(mute);
            assertTrue(muter.isVirtual());
            for (CompletableFuture<SendResult> answer : answers) {
                switch (get(answer)) {
                    case Sent sent -> assertTrue(sent.seq() < muted);
                    case SendResult refused -> assertEquals(new SendResult.Muted(), refused);
                }
            }
        }
    }

    @Test
    void aNodeThatHasNotHeardOfAMuteLetsNothingIn() {
        // The version check, on a node whose memory of the members is old; and the end of the mute there.
        try (TestNode deaf =
                new TestNode(database, TestNode.cluster().bus(), node.people, MessagingConfig.defaults())) {
            long unused = deaf.say(bob, group, "remembered there");
            Object unusedMute = done(
                    node.conversations.mute(owner, group, bob, node.head(group).time() + 5_000));
            assertEquals(new SendResult.Muted(), deaf.send(bob, group, "late", "{}"));
            Await.until("the mute is over there", () -> deaf.send(bob, group, null, "{}") instanceof Sent);
        }
    }
}
