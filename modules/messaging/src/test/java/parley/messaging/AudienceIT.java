package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class AudienceIT {
    private final TestNode node;

    AudienceIT(TestDatabase database) {
        node = TestNode.alone(database.database());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void sizesFollowWhoComesAndGoes() {
        // What is remembered is forgotten when a commit tells of a change.
        Audience audience = node.module.audience();
        AccountId owner = node.person();
        AccountId bob = node.person();
        ConversationId direct = node.direct(owner, bob);
        ConversationId group = node.group(owner, bob, node.person());
        ConversationId none = new ConversationId(1);
        assertEquals(Map.of(direct, 2, group, 3), audience.sizes(List.of(direct, group, none)));
        Object unused = done(node.conversations.addMembers(owner, group, node.people(2)));
        assertEquals(Map.of(group, 5), audience.sizes(List.of(group)));
        unused = done(node.conversations.leave(bob, group));
        assertEquals(Map.of(group, 4), audience.sizes(List.of(group)));
        List<AccountId> members = audience.members(group, 10);
        assertEquals(4, members.size());
        assertEquals(members.stream().sorted().toList(), members);
        assertEquals(members.subList(0, 2), audience.members(group, 2));
        assertEquals(List.of(), audience.members(none, 2));
    }

    @Test
    void thousandsAreAskedForInStatementsOfFiveHundred() {
        // One statement for each 500 that are not remembered.
        AccountId owner = node.person();
        List<ConversationId> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(node.group(owner));
        }
        for (int i = 1; i <= 1_200; i++) {
            all.add(new ConversationId(i));
        }
        assertEquals(3, node.module.audience().sizes(all).size());
    }

    @Test
    void whoIsMutedOrNoMemberMayNotSend() {
        // Typing is heard of those only who may send.
        Audience audience = node.module.audience();
        AccountId owner = node.person();
        AccountId bob = node.person();
        ConversationId group = node.group(owner, bob);
        assertTrue(audience.maySend(owner, group) && audience.maySend(bob, group));
        assertFalse(audience.maySend(node.person(), group));
        Object unused = done(node.conversations.mute(owner, group, bob, 4_000_000_000_000L));
        assertFalse(audience.maySend(bob, group));
        unused = done(node.conversations.mute(owner, group, bob, 0));
        assertTrue(audience.maySend(bob, group));
        unused = done(node.conversations.removeMember(owner, group, bob));
        assertFalse(audience.maySend(bob, group));
    }
}
