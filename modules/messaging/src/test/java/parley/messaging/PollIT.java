package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Reading.Membership;
import parley.messaging.wiring.MessagingConfig;
import parley.messaging.wiring.MessagingConfig.PollBounds;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Two nodes on one database, and no hint of one ever reaches the other.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class PollIT {
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final Database database;
    private final DeafBus bus = new DeafBus();
    private final TestNode one;
    private final TestNode two;
    private final RecordingHub hub;
    private final AccountId ann;
    private final AccountId bob;

    PollIT(TestDatabase database) {
        this.database = database.database();
        KnownPeople people = new KnownPeople();
        // Pages of ten, so that what changed takes more than one.
        MessagingConfig config = config(INTERVAL, 10);
        one = new TestNode(this.database, bus.connect(), people, config);
        two = new TestNode(this.database, bus.connect(), people, config);
        hub = new RecordingHub(two.module.feeds());
        ann = one.person();
        bob = one.person();
        hub.connected.add(bob);
    }

    private static MessagingConfig config(Duration interval, int rowsMax) {
        PollBounds usual = PollBounds.defaults();
        return MessagingConfig.defaults()
                .withPolls(new PollBounds(
                        Duration.ofSeconds(60),
                        interval,
                        usual.overlap(),
                        usual.longInterval(),
                        usual.longOverlap(),
                        rowsMax,
                        usual.failingMax()));
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        assertEquals(List.of(), List.copyOf(hub.faults));
    }

    @Test
    void idleConversationsSpeakThoughNoHintComes() {
        // I5: also the first message of an idle conversation; more of them than a page of the poll holds.
        List<ConversationId> groups = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            groups.add(one.group(ann));
        }
        for (ConversationId group : groups) {
            two.module.feeds().follow(group);
            two.module.feeds().reached(group, two.head(group).head());
        }
        for (ConversationId group : groups) {
            assertEquals(3, one.say(ann, group, "first"));
            assertEquals(4, one.say(ann, group, "second"));
        }
        for (ConversationId group : groups) {
            awaitSeqs(group, 3, 4);
        }
        assertTrue(count("parley_messaging_poll_gaps") > 0);
    }

    @Test
    void aNewConversationReachesItsConnectedMember() {
        // I5: also of a new conversation, which nobody here follows yet; the account is told once.
        ConversationId group = one.group(ann, bob);
        long last = one.say(ann, group, "welcome");
        awaitSeqs(group, 1, last);
        String added = "personal " + bob + " " + new PersonalEvent.Added(group);
        Await.until("bob is told", () -> hub.told.contains(added));
        assertEquals("added " + bob + " by 2 from 1", hub.told.peek());
        assertEquals(List.of(group), conversations(bob));
        Await.stays(Duration.ofSeconds(1), "bob is told once", () -> Collections.frequency(hub.told, added) == 1);
        awaitSeqs(group, 1, last);
    }

    @Test
    void aMemberThatIsAddedLaterComesInWhereItMayRead() {
        // As the hint of an addition: with and without the history before.
        ConversationId group = one.group(HistoryFor.JOINED, ann);
        long unused = one.say(ann, group, "before");
        Object changed = done(one.conversations.addMembers(ann, group, List.of(bob)));
        long last = one.say(ann, group, "after " + changed);
        awaitSeqs(group, 4, last);
        assertEquals("added " + bob + " by 4 from 4", hub.told.peek());
    }

    @Test
    void aMemberThatIsRemovedIsToldAndForgotten() {
        // P: removal acts on other nodes within seconds though no hint comes; caches are not believed.
        ConversationId group = one.group(ann, bob);
        awaitSeqs(group, 1, 3);
        assertEquals(List.of(group), conversations(bob));
        assertTrue(two.reading.access(bob, group).isPresent());
        assertEquals(Role.MEMBER, role(bob, group));
        Object changed = done(one.conversations.setRole(ann, group, bob, Role.ADMIN));
        Await.until("the role is known after " + changed, () -> role(bob, group) == Role.ADMIN);
        changed = done(one.conversations.removeMember(ann, group, bob));
        String removed = "personal " + bob + " " + new PersonalEvent.Removed(group);
        Await.until("bob is told after " + changed, () -> hub.told.contains(removed));
        awaitSeqs(group, 1, 5);
        Await.until("not a member", () -> conversations(bob).isEmpty());
        Await.until("no access", () -> two.reading.access(bob, group).isEmpty());
    }

    @Test
    void whoWasAddedAgainWhileTheRemovalWasStillToBePassedIsToldOfIt() throws InterruptedException {
        // I5, I7: the hint of the removal is here and waits for its turn, that of the addition is lost; the poll sees
        // the new membership while the account counts as told of the one before.
        ConversationId group = one.group(ann, bob);
        awaitSeqs(group, 1, 3);
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        AtomicBoolean isBack = new AtomicBoolean();
        hub.onEntries = next -> {
            if (next.getLast().seq() == 4) {
                stands.countDown();
                Await.until("the feed may go on", () -> goesOn.getCount() == 0);
            } else if (next.getLast().seq() == 5) {
                two.module.feeds().unfollow(group);
            }
        };
        hub.onAsked = () -> {
            if (isBack.get()) {
                goesOn.countDown();
            }
        };
        bus.isDeaf = false;
        assertEquals(4, one.say(ann, group, "the feed of the other node stands here"));
        stands.await();
        Object removed = done(one.conversations.removeMember(ann, group, bob));
        bus.isDeaf = true;
        Object added = done(one.conversations.addMembers(ann, group, List.of(bob)));
        isBack.set(true);
        Await.until(
                "bob is back, after " + removed + " and " + added,
                () -> hub.told.contains("added " + bob + " by 6 from 6"));
        awaitSeqs(group, 1, 6);
    }

    @Test
    void whoReadTheLogBeforeAnotherReaderMissesNothing() {
        // I4: two sessions follow at once; the one that read less says so last, and nothing is said any more.
        ConversationId group = one.group(ann);
        two.module.feeds().follow(group);
        long seq = one.say(ann, group, "between the two reads");
        two.module.feeds().reached(group, seq);
        two.module.feeds().reached(group, seq - 1);
        awaitSeqs(group, seq, seq);
    }

    @Test
    void whoIsAddedAnewAfterBeingAwayIsTold() {
        // I5: told of an addition, away while removed, back and added again: what was told before counts no more.
        ConversationId group = one.group(ann, bob);
        Await.until("bob is told", () -> hub.told.contains("personal " + bob + " " + new PersonalEvent.Added(group)));
        hub.connected.remove(bob);
        Object removed = done(one.conversations.removeMember(ann, group, bob));
        awaitSeqs(group, 1, 4);
        two.module.feeds().unfollow(group);
        hub.connected.add(bob);
        two.module.feeds().arrived(bob);
        Object added = done(one.conversations.addMembers(ann, group, List.of(bob)));
        Await.until(
                "bob is back, after " + removed + " and " + added,
                () -> hub.told.contains("added " + bob + " by 5 from 5"));
    }

    @Test
    void aRoleDoesNotHideTheAdditionBeforeIt() throws SQLException {
        // I4, I5: hint and look were missed when bob was added, and now something else changed his membership last.
        hub.connected.remove(bob);
        ConversationId group = one.group(ann, bob);
        makeOld(group, 3);
        hub.connected.add(bob);
        Object changed = done(one.conversations.setRole(ann, group, bob, Role.ADMIN));
        Await.stays(Duration.ofSeconds(1), "nothing is new to a session that follows", hub.told::isEmpty);
        hub.lacking.add(bob);
        Object again = done(one.conversations.setRole(ann, group, bob, Role.MEMBER));
        Await.until(
                "bob is told, after " + changed + " and " + again,
                () -> hub.told.contains("added " + bob + " by 2 from 1"));
        awaitSeqs(group, 1, 5);
    }

    @Test
    void whoUnblocksAfterBeingAwayReadsOnFromThere() throws SQLException {
        // A conversation that was hidden is unheard of by right: seen again, it is not pushed from its beginning.
        hub.connected.remove(bob);
        ConversationId direct = one.direct(ann, bob);
        makeOld(direct, 2);
        Object blocked = done(one.contacts.block(bob, ann));
        hub.connected.add(bob);
        two.module.feeds().arrived(bob);
        hub.lacking.add(bob);
        Object shown = done(one.contacts.unblock(bob, ann));
        Await.until("bob sees it, after " + blocked + " and " + shown, () -> !hub.told.isEmpty());
        assertEquals("shown " + bob + " above 2", hub.told.peek());
    }

    /// As if the entries so far were written a minute earlier.
    private void makeOld(ConversationId conversation, int entries) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update history_entry set time = time - 60000 where conversation = ?")) {
            update.setLong(1, conversation.value());
            assertEquals(entries, update.executeUpdate());
        }
    }

    @Test
    void aRecallActsBeforeItsEntryIsPassedOn() {
        // From the recall on nothing is rendered with the body; the entry comes in its order.
        ConversationId group = one.group(ann, bob);
        long seq = one.say(ann, group, "secret");
        awaitSeqs(group, 1, seq);
        hub.onEntries = next -> {
            boolean recalls = next.stream().anyMatch(entry -> entry.kind() == EntryKind.RECALL);
            if (recalls && hub.recalls.isEmpty()) {
                boolean unused = hub.faults.add("the recall's entry came before the recall was told");
            }
        };
        Object recalled = done(one.module.revising().recall(ann, group, seq));
        awaitSeqs(group, 1, seq + 1);
        assertEquals(List.of(seq), List.copyOf(hub.recalls), "after " + recalled);
    }

    @Test
    void aBlockOnOneNodeHidesTheConversationOnTheOther() {
        // The block's own hint has no entry in the log: only the membership tells.
        ConversationId direct = one.direct(ann, bob);
        String added = "personal " + bob + " " + new PersonalEvent.Added(direct);
        awaitSeqs(direct, 1, 2);
        // Told on a thread of its own: also after the entries.
        Await.until("bob is told", () -> hub.told.contains(added));
        hub.told.clear();
        Object changed = done(one.contacts.block(bob, ann));
        Await.until(
                "bob is told after " + changed,
                () -> hub.told.contains("personal " + bob + " " + new PersonalEvent.Removed(direct)));
        assertEquals(List.of(), conversations(bob));
        changed = done(one.contacts.unblock(bob, ann));
        Await.until("bob is told after " + changed, () -> hub.told.contains(added));
        assertEquals(List.of(direct), conversations(bob));
        // Nobody followed it meanwhile, as nobody saw it: its feed begins where the unblocking found it.
        two.module.feeds().unfollow(direct);
        String removed = "personal " + bob + " " + new PersonalEvent.Removed(direct);
        String blocked = done(one.contacts.block(bob, ann)).toString();
        Await.until("bob is told after " + blocked, () -> Collections.frequency(hub.told, removed) == 2);
        two.module.feeds().unfollow(direct);
        String shown = done(one.contacts.unblock(bob, ann)).toString();
        Await.until("bob is told again", () -> Collections.frequency(hub.told, added) == 2);
        long last = one.say(ann, direct, "first after " + shown);
        awaitSeqs(direct, 1, last);
    }

    @Test
    void whoNeverSawAConversationIsNotToldThatItIsGone() {
        // A block shows nothing to anybody: a direct conversation that begins hidden stays unheard of.
        Object blocked = done(one.contacts.block(bob, ann));
        ConversationId direct = one.direct(ann, bob);
        long unused = one.say(ann, direct, "hello " + blocked);
        ConversationId group = one.group(ann);
        two.module.feeds().follow(group);
        two.module.feeds().reached(group, 2);
        unused = one.say(ann, group, "the poll comes by");
        awaitSeqs(group, 3, 3);
        Await.stays(
                Duration.ofSeconds(1),
                "bob hears nothing",
                () -> hub.told.stream().noneMatch(told -> told.contains(bob.toString())));
    }

    @Test
    void whatIsMissedIsLookedForAtOnce() {
        // Bus.Listener.missed(): a steady bus that lost something once. By itself this node looks every 10 s.
        bus.isSteady = true;
        try (TestNode calm = new TestNode(database, bus.connect(), one.people, config(Duration.ofSeconds(10), 10))) {
            RecordingHub other = new RecordingHub(calm.module.feeds());
            ConversationId group = one.group(ann);
            calm.module.feeds().follow(group);
            calm.module.feeds().reached(group, calm.head(group).head());
            Await.until("the first look is over", () -> looks(calm) == 1);
            long seq = one.say(ann, group, "lost");
            bus.tellMissed();
            bus.tellMissed();
            Await.until("it is found", () -> other.seqs(group).contains(seq));
            assertTrue(looks(calm) <= 3, "looks " + looks(calm));
        }
    }

    private static long looks(TestNode node) {
        return node.registry.get("parley_messaging_poll").timer().count();
    }

    @Test
    void whatBusAndPollBothBringComesOnce() {
        // I4, I5: no gap and no repeat when bus and poll overlap.
        bus.isDeaf = false;
        ConversationId group = one.group(ann, bob);
        AccountId cid = one.person();
        hub.connected.add(cid);
        long last = 0;
        for (int i = 0; i < 40; i++) {
            bus.isDeaf = i % 3 == 0;
            last = one.say(ann, group, "m" + i);
            if (i % 8 == 0) {
                Object added = done(one.conversations.addMembers(ann, group, List.of(cid)));
                Object removed = done(one.conversations.removeMember(ann, group, cid));
                assertTrue(added != removed);
                bus.tellMissed();
            }
        }
        awaitSeqs(group, 1, last);
        List<Entry> entries = hub.entries(group);
        assertEquals(last, entries.getLast().seq());
    }

    @Test
    void whatTheProcessBeforeCommittedLateReachesANodeAlone() throws SQLException {
        // A commit whose outcome nobody knew when its node ended is told by the next one, without a bus.
        ConversationId group = one.group(ann);
        try (TestNode alone = new TestNode(database, TestNode.cluster().bus(), one.people, config(INTERVAL, 10))) {
            RecordingHub other = new RecordingHub(alone.module.feeds());
            alone.module.feeds().follow(group);
            alone.module.feeds().reached(group, alone.head(group).head());
            try (LateCommit late = new LateCommit(database, group)) {
                late.commit();
            }
            Await.until("it is found", () -> other.seqs(group).equals(List.of(3L)));
        }
    }

    private List<ConversationId> conversations(AccountId account) {
        return two.reading.memberships(account).stream()
                .map(Membership::conversation)
                .toList();
    }

    private Role role(AccountId account, ConversationId conversation) {
        return two.reading.access(account, conversation).orElseThrow().role();
    }

    private double count(String counter) {
        return two.registry.get(counter).counter().count();
    }

    private void awaitSeqs(ConversationId conversation, long first, long last) {
        List<Long> expected = LongStream.rangeClosed(first, last).boxed().toList();
        Await.until(
                "entries " + first + " to " + last + " of " + conversation,
                () -> hub.seqs(conversation).size() >= expected.size());
        assertEquals(expected, hub.seqs(conversation));
    }
}
