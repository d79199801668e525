package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.refusal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations.Listing;
import parley.messaging.Conversations.Marker;
import parley.messaging.Conversations.Refusal;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.Seeds;
import parley.testkit.TestDatabase;

/// `conversation.list`, `read` and what the edge reads.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class BrowsingIT {
    private final TestNode node;
    private final AccountId ann;
    private final AccountId bob;

    BrowsingIT(TestDatabase database) {
        node = TestNode.alone(database.database());
        ann = node.person();
        bob = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void theListShowsWhatTheContractSays() {
        // Contract: {id, kind, title, with?, role, head, messages, read, unread, last}.
        // The later one is first also where all happens in one millisecond.
        ConversationId group = node.group(ann, bob);
        ConversationId direct = node.direct(ann, bob);
        long unused = node.say(bob, direct, "hello");
        unused = node.say(bob, direct, "there");
        List<ConversationView> list = all(ann, 10);
        assertEquals(List.of(direct, group), ids(list));
        ConversationView view = list.getFirst();
        assertEquals(ConversationView.Kind.DIRECT, view.kind());
        assertEquals(bob, view.with());
        assertEquals(Role.MEMBER, view.role());
        assertEquals(4, view.head());
        assertEquals(2, view.messages());
        assertEquals(1, view.read());
        assertEquals(2, view.unread());
        assertEquals(4, Objects.requireNonNull(view.last()).seq());
        assertEquals(view.time(), Objects.requireNonNull(view.last()).time());
        assertEquals("A group", list.get(1).title());
        assertNull(list.get(1).with());
    }

    @Test
    void pagesAreOrderedByTimeThenIdAndMissNothingThatStaysStill() {
        // Contract: order last.time, then id, descending; opaque cursor.
        List<ConversationId> quiet = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            quiet.add(node.group(ann, bob));
        }
        for (int i = 0; i < 23; i += 3) {
            long unused = node.say(bob, quiet.get(i), "x");
        }
        List<ConversationView> list = all(ann, 4);
        assertEquals(
                list.stream()
                        .sorted(Comparator.comparingLong(ConversationView::time)
                                .thenComparing(ConversationView::conversation)
                                .reversed())
                        .toList(),
                list);
        assertEquals(23, list.size());
        assertEquals(new HashSet<>(quiet), new HashSet<>(ids(list)));
        Listing first = done(node.conversations.list(ann, null, 10));
        ConversationId late = ids(list).getLast();
        long unused = node.say(bob, late, "jumps to the top between two pages");
        List<ConversationId> rest = new ArrayList<>();
        String next = first.next();
        while (next != null) {
            Listing page = done(node.conversations.list(ann, next, 10));
            rest.addAll(ids(page.conversations()));
            next = page.next();
        }
        assertEquals(ids(list).subList(10, 22), rest);
        assertEquals(late, all(ann, 100).getFirst().conversation());
    }

    @Test
    void badPagesAreRefused() {
        // Contract: limit <= 100; 107 names `field: rule`.
        for (int limit : new int[] {0, 101, -5}) {
            assertEquals(
                    "limit",
                    assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.list(ann, null, limit)))
                            .field());
        }
        assertEquals(
                "after",
                assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.list(ann, "rubbish", 5)))
                        .field());
    }

    @Test
    void theReadMarkerGoesForwardOnly() {
        // Contract: read: never goes back; above the head means the head.
        ConversationId group = node.group(ann, bob);
        for (int i = 0; i < 5; i++) {
            long unused = node.say(bob, group, "m" + i);
        }
        assertEquals(new Marker(1, 5), done(node.conversations.markRead(ann, group, 0)));
        assertEquals(new Marker(5, 3), done(node.conversations.markRead(ann, group, 5)));
        assertEquals(new Marker(5, 3), done(node.conversations.markRead(ann, group, 4)));
        assertEquals(new Marker(8, 0), done(node.conversations.markRead(ann, group, 1_000)));
        assertEquals(new Marker(8, 0), done(node.conversations.markRead(ann, group, 6)));
        assertEquals(0, node.view(ann, group).unread());
        long unused = node.say(bob, group, "one more");
        assertEquals(1, node.view(ann, group).unread());
        assertEquals(
                "seq",
                assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.markRead(ann, group, -1)))
                        .field());
    }

    @Test
    void unreadIsTheNumberOfMessagesBehindTheMarkerWhateverElseHappens() {
        // Design 5: unread = two numbers subtracted; entries that are no messages do not count.
        Seeds.each(3, seed -> {
            Random random = new Random(seed);
            AccountId cid = node.person();
            ConversationId group = node.group(ann, bob);
            for (int i = 0; i < 40; i++) {
                Object unused = switch (random.nextInt(6)) {
                    case 0 -> node.conversations.rename(ann, group, "T" + i);
                    case 1 -> node.conversations.addMembers(ann, group, List.of(cid));
                    case 2 -> node.conversations.removeMember(ann, group, cid);
                    case 3 -> node.conversations.markRead(bob, group, random.nextLong(60));
                    case 4 -> node.say(bob, group, "b" + i);
                    default -> node.say(ann, group, "a" + i);
                };
                ConversationView view = node.view(bob, group);
                long counted = node.log(group).stream()
                        .filter(entry -> entry.kind() == parley.history.EntryKind.MESSAGE && entry.seq() > view.read())
                        .count();
                assertEquals(counted, view.unread());
            }
        });
    }

    @Test
    void membershipsAreThoseThatHoldNow() {
        // Design 3 step 11: all conversations of an account; what was acknowledged before the call is in it.
        AccountId cid = node.person();
        assertEquals(List.of(), node.reading.memberships(cid));
        ConversationId one = node.group(ann, cid);
        assertEquals(List.of(new Reading.Membership(one, Role.MEMBER, 1, 2)), node.reading.memberships(cid));
        ConversationId two = node.group(ann);
        Object unused = done(node.conversations.addMembers(ann, two, List.of(cid)));
        assertEquals(
                List.of(new Reading.Membership(two, Role.MEMBER, 3, 3), new Reading.Membership(one, Role.MEMBER, 1, 2)),
                node.reading.memberships(cid));
        unused = done(node.conversations.setRole(ann, one, cid, Role.ADMIN));
        unused = done(node.conversations.removeMember(ann, two, cid));
        assertEquals(List.of(new Reading.Membership(one, Role.ADMIN, 1, 2)), node.reading.memberships(cid));
        assertEquals(Role.ADMIN, node.reading.access(cid, one).orElseThrow().role());
        assertEquals(Set.of(one, two), node.reading.heads(List.of(one, two)).keySet());
        assertTrue(node.reading.epoch().length() > 1);
    }

    private List<ConversationView> all(AccountId account, int limit) {
        List<ConversationView> all = new ArrayList<>();
        String next = null;
        do {
            Listing page = done(node.conversations.list(account, next, limit));
            assertTrue(page.conversations().size() <= limit);
            all.addAll(page.conversations());
            next = page.next();
        } while (next != null);
        return all;
    }

    private static List<ConversationId> ids(List<ConversationView> views) {
        return views.stream().map(ConversationView::conversation).toList();
    }
}
