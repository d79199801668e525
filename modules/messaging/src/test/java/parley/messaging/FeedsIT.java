package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// The feeds of one node, whose bus is its own memory.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class FeedsIT {
    private final Database database;
    private final TestNode node;
    private final RecordingHub hub;
    private final Feeds feeds;
    private final AccountId ann;
    private final AccountId bob;

    FeedsIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(this.database);
        feeds = node.module.feeds();
        hub = new RecordingHub(feeds);
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
        assertEquals(List.of(), List.copyOf(hub.faults));
    }

    @Test
    void whatIsCommittedAfterFollowComesOnceAndInOrder() {
        // I4; Feeds: every entry that is committed after `follow` returned, until `unfollow`.
        ConversationId group = node.group(ann, bob);
        long unused = node.say(ann, group, "before");
        feeds.follow(group);
        for (int i = 0; i < 50; i++) {
            unused = node.say(ann, group, "m" + i);
        }
        Object renamed = done(node.conversations.rename(ann, group, "T" + unused));
        awaitSeqs(group, 5, 55);
        assertTrue(renamed != null);
        List<Entry> log = node.log(group);
        for (Entry entry : hub.entries(group)) {
            Entry stored = log.get((int) entry.seq() - 1);
            assertEquals(stored.time(), entry.time());
            assertEquals(stored.author(), entry.author());
            assertEquals(stored.clientId(), entry.clientId());
            assertEquals(stored.messages(), entry.messages());
            assertArrayEquals(stored.body(), entry.body());
            assertArrayEquals(stored.detail(), entry.detail());
        }
        feeds.unfollow(group);
        Await.until(
                "nothing is followed",
                () -> node.registry.get("parley_messaging_feeds").gauge().value() == 0);
        unused = node.say(ann, group, "after");
        feeds.follow(group);
        unused = node.say(ann, group, "again");
        Await.until("the entry after following again", () -> hub.seqs(group).getLast() == 57);
        assertEquals(1, hub.faults.size(), "a hole where nobody followed");
        hub.faults.clear();
    }

    @Test
    void aConversationThatNobodyFollowsIsNotFed() {
        // Feeds: only followed conversations; a hint of another is dropped.
        ConversationId group = node.group(ann, bob);
        long unused = node.say(ann, group, "x");
        assertEquals(List.of(), hub.seqs(group));
        assertTrue(node.registry
                        .get("parley_messaging_hints_dropped")
                        .tag("reason", "not_followed")
                        .counter()
                        .count()
                >= 2);
        assertEquals(0, node.registry.get("parley_messaging_feeds").gauge().value());
    }

    @Test
    void whoIsConnectedAndAddedIsAnnouncedBeforeTheEntries() {
        // FeedListener.added: before `entries` passes that entry on; following in there is in time.
        hub.connected.add(bob);
        ConversationId group = node.group(ann);
        long unused = node.say(ann, group, "before");
        long joined =
                done(node.conversations.addMembers(ann, group, List.of(bob))).seq();
        unused = node.say(ann, group, "after");
        awaitSeqs(group, joined, joined + 1);
        // What gathered goes on together: the next entry may be in the same run.
        assertEquals(
                List.of("added " + bob + " by 4 from 4", "entries 4"),
                hub.told.stream()
                        .filter(one -> !one.startsWith("personal"))
                        .map(one -> one.replaceFirst("^(entries 4) to [45]$", "$1"))
                        .limit(2)
                        .toList());
        Await.until(
                "the personal event",
                () -> hub.told.contains("personal " + bob + " " + new PersonalEvent.Added(group)));
        ConversationId open = node.group(HistoryFor.ALL, ann);
        Object unusedChange = done(node.conversations.addMembers(ann, open, List.of(bob)));
        Await.until("announced with all history", () -> hub.told.contains("added " + bob + " by 3 from 1"));
        ConversationId direct = node.direct(ann, bob);
        awaitSeqs(direct, 1, 2);
    }

    @Test
    void whatIsSentWhileAMemberIsBeingLetInReachesIt() {
        // I4. A hint that came between the one that adds a member and the hub's `follow` was dropped as one of a
        // conversation that nobody follows, so the new member missed an entry until the next one.
        hub.connected.add(bob);
        ConversationId group = node.group(ann);
        CountDownLatch said = new CountDownLatch(1);
        hub.onAdded = () -> awaitQuietly(said);
        long joined =
                done(node.conversations.addMembers(ann, group, List.of(bob))).seq();
        long after = node.say(ann, group, "after");
        said.countDown();
        assertEquals(joined + 1, after);
        awaitSeqs(group, joined, after);
    }

    @Test
    void aFounderWhoIsConnectedIsAnnounced() {
        // FeedListener.added: also for a conversation that was just created, and in time for the first entry, which
        // every founder may read.
        hub.connected.add(ann);
        hub.connected.add(bob);
        ConversationId group = node.group(ann, bob);
        awaitSeqs(group, 1, 3);
        assertEquals(
                List.of("added " + ann + " by 1 from 1", "added " + bob + " by 2 from 1", "entries 1 to 3"),
                hub.told.stream().filter(one -> !one.startsWith("personal")).toList());
    }

    @Test
    void whoIsRemovedIsToldInPerson() {
        // Contract: u: {"type":"conversation","conversation","change":"removed"}; the entry itself comes too.
        ConversationId group = node.group(ann, bob);
        feeds.follow(group);
        hub.connected.add(bob);
        long removed = done(node.conversations.removeMember(ann, group, bob)).seq();
        awaitSeqs(group, removed, removed);
        assertTrue(MemberChange.of(hub.entries(group).getLast()).orElseThrow().endsMembership());
        Await.until(
                "the personal event",
                () -> hub.told.contains("personal " + bob + " " + new PersonalEvent.Removed(group)));
    }

    @Test
    void aReadMarkerIsToldToTheOwnDevicesAndNobodyElse() {
        // Contract: u: {"type":"read","conversation","seq","unread"}.
        ConversationId group = node.group(ann, bob);
        long unused = node.say(ann, group, "x");
        unused = node.say(ann, group, "y");
        Object unusedMarker = done(node.conversations.markRead(bob, group, 3));
        hub.connected.add(bob);
        unusedMarker = done(node.conversations.markRead(bob, group, 4));
        unusedMarker = done(node.conversations.markRead(bob, group, 4));
        unusedMarker = done(node.conversations.markRead(bob, group, 9));
        Await.until("both moves", () -> hub.told.size() == 2);
        assertEquals(
                List.of(
                        "personal " + bob + " " + new PersonalEvent.Read(group, 4, 1),
                        "personal " + bob + " " + new PersonalEvent.Read(group, 5, 0)),
                List.copyOf(hub.told));
    }

    @Test
    void aHubThatIsSlowHoldsUpNeitherSendsNorOthersAndMissesNothing() throws Exception {
        // I6, I7: a bounded inbox that becomes "read the log up to here"; one node has no poll to help.
        MessagingConfig usual = MessagingConfig.defaults();
        MessagingConfig tight = new MessagingConfig(
                100,
                100,
                100,
                100,
                100,
                usual.syncOverlap(),
                new MessagingConfig.FeedBounds(3, 65_536, 65_536, 2),
                usual.polls(),
                usual.revisions());
        try (TestNode small = new TestNode(database, TestNode.cluster().bus(), node.people, tight)) {
            RecordingHub slow = new RecordingHub(small.module.feeds());
            ConversationId group = small.group(ann, bob);
            ConversationId other = small.group(ann, bob);
            small.module.feeds().follow(group);
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            slow.onEntries = any -> {
                entered.countDown();
                awaitQuietly(release);
            };
            long unused = small.say(ann, group, "the hub waits in this one");
            entered.await();
            slow.onEntries = any -> {};
            small.module.feeds().follow(other);
            String text = "x".repeat(4_000);
            for (int i = 0; i < 300; i++) {
                unused = small.say(ann, group, text);
            }
            unused = small.say(ann, other, "is not held up");
            Await.until("the other conversation", () -> slow.seqs(other).equals(List.of(4L)));
            assertEquals(List.of(4L), slow.seqs(group));
            assertTrue(small.registry
                            .get("parley_messaging_feed_waiting_bytes")
                            .gauge()
                            .value()
                    <= 65_536);
            release.countDown();
            Await.until("all of it", () -> slow.seqs(group).size() == 301);
            assertEquals(LongStream.rangeClosed(4, 304).boxed().toList(), slow.seqs(group));
            assertEquals(List.of(), List.copyOf(slow.faults));
            assertTrue(small.registry
                            .get("parley_messaging_feed_coalesced_hints")
                            .counter()
                            .count()
                    > 100);
            Await.until(
                    "nothing waits",
                    () -> small.registry
                                    .get("parley_messaging_feed_waiting_bytes")
                                    .gauge()
                                    .value()
                            == 0);
        }
    }

    @Test
    void aHubThatThrowsGetsWhatFollows() {
        // FeedListener: an exception is logged and the feed goes on after it.
        ConversationId group = node.group(ann, bob);
        feeds.follow(group);
        hub.onEntries = any -> {
            hub.onEntries = other -> {};
            throw new IllegalStateException("on purpose");
        };
        long unused = node.say(ann, group, "one");
        unused = node.say(ann, group, "two");
        awaitSeqs(group, 4, 5);
    }

    @Test
    void aHeadThatWasReadMakesAFeedCatchUpOnce() {
        // Feeds.reached: one that is behind passes on what is missing; who read less, and began where the feed did,
        // gets nothing twice.
        ConversationId group = node.group(ann, bob);
        feeds.follow(group);
        feeds.reached(group, 3);
        assertEquals(List.of(), hub.seqs(group));
        long unused = node.say(ann, group, "one");
        awaitSeqs(group, 4, 4);
        feeds.reached(group, 4);
        feeds.reached(group, 3);
        unused = node.say(ann, group, "two");
        awaitSeqs(group, 4, 5);
    }

    @Test
    void aHeadAboveTheLogRaisesAnAlarmAndTheFeedGoesOn() {
        // Design 5: a hint above the head in the same epoch raises an alarm and turns health to degraded.
        ConversationId group = node.group(ann, bob);
        feeds.follow(group);
        feeds.reached(group, 3);
        feeds.reached(group, 9);
        Await.until(
                "the alarm",
                () -> node.module.probes().getFirst().check().status() == parley.kernel.Health.Status.DEGRADED);
        long unused = node.say(ann, group, "one");
        awaitSeqs(group, 4, 4);
    }

    private void awaitSeqs(ConversationId conversation, long from, long to) {
        List<Long> expected = LongStream.rangeClosed(from, to).boxed().toList();
        Await.until(
                "entries " + from + " to " + to, () -> hub.seqs(conversation).size() >= expected.size());
        assertEquals(expected, hub.seqs(conversation));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(Duration.ofMinutes(2).toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
                throw new IllegalStateException("never released");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
