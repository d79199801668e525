package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.member;
import static parley.messaging.TestNode.newId;
import static parley.messaging.TestNode.refusal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Created;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.messaging.wiring.MessagingConfig;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// `conversation.create`.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class CreatingIT {
    private final Database database;
    private final TestNode node;

    CreatingIT(TestDatabase database) {
        this.database = database.database();
        this.node = TestNode.alone(this.database);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aGroupBeginsWithItsFoundersAndItsTitle() {
        // Contract: one `member` entry per founder (creator first), then the title; founders read from 1.
        AccountId ann = node.person();
        AccountId bob = node.person();
        AccountId cid = node.person();
        Created created = done(node.conversations.createGroup(
                ann, newId(), "Tea \"at\" 4 \\ 5", List.of(cid, bob, cid, ann), HistoryFor.JOINED));
        assertEquals(4, created.seq());
        assertTrue(created.created());
        assertEquals(
                List.of(
                        member(ann, "added", "owner"),
                        member(cid, "added", "member"),
                        member(bob, "added", "member"),
                        "title {\"title\":\"Tea \\\"at\\\" 4 \\\\ 5\"}"),
                node.told(created.conversation()));
        ConversationView view = node.view(bob, created.conversation());
        assertEquals("Tea \"at\" 4 \\ 5", view.title());
        assertEquals(ConversationView.Kind.GROUP, view.kind());
        assertEquals(1, view.visibleFrom());
        assertEquals(3, view.read());
        assertEquals(0, view.unread());
        assertEquals(Role.OWNER, node.view(ann, created.conversation()).role());
    }

    @Test
    void aDirectConversationExistsOncePerPair() {
        // Contract: a direct conversation exists once per pair.
        AccountId ann = node.person();
        AccountId bob = node.person();
        Created first = done(node.conversations.createDirect(ann, newId(), bob));
        Created again = done(node.conversations.createDirect(ann, newId(), bob));
        Created other = done(node.conversations.createDirect(bob, newId(), ann));
        assertEquals(new Created(first.conversation(), 2, true), first);
        assertEquals(new Created(first.conversation(), 2, false), again);
        assertEquals(again, other);
        assertEquals(
                List.of(member(ann, "added", "member"), member(bob, "added", "member")),
                node.told(first.conversation()));
        assertEquals(bob, node.view(ann, first.conversation()).with());
        assertEquals(ann, node.view(bob, first.conversation()).with());
        assertEquals("", node.view(bob, first.conversation()).title());
    }

    @Test
    void anIdLeadsToOneConversation() {
        // Contract: `id` makes create idempotent per account.
        AccountId ann = node.person();
        AccountId bob = node.person();
        String id = newId();
        Created first = done(node.conversations.createGroup(ann, id, "One", List.of(bob), HistoryFor.JOINED));
        Created again = done(node.conversations.createGroup(ann, id, "One", List.of(bob), HistoryFor.JOINED));
        assertEquals(new Created(first.conversation(), 3, false), again);
        assertEquals(
                new Refusal.ClientIdReused(),
                refusal(node.conversations.createGroup(ann, id, "Two", List.of(bob), HistoryFor.JOINED)));
        assertEquals(new Refusal.ClientIdReused(), refusal(node.conversations.createDirect(ann, id, bob)));
        Created ofBob = done(node.conversations.createGroup(bob, id, "One", List.of(), HistoryFor.JOINED));
        assertNotEquals(first.conversation(), ofBob.conversation());
        assertEquals(3, node.head(first.conversation()).head());
    }

    @Test
    void idsThatDifferInCaseOrSpacesAreDifferentIds() {
        // Design 5: client ids are bytes, because collations merge case and trailing spaces.
        AccountId ann = node.person();
        Set<ConversationId> made = new HashSet<>();
        for (String id : List.of("tea", "Tea", "tea ", "téa", "te\u0301a")) {
            made.add(done(node.conversations.createGroup(ann, id, "T", List.of(), HistoryFor.JOINED))
                    .conversation());
        }
        assertEquals(5, made.size());
    }

    @Test
    void badInputIsRefusedAndChangesNothing() {
        // Contract: ids and text; 107 names `field: rule`, 1006 no such account, 1007 member limit.
        AccountId ann = node.person();
        AccountId bob = node.person();
        assertInvalid("id", node.conversations.createDirect(ann, "", bob));
        assertInvalid("id", node.conversations.createDirect(ann, "x".repeat(65), bob));
        assertInvalid("id", node.conversations.createDirect(ann, "é".repeat(33), bob));
        assertInvalid("id", node.conversations.createDirect(ann, "\ud83d", bob));
        assertInvalid("with", node.conversations.createDirect(ann, newId(), ann));
        for (String title : List.of("", "x".repeat(65), "a\nb", "a\u0000", "\u0085", "\udc00")) {
            assertInvalid("title", node.conversations.createGroup(ann, newId(), title, List.of(), HistoryFor.ALL));
        }
        assertEquals(
                new Refusal.NoSuchAccount(), refusal(node.conversations.createDirect(ann, newId(), TestNode.nobody())));
        assertEquals(
                new Refusal.NoSuchAccount(),
                refusal(node.conversations.createGroup(
                        ann, newId(), "T", List.of(bob, TestNode.nobody()), HistoryFor.ALL)));
        assertEquals(List.of(), done(node.conversations.list(ann, null, 10)).conversations());
        assertEquals(List.of(), node.reading.memberships(bob));
    }

    @Test
    void aTitleMayHave64CharactersOfAnyKind() {
        // Contract: display name and title 1 to 64 characters (not bytes, not UTF-16 units).
        AccountId ann = node.person();
        String title = "\ud83c\udf75".repeat(64);
        ConversationId group = done(node.conversations.createGroup(ann, newId(), title, List.of(), HistoryFor.ALL))
                .conversation();
        assertEquals(title, node.view(ann, group).title());
    }

    @Test
    void aGroupHasAMemberLimitAndAnAccountAConversationLimit() {
        // I7, contract 1007: member limit.
        MessagingConfig usual = MessagingConfig.defaults();
        MessagingConfig small = new MessagingConfig(
                3, 3, 2, 100, 100, usual.syncOverlap(), usual.feeds(), usual.polls(), usual.revisions());
        try (TestNode limited = new TestNode(database, TestNode.cluster().bus(), new KnownPeople(), small)) {
            AccountId ann = limited.person();
            AccountId bob = limited.person();
            AccountId cid = limited.person();
            AccountId dan = limited.person();
            assertEquals(
                    new Refusal.LimitReached(),
                    refusal(limited.conversations.createGroup(
                            ann, newId(), "T", List.of(bob, cid, dan), HistoryFor.ALL)));
            ConversationId group = limited.group(ann, bob);
            assertEquals(
                    new Refusal.LimitReached(),
                    refusal(limited.conversations.addMembers(ann, group, List.of(cid, dan))));
            assertEquals(
                    4,
                    done(limited.conversations.addMembers(ann, group, List.of(cid, bob)))
                            .seq());
            ConversationId direct = limited.direct(ann, bob);
            assertEquals(new Refusal.LimitReached(), refusal(limited.conversations.createDirect(ann, newId(), cid)));
            assertEquals(direct, limited.direct(ann, bob));
        }
    }

    @Test
    void manyWhoCreateTheSameDirectConversationAtOnceGetOne() throws Exception {
        // Design 5: crashes and races end in one conversation; two nodes, both sides, equal and other ids.
        try (TestNode other =
                new TestNode(database, TestNode.cluster().bus(), node.people, MessagingConfig.defaults())) {
            for (int round = 0; round < 10; round++) {
                AccountId ann = node.person();
                AccountId bob = node.person();
                String id = newId();
                List<Callable<Created>> calls = new ArrayList<>();
                for (TestNode at : List.of(node, other)) {
                    calls.add(() -> done(at.conversations.createDirect(ann, id, bob)));
                    calls.add(() -> done(at.conversations.createDirect(bob, id, ann)));
                    calls.add(() -> done(at.conversations.createDirect(bob, newId(), ann)));
                }
                List<Created> answers = atOnce(calls);
                assertEquals(
                        1,
                        answers.stream().map(Created::conversation).distinct().count());
                assertEquals(1, answers.stream().filter(Created::created).count());
                assertEquals(2, node.log(answers.getFirst().conversation()).size());
            }
        }
    }

    @Test
    void oneRequestSentManyTimesAtOnceMakesOneGroup() throws Exception {
        // Contract: `id` makes create idempotent, also in a race.
        AccountId ann = node.person();
        AccountId bob = node.person();
        for (int round = 0; round < 10; round++) {
            String id = newId();
            List<Callable<Created>> calls = IntStream.range(0, 6)
                    .<Callable<Created>>mapToObj(
                            i -> () -> done(node.conversations.createGroup(ann, id, "T", List.of(bob), HistoryFor.ALL)))
                    .toList();
            List<Created> answers = atOnce(calls);
            assertEquals(Set.of(3L), answers.stream().map(Created::seq).collect(Collectors.toSet()));
            assertEquals(
                    1, answers.stream().map(Created::conversation).distinct().count());
            assertEquals(1, answers.stream().filter(Created::created).count());
        }
    }

    @Test
    void aCrashBetweenTheStepsEndsInOneConversationWhoeverRepeats() throws SQLException {
        // Design 5: the first commit decided which conversation it is, the append did not happen.
        AccountId ann = node.person();
        AccountId bob = node.person();
        String id = newId();
        Created made = done(node.conversations.createDirect(ann, id, bob));
        undoFounding(made.conversation());
        try (TestNode restarted =
                new TestNode(database, TestNode.cluster().bus(), node.people, MessagingConfig.defaults())) {
            assertEquals(List.of(), restarted.reading.memberships(ann));
            Created byOther = done(restarted.conversations.createDirect(bob, newId(), ann));
            assertEquals(new Created(made.conversation(), 2, true), byOther);
            Created repeated = done(restarted.conversations.createDirect(ann, id, bob));
            assertEquals(new Created(made.conversation(), 2, false), repeated);
            assertEquals(
                    member(bob, "added", "member"),
                    restarted.told(made.conversation()).getFirst());
            assertEquals(3, restarted.say(ann, made.conversation(), "hello"));
        }
    }

    @Test
    void aCrashBetweenTheStepsOfAGroupIsFinishedByItsRepeat() throws SQLException {
        // Design 5: the same for a group, whose request is known by its id alone.
        AccountId ann = node.person();
        String id = newId();
        Created made = done(node.conversations.createGroup(ann, id, "T", List.of(), HistoryFor.ALL));
        undoFounding(made.conversation());
        try (TestNode restarted =
                new TestNode(database, TestNode.cluster().bus(), node.people, MessagingConfig.defaults())) {
            Created repeated = done(restarted.conversations.createGroup(ann, id, "T", List.of(), HistoryFor.ALL));
            assertEquals(new Created(made.conversation(), 2, true), repeated);
            assertFalse(done(restarted.conversations.createGroup(ann, id, "T", List.of(), HistoryFor.ALL))
                    .created());
        }
    }

    /// Takes the second step back, as if it had never been: everything that its one transaction wrote.
    private void undoFounding(ConversationId conversation) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            for (String table : List.of(
                    "history_head",
                    "history_entry",
                    "history_sent",
                    "messaging_conversation",
                    "messaging_member",
                    "messaging_membership")) {
                try (PreparedStatement statement =
                        connection.prepareStatement("delete from " + table + " where conversation = ?")) {
                    statement.setLong(1, conversation.value());
                    int unused = statement.executeUpdate();
                }
            }
        }
    }

    private static <V> List<V> atOnce(List<Callable<V>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<V> answers = new ArrayList<>();
            for (Future<V> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static void assertInvalid(String field, Result<?> result) {
        assertEquals(
                field, assertInstanceOf(Refusal.Invalid.class, refusal(result)).field());
    }
}
