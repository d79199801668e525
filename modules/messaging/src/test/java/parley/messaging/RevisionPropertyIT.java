package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.ModelClient.Shown;
import parley.messaging.Reading.Access;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.Await;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// Applying the entries from any position gives what a fresh read gives.
@EachEngine({"history", "messaging"})
@ExtendWith(LeakChecker.class)
final class RevisionPropertyIT {
    private static final int STEPS = 40;

    private final TestNode node;
    private final TestNode spare;

    /// Embedded there is one node: decision 0005.
    private final TestNode other;

    private final RecordingHub hub;
    private final AccountId ann;
    private final AccountId bob;
    private final AccountId late;

    RevisionPropertyIT(TestDatabase database) {
        node = TestNode.alone(database.database());
        spare = new TestNode(database.database(), TestNode.cluster().bus(), node.people, MessagingConfig.defaults());
        other = database.database().dialect() == Dialect.H2 ? node : spare;
        hub = new RecordingHub(node.module.feeds());
        ann = node.person();
        bob = node.person();
        late = node.person();
    }

    @AfterEach
    void close() {
        node.close();
        spare.close();
    }

    @Test
    void fromEveryPositionAClientComesToWhatAFreshReadShows() {
        // Design section 5; random histories by two nodes at once, and a member who came late. What a
        // client has of them up to a position it read at any time, or got as pushes.
        Seeds.each(2, this::checkOne);
    }

    private void checkOne(long seed) {
        Random random = new Random(seed);
        ConversationId group = node.group(HistoryFor.JOINED, ann, bob);
        node.module.feeds().follow(group);
        // From here on everything is pushed, also what the other node writes first.
        node.module.feeds().reached(group, node.head(group).head());
        List<List<Entry>> known = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            if (step == STEPS / 2) {
                Object unused = done(node.conversations.addMembers(ann, group, List.of(late)));
            }
            act(random, group, step > STEPS / 2);
            if (random.nextInt(8) == 0) {
                known.add(read(group, 0));
            }
        }
        // What this node writes itself brings what it had not heard of yet with it.
        long last = node.say(ann, group, "the last");
        known.add(pushed(group, last));
        check(seed, node.reading.access(ann, group).orElseThrow(), known);
        check(seed, node.reading.access(late, group).orElseThrow(), known);
    }

    private void check(long seed, Access access, List<List<Entry>> known) {
        List<Entry> fresh = readAs(access, 0);
        // A fresh read shows the state of a message in the message itself.
        Map<Long, Shown> truth = new ModelClient()
                .apply(fresh.stream().filter(ModelClient::isMessage).toList())
                .shown();
        assertEquals(truth, new ModelClient().apply(fresh).shown(), "seed " + seed);
        for (List<Entry> before : known) {
            List<Entry> visible = before.stream()
                    .filter(entry -> entry.seq() >= access.visibleFrom())
                    .toList();
            for (int had = 0; had <= visible.size(); had++) {
                List<Entry> first = visible.subList(0, had);
                long position = had == 0 ? 0 : first.getLast().seq();
                ModelClient client = new ModelClient().apply(first).apply(readAs(access, position));
                assertEquals(truth, client.shown(), "from " + position + ", seed " + seed);
            }
        }
    }

    /// What was pushed, from the first entry of the log on.
    private List<Entry> pushed(ConversationId group, long last) {
        Await.until("pushes up to " + last, () -> hub.seqs(group).contains(last));
        List<Entry> pushes = hub.entries(group);
        List<Entry> all = new ArrayList<>(
                read(group, 0).subList(0, (int) pushes.getFirst().seq() - 1));
        assertTrue(all.stream().noneMatch(ModelClient::isMessage));
        all.addAll(pushes);
        return all;
    }

    private List<Entry> read(ConversationId group, long after) {
        return readAs(new Access(1, Role.MEMBER, node.head(group)), after);
    }

    private List<Entry> readAs(Access access, long after) {
        List<Entry> all = new ArrayList<>();
        long position = Math.max(after, access.visibleFrom() - 1);
        while (position < access.head().head()) {
            List<Entry> page = node.reading.readForward(access, position, 7);
            all.addAll(page);
            position = page.getLast().seq();
        }
        return all;
    }

    /// One or several changes at once.
    private void act(Random random, ConversationId group, boolean lateIsIn) {
        int count = 1 + random.nextInt(4);
        List<CompletableFuture<Object>> acts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestNode at = random.nextBoolean() ? node : other;
            AccountId actor = List.of(ann, bob, lateIsIn ? late : bob).get(random.nextInt(3));
            long target = 1 + random.nextLong(node.head(group).head());
            int what = random.nextInt(10);
            int number = random.nextInt(3);
            acts.add(CompletableFuture.supplyAsync(
                    () -> act(at, group, actor, target, what, number), Thread::startVirtualThread));
        }
        acts.forEach(TestNode::get);
    }

    private static Object act(TestNode at, ConversationId group, AccountId actor, long target, int what, int number) {
        Revising revising = at.module.revising();
        byte[] body = ("{\"text\":\"" + number + "\"}").getBytes(StandardCharsets.UTF_8);
        return switch (what) {
            case 0, 1, 2 -> at.say(actor, group, "message " + number);
            case 3, 4 -> revising.edit(actor, group, target, body);
            case 5 -> revising.recall(actor, group, target);
            default -> revising.react(actor, group, target, "e" + number, what < 9);
        };
    }
}
