package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// Two nodes on one database.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class NodesIT {
    private static final int MESSAGES_PER_WRITER = 80;

    private final Database database;

    NodesIT(TestDatabase database) {
        this.database = database.database();
    }

    /// Where a follower began to follow: what comes must be everything behind it.
    private record Start(RecordingHub hub, ConversationId conversation, long head) {}

    @Test
    void everyFollowerSeesEveryEntryOnceAndInOrderThoughTheBusLosesAndRepeats() {
        // I4; conventions sentence 4: the bus is a hint that may be lost; sequence numbers find the loss.
        Seeds.each(3, this::run);
    }

    private void run(long seed) throws Exception {
        ChaosBus bus = new ChaosBus(seed);
        KnownPeople people = new KnownPeople();
        try (TestNode one = new TestNode(database, bus.connect(), people, MessagingConfig.defaults());
                TestNode two = new TestNode(database, bus.connect(), people, MessagingConfig.defaults())) {
            List<AccountId> writers = one.people(4);
            List<ConversationId> groups = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                groups.add(one.group(writers.getFirst(), writers.toArray(AccountId[]::new)));
            }
            List<Start> starts = new ArrayList<>();
            for (TestNode node : List.of(one, two)) {
                RecordingHub hub = new RecordingHub(node.module.feeds());
                for (ConversationId group : groups) {
                    node.module.feeds().follow(group);
                    long head = node.head(group).head();
                    node.module.feeds().reached(group, head);
                    starts.add(new Start(hub, group, head));
                }
            }
            int acknowledged = writeAtOnce(seed, List.of(one, two), writers, groups);
            bus.calm();
            Map<ConversationId, Long> heads = new HashMap<>();
            for (ConversationId group : groups) {
                Object unused = heads.put(group, one.say(writers.getFirst(), group, "the last"));
            }
            for (Start start : starts) {
                long last = heads.getOrDefault(start.conversation(), 0L);
                Await.until("the last entry everywhere", () -> {
                    List<Long> seqs = start.hub().seqs(start.conversation());
                    return !seqs.isEmpty() && seqs.getLast() >= last;
                });
                assertEquals(
                        LongStream.rangeClosed(start.head() + 1, last).boxed().toList(),
                        start.hub().seqs(start.conversation()));
                assertEquals(List.of(), List.copyOf(start.hub().faults));
            }
            assertEquals(4 * MESSAGES_PER_WRITER, acknowledged);
            double gaps = one.registry
                            .get("parley_messaging_feed_gaps")
                            .counter()
                            .count()
                    + two.registry.get("parley_messaging_feed_gaps").counter().count();
            assertTrue(gaps > 0, "nothing was lost on the way, so nothing was proved");
        }
    }

    private static int writeAtOnce(
            long seed, List<TestNode> nodes, List<AccountId> writers, List<ConversationId> groups) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < writers.size(); i++) {
                Random random = new Random(seed + i);
                TestNode node = nodes.get(i % nodes.size());
                AccountId writer = writers.get(i);
                all.add(threads.submit(() -> write(random, node, writer, groups)));
            }
            int acknowledged = 0;
            for (Future<Integer> writer : all) {
                acknowledged += writer.get();
            }
            return acknowledged;
        }
    }

    private static int write(Random random, TestNode node, AccountId writer, List<ConversationId> groups) {
        List<CompletableFuture<SendResult>> answers = new ArrayList<>();
        for (int i = 0; i < MESSAGES_PER_WRITER; i++) {
            ConversationId group = groups.get(random.nextInt(groups.size()));
            String body = "{\"text\":\"" + "x".repeat(random.nextInt(2_000)) + "\"}";
            answers.add(node.sendLater(writer, group, writer + "-" + i, body));
            if (random.nextInt(3) == 0) {
                SendResult unused = TestNode.get(answers.getLast());
            }
        }
        return (int) answers.stream()
                .map(TestNode::get)
                .filter(SendResult.Sent.class::isInstance)
                .count();
    }
}
