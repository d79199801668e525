package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Traces.Sweep;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.internal.forget.LogRemoval;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// The steps that remove a deleted account, on every database.
@EachEngine({"history", "messaging"})
@ExtendWith(LeakChecker.class)
final class RemovalOfTracesIT {
    private final TestNode node;
    private final LogRemoval removal;
    private final AccountId ann;
    private final AccountId bob;

    RemovalOfTracesIT(TestDatabase database) {
        node = TestNode.alone(database.database());
        removal = new LogRemoval(database.database(), node.history, node.log.traces());
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    /// Repeats each step until it finds nothing; how much they found.
    private int removeAll(int limit) {
        int all = 0;
        for (int found = 1; found > 0; all += found) {
            found = removal.memberships(ann, limit);
        }
        Sweep sweep = new Sweep(List.of(), 0, false);
        while (!sweep.isLast()) {
            sweep = removal.sweep(ann, sweep.reached(), 2);
            for (ConversationId conversation : sweep.found()) {
                for (int found = 1; found > 0; all += found) {
                    found = removal.appends(ann, conversation, limit);
                }
            }
        }
        for (int found = 1; found > 0; all += found) {
            found = removal.leftovers(ann, limit);
        }
        return all;
    }

    @Test
    void messagesEditsAndReactionsGoAndTheOthersStay() {
        // S27: tombstones in dense numbers, reactions without a word of the person, a new owner; then nothing is
        // found any more. Pages of three, conversations two at a time.
        ConversationId group = node.group(ann, bob);
        ConversationId direct = node.direct(bob, ann);
        ConversationId others = node.group(bob);
        Revising revising = node.module.revising();
        long first = node.say(ann, group, "ann 1");
        long foreign = node.say(bob, group, "bob");
        Object unused = done(revising.edit(ann, group, first, "{\"text\":\"ann 2\"}".getBytes(StandardCharsets.UTF_8)));
        unused = done(revising.react(ann, group, foreign, "ann's", true));
        unused = done(revising.react(ann, group, foreign, "+1", true));
        unused = done(revising.react(bob, group, foreign, "+1", true));
        unused = done(revising.react(ann, group, first, "ann's too", true));
        for (int i = 0; i < 7; i++) {
            unused = node.say(ann, direct, "ann 3");
        }
        unused = node.say(bob, others, "bob");

        assertTrue(removeAll(3) > 12);

        for (ConversationId conversation : List.of(group, direct)) {
            List<Entry> log = node.log(conversation);
            for (int i = 0; i < log.size(); i++) {
                Entry entry = log.get(i);
                assertEquals(i + 1, entry.seq());
                String said = new String(entry.body(), StandardCharsets.UTF_8)
                        + new String(entry.detail(), StandardCharsets.UTF_8);
                assertTrue(!said.contains("ann "), said);
                assertTrue(!said.contains("ann's"), said);
                if (entry.kind() == EntryKind.MESSAGE && entry.author().equals(ann)) {
                    assertTrue(entry.isRecalled());
                    assertEquals(null, entry.clientId());
                }
            }
        }
        assertEquals(
                Map.of("+1", 1),
                node.log(group).get((int) foreign - 1).revision().reactions());
        assertEquals(Role.OWNER, node.view(bob, group).role());
        assertEquals(ann, node.view(bob, direct).with());
        assertEquals(0, removeAll(3));
        assertEquals(3, node.head(others).head());
    }
}
