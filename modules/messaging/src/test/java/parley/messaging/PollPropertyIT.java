package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.cluster.Bus;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// Two nodes on one database, with random commits on both and a bus that loses all, or at random.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class PollPropertyIT {
    private static final int STEPS = 50;

    private final Database database;

    PollPropertyIT(TestDatabase database) {
        this.database = database.database();
    }

    @Test
    void everyEntryComesOnceInOrderAndSoonThoughTheBusLosesAll() {
        // I5: idle, new and busy conversations; within two seconds, for all but what the machine itself delays.
        DeafBus bus = new DeafBus();
        Seeds.each(2, seed -> new Run(seed, bus.connect(), bus.connect()).go());
    }

    @Test
    void everyEntryComesOnceInOrderWhenBusAndPollOverlap() {
        // I4, I5: hints that are lost, late and repeated, beside a poll that finds the same.
        Seeds.each(1, seed -> {
            ChaosBus bus = new ChaosBus(seed);
            new Run(seed, bus.connect(), bus.connect()).go();
        });
    }

    private final class Run {
        private final Random random;
        private final Bus here;
        private final Bus there;
        private final Map<ConversationId, Long> last = new ConcurrentHashMap<>();
        private final Map<ConversationId, AccountId> guests = new ConcurrentHashMap<>();
        private final List<ConversationId> groups = new ArrayList<>();
        private final List<Long> lagMillis = new ArrayList<>();

        Run(long seed, Bus here, Bus there) {
            this.random = new Random(seed);
            this.here = here;
            this.there = there;
        }

        void go() {
            KnownPeople people = new KnownPeople();
            MessagingConfig config = MessagingConfig.defaults();
            try (TestNode one = new TestNode(database, here, people, config);
                    TestNode two = new TestNode(database, there, people, config)) {
                RecordingHub[] hubs = {new RecordingHub(one.module.feeds()), new RecordingHub(two.module.feeds())};
                AccountId ann = one.person();
                for (RecordingHub hub : hubs) {
                    hub.connected.add(ann);
                }
                for (int i = 0; i < STEPS; i++) {
                    step(random.nextBoolean() ? one : two, ann);
                    if (i % 10 == 9) {
                        settle(hubs);
                    }
                }
                assertTrue(lagMillis.stream().sorted().toList().get(lagMillis.size() / 2) < 2_000, "lags " + lagMillis);
            }
        }

        private void step(TestNode node, AccountId ann) {
            if (groups.isEmpty() || random.nextInt(12) == 0) {
                ConversationId made = node.group(ann);
                groups.add(made);
                note(made, node.head(made).head());
                return;
            }
            ConversationId group = groups.get(random.nextInt(groups.size()));
            switch (random.nextInt(6)) {
                case 0 -> {
                    AccountId guest = guests.get(group);
                    if (guest == null) {
                        AccountId added = node.person();
                        Object unused = guests.put(group, added);
                        note(
                                group,
                                TestNode.done(node.conversations.addMembers(ann, group, List.of(added)))
                                        .seq());
                    } else {
                        guests.remove(group);
                        note(
                                group,
                                TestNode.done(node.conversations.removeMember(ann, group, guest))
                                        .seq());
                    }
                }
                case 1 -> {
                    long seq = node.say(ann, group, "to be recalled");
                    note(
                            group,
                            TestNode.done(node.module.revising().recall(ann, group, seq))
                                    .seq());
                }
                default -> note(group, node.say(ann, group, "x".repeat(random.nextInt(500))));
            }
        }

        private void note(ConversationId group, long seq) {
            Object unused = last.put(group, seq);
        }

        /// Everybody has everything.
        private void settle(RecordingHub[] hubs) {
            long began = System.nanoTime();
            for (RecordingHub hub : hubs) {
                for (ConversationId group : groups) {
                    long end = last.getOrDefault(group, 0L);
                    Await.until("entry " + end + " of " + group, () -> {
                        List<Long> seqs = hub.seqs(group);
                        return !seqs.isEmpty() && seqs.getLast() >= end;
                    });
                    assertEquals(LongStream.rangeClosed(1, end).boxed().toList(), hub.seqs(group));
                }
                assertEquals(List.of(), List.copyOf(hub.faults));
            }
            boolean unused = lagMillis.add((System.nanoTime() - began) / 1_000_000);
        }
    }
}
