package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.refusal;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.accounts.Profile;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations.Created;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Refusal;
import parley.messaging.SendResult.Sent;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// What `account.block` changes: what the one who blocks sees, and nothing for the one who is blocked.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class BlockIT {
    private final TestNode node;
    private final AccountId blocker;
    private final AccountId pest;
    private final AccountId stranger;

    BlockIT(TestDatabase database) {
        node = TestNode.alone(database.database());
        blocker = node.person();
        pest = node.person();
        stranger = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void block() {
        assertEquals(new Contacts.Done(), done(node.contacts.block(blocker, pest)));
    }

    private boolean sees(AccountId account, ConversationId conversation) {
        boolean listed = done(node.conversations.list(account, null, 100)).conversations().stream()
                .anyMatch(view -> view.conversation().equals(conversation));
        boolean synced = done(node.conversations.sync(account, null, 200)).conversations().stream()
                .anyMatch(view -> view.conversation().equals(conversation));
        boolean connected = node.reading.memberships(account).stream()
                .anyMatch(membership -> membership.conversation().equals(conversation));
        boolean readable = node.reading.access(account, conversation).isPresent();
        boolean got = node.conversations.get(account, conversation) instanceof Conversations.Result.Done<?>;
        assertEquals(List.of(listed, listed, listed, listed), List.of(synced, connected, readable, got));
        return listed;
    }

    @Test
    void theDirectConversationIsHiddenFromTheBlockerAloneUntilTheBlockEnds() {
        // A blocked person's direct messages get the same answer as a stranger's would; nothing is lost.
        ConversationId direct = node.direct(pest, blocker);
        long before = node.say(pest, direct, "hello");
        assertTrue(sees(blocker, direct));
        String cursor = done(node.conversations.sync(blocker, null, 200)).cursor();
        block();
        assertFalse(sees(blocker, direct));
        assertEquals(
                List.of(direct),
                done(node.conversations.sync(blocker, cursor, 200)).removed());
        assertTrue(sees(pest, direct));
        assertEquals(before + 1, node.say(pest, direct, "are you there?"));
        assertEquals(new SendResult.Blocked(), node.send(blocker, direct, "id", "{}"));
        assertEquals(new Refusal.NotAMember(), refusal(node.conversations.markRead(blocker, direct, before)));
        assertEquals(new Refusal.NotAMember(), refusal(node.conversations.receipts(blocker, direct, before, null, 10)));
        assertEquals(new Contacts.Done(), done(node.contacts.unblock(blocker, pest)));
        assertTrue(sees(blocker, direct));
        assertEquals(before + 2, node.say(blocker, direct, "now I am"));
        assertEquals(5, node.log(direct).size());
    }

    @Test
    void whoIsBlockedGetsTheAnswersOfAStranger() {
        // Each call of a blocked person beside the same one of a stranger: the same answers.
        block();
        for (AccountId caller : List.of(pest, stranger)) {
            Created direct = done(node.conversations.createDirect(caller, "d", blocker));
            assertEquals(new Created(direct.conversation(), 2, true), direct);
            assertEquals(
                    new Created(direct.conversation(), 2, false),
                    done(node.conversations.createDirect(caller, "again", blocker)));
            assertEquals(3, node.say(caller, direct.conversation(), "hello"));
            assertEquals(blocker, node.view(caller, direct.conversation()).with());
            assertEquals(
                    2,
                    done(node.conversations.receipts(caller, direct.conversation(), 1, null, 10))
                            .count());
            Created group = done(node.conversations.createGroup(caller, "g", "G", List.of(blocker), HistoryFor.JOINED));
            assertEquals(new Created(group.conversation(), 3, true), group);
            ConversationId other = node.group(caller);
            assertEquals(
                    3,
                    done(node.conversations.addMembers(caller, other, List.of(blocker)))
                            .seq());
            assertEquals(
                    3,
                    done(node.conversations.addMembers(caller, other, List.of(blocker)))
                            .seq());
            assertEquals(
                    TestNode.member(blocker, "added", "member"),
                    node.told(other).getLast());
            assertEquals(
                    List.of(Math.min(caller.value(), blocker.value()), Math.max(caller.value(), blocker.value())),
                    done(node.conversations.members(caller, other, null, 10)).members().stream()
                            .map(member -> member.account().value())
                            .toList());
            boolean seen = caller.equals(stranger);
            for (ConversationId one : List.of(direct.conversation(), group.conversation(), other)) {
                assertEquals(seen, sees(blocker, one));
            }
        }
    }

    @Test
    void somebodyElseBringsTheBlockerIntoAGroupThatIsHidden() {
        // A group into which somebody blocked brought them is hidden until somebody else adds them.
        block();
        ConversationId group = node.group(pest, blocker, stranger);
        Object unused = done(node.conversations.setRole(pest, group, stranger, Role.ADMIN));
        assertFalse(sees(blocker, group));
        assertEquals(new SendResult.Blocked(), node.send(blocker, group, "id", "{}"));
        long added = done(node.conversations.addMembers(stranger, group, List.of(blocker)))
                .seq();
        assertTrue(sees(blocker, group));
        assertEquals(added, node.view(blocker, group).visibleFrom());
        assertInstanceOf(Sent.class, node.send(blocker, group, "id", "{}"));
    }

    @Test
    void nothingNamesAConversationThatWasNeverShown() {
        // Who blocks "sees nothing" of what the other founds: neither sync's `removed` nor the event on `u:` names it,
        // whatever the other does there; once somebody else has shown it, its end is told as that of any other.
        RecordingHub hub = new RecordingHub(node.module.feeds());
        boolean unused = hub.connected.add(blocker);
        block();
        String cursor = done(node.conversations.sync(blocker, null, 200)).cursor();
        ConversationId direct = node.direct(pest, blocker);
        ConversationId hidden = node.group(pest, blocker, stranger);
        ConversationId ended = node.group(pest, blocker);
        ConversationId both = node.group(stranger, pest);
        List.of(hidden, ended, both).forEach(node.module.feeds()::follow);
        Object unusedToo = done(node.conversations.setRole(stranger, both, pest, Role.ADMIN));
        unusedToo = done(node.conversations.addMembers(pest, both, List.of(blocker)));
        unusedToo = done(node.conversations.setRole(pest, hidden, blocker, Role.ADMIN));
        unusedToo = done(node.conversations.removeMember(pest, ended, blocker));
        unusedToo = done(node.conversations.removeMember(stranger, both, blocker));
        assertEquals(
                List.of(), done(node.conversations.sync(blocker, cursor, 200)).removed());
        unusedToo = done(node.conversations.setRole(pest, hidden, stranger, Role.ADMIN));
        unusedToo = done(node.conversations.addMembers(stranger, hidden, List.of(blocker)));
        unusedToo = done(node.conversations.removeMember(pest, hidden, blocker));
        // Whether it was shown is asked when the entry passes: a new membership that is hidden would answer for this.
        Await.until(
                "its end is told",
                () -> hub.told.contains("personal " + blocker + " " + new PersonalEvent.Removed(hidden)));
        unusedToo = done(node.conversations.addMembers(pest, hidden, List.of(blocker)));
        assertEquals(
                List.of(hidden),
                done(node.conversations.sync(blocker, cursor, 200)).removed(),
                "its end was not told of before it was hidden");
        unusedToo = done(node.conversations.removeMember(pest, hidden, blocker));
        for (ConversationId quiet : List.of(hidden, ended, both)) {
            long head = node.log(quiet).size();
            Await.until("all of a log", () -> hub.seqs(quiet).contains(head));
        }
        ConversationId last = node.group(blocker);
        Await.until("the last event", () -> hub.told.toString().contains(last.toString()));
        assertEquals(
                Stream.of("Added " + hidden, "Removed " + hidden, "Added " + last)
                        .map(text -> text.replace(" ", "[conversation=") + "]")
                        .toList(),
                hub.told.stream()
                        .filter(text -> text.startsWith("personal " + blocker + " "))
                        .map(text -> text.substring(("personal " + blocker + " ").length()))
                        .toList());
        assertFalse(hub.told.toString().contains(direct.toString()));
        assertEquals(List.of(), List.copyOf(hub.faults));
    }

    @Test
    void groupsThatBothAreInAreNotAffected() {
        // Group messages are not affected by blocks.
        ConversationId group = node.group(stranger, blocker, pest);
        block();
        assertTrue(sees(blocker, group));
        long said = node.say(pest, group, "to all");
        assertEquals(said, node.view(blocker, group).head());
        assertInstanceOf(Sent.class, node.send(blocker, group, "id", "{}"));
    }

    @Test
    void whoBlocksAndWritesIsToldSo() {
        // Contract 1008: only to the one who blocks.
        block();
        assertEquals(new Refusal.Blocked(), refusal(node.conversations.createDirect(blocker, "d", pest)));
        ConversationId direct = node.direct(pest, blocker);
        assertEquals(new SendResult.Blocked(), node.send(blocker, direct, "id", "{}"));
        assertEquals(new SendResult.NotAMember(), node.send(stranger, direct, "id", "{}"));
        Object unused = done(node.contacts.unblock(blocker, pest));
        assertEquals(direct, node.direct(blocker, pest));
    }

    @Test
    void blocksAreListedAndBounded() {
        // Contract: account.blocked is a page of accounts; blocks of an account have a limit.
        assertEquals(new Refusal.Invalid("account", "another account"), refusal(node.contacts.block(pest, pest)));
        assertEquals(new Refusal.NoSuchAccount(), refusal(node.contacts.block(pest, TestNode.nobody())));
        List<AccountId> others = node.people(KnownBlocks.BLOCKED_MAX);
        others.forEach(other -> assertEquals(new Contacts.Done(), done(node.contacts.block(pest, other))));
        assertEquals(
                new Refusal.Invalid("account", "at most 5 are blocked"), refusal(node.contacts.block(pest, stranger)));
        assertEquals(new Contacts.Done(), done(node.contacts.block(pest, others.getFirst())));
        Contacts.Blocked first = done(node.contacts.blocked(pest, null, 3));
        Contacts.Blocked rest = done(node.contacts.blocked(pest, first.next(), 3));
        assertEquals(
                others.subList(0, 3), first.accounts().stream().map(Profile::id).toList());
        assertEquals(
                others.subList(3, 5), rest.accounts().stream().map(Profile::id).toList());
        assertNull(rest.next());
        assertEquals(
                new Refusal.Invalid("after", "a cursor of this list"), refusal(node.contacts.blocked(pest, "x", 3)));
        assertEquals(
                List.of(),
                done(node.contacts.blocked(others.getFirst(), null, 3)).accounts());
    }

    @Test
    void aBlockThatRacesWithTheFoundingHidesTheConversation() throws InterruptedException {
        // Whoever is faster: when both were answered, what is seen agrees with the block.
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            AccountId shy = node.person();
            AccountId loud = node.person();
            CompletableFuture<ConversationId> founded = new CompletableFuture<>();
            Thread founder = Thread.ofVirtual().start(() -> founded.complete(node.direct(loud, shy)));
            LockSupport.parkNanos(random.nextLong(10_000_000));
            Object unused = done(node.contacts.block(shy, loud));
            boolean unblocks = random.nextBoolean();
            if (unblocks) {
                unused = done(node.contacts.unblock(shy, loud));
            }
            founder.join();
            assertEquals(unblocks, sees(shy, TestNode.get(founded)), "seed " + seed);
            assertNotEquals(unblocks, node.people.blocks.blocks(shy, loud));
        }
    }
}
