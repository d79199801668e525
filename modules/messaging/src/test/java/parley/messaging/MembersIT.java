package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.messaging.TestNode.done;
import static parley.messaging.TestNode.member;
import static parley.messaging.TestNode.nobody;
import static parley.messaging.TestNode.refusal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.messaging.Conversations.Changed;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Conversations.Members;
import parley.messaging.Conversations.Refusal;
import parley.messaging.Conversations.Result;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Members, roles and titles.
@ExtendWith(LeakChecker.class)
@EachEngine({"history", "messaging"})
final class MembersIT {
    private final TestNode node;
    private final AccountId ann;
    private final AccountId bob;
    private final AccountId cid;

    MembersIT(TestDatabase database) {
        node = TestNode.alone(database.database());
        ann = node.person();
        bob = node.person();
        cid = node.person();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void ownerAndAdminAddAndAMemberDoesNot() {
        // Contract: owner and admin add, remove, rename.
        ConversationId group = node.group(ann, bob);
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.addMembers(bob, group, List.of(cid))));
        assertEquals(4, seq(node.conversations.setRole(ann, group, bob, Role.ADMIN)));
        assertEquals(5, seq(node.conversations.addMembers(bob, group, List.of(cid))));
        assertEquals(
                List.of(member(bob, "role", "admin"), member(cid, "added", "member")),
                node.told(group).subList(3, 5));
        assertEquals(Role.ADMIN, node.view(bob, group).role());
    }

    @Test
    void aChangeThatChangesNothingAddsNoEntryAndAnswersTheHead() {
        // Contract: members.*: a change that changes nothing adds no entry and answers the head.
        ConversationId group = node.group(ann, bob);
        assertEquals(4, node.say(ann, group, "hello"));
        assertEquals(4, seq(node.conversations.addMembers(ann, group, List.of(bob, ann, bob))));
        assertEquals(4, seq(node.conversations.removeMember(ann, group, cid)));
        assertEquals(4, seq(node.conversations.removeMember(ann, group, nobody())));
        assertEquals(4, seq(node.conversations.setRole(ann, group, bob, Role.MEMBER)));
        assertEquals(4, seq(node.conversations.rename(ann, group, "A group")));
        assertEquals(4, node.head(group).head());
        assertEquals(5, seq(node.conversations.addMembers(ann, group, List.of(bob, cid))));
        assertEquals(5, node.head(group).head());
    }

    @Test
    void aNewcomerReadsFromTheirOwnEntryOrFromTheFirst() {
        // Contract: group option `historyFor` all | joined; a newcomer's marker starts at its member entry.
        for (HistoryFor historyFor : HistoryFor.values()) {
            ConversationId group = node.group(historyFor, ann, bob);
            long before = node.say(ann, group, "before");
            long joined = seq(node.conversations.addMembers(ann, group, List.of(cid)));
            long after = node.say(bob, group, "after");
            Reading.Access access = node.reading.access(cid, group).orElseThrow();
            assertEquals(historyFor == HistoryFor.ALL ? 1 : joined, access.visibleFrom());
            List<Long> forward = seqs(node.reading.readForward(access, 0, 100));
            assertEquals(historyFor == HistoryFor.ALL ? 1 : joined, forward.getFirst());
            assertEquals(after, forward.getLast());
            assertEquals(forward.reversed(), seqs(node.reading.readBackward(access, Long.MAX_VALUE, 100)));
            assertEquals(forward.subList(0, 1), seqs(node.reading.readBackward(access, forward.getFirst() + 1, 5)));
            assertEquals(List.of(), node.reading.readBackward(access, forward.getFirst(), 5));
            ConversationView view = node.view(cid, group);
            assertEquals(joined, view.read());
            assertEquals(1, view.unread());
            assertEquals(before + 1, joined);
        }
    }

    @Test
    void whoIsRemovedIsOutAtOnceAndMayComeBack() {
        // Contract 1001: no such conversation (also: not a member).
        ConversationId group = node.group(ann, bob, cid);
        assertEquals(5, node.say(bob, group, "one"));
        assertEquals(6, seq(node.conversations.removeMember(ann, group, bob)));
        assertEquals(member(bob, "removed", "member"), node.told(group).getLast());
        assertStranger(bob, group);
        assertEquals(7, node.say(cid, group, "two"));
        assertEquals(8, seq(node.conversations.addMembers(ann, group, List.of(bob))));
        assertEquals(8, node.view(bob, group).visibleFrom());
        assertEquals(8, node.view(bob, group).read());
        assertEquals(9, node.say(bob, group, "three"));
        assertEquals(1, node.reading.memberships(bob).size());
    }

    @Test
    void anAdminRemovesMembersAndAnOwnerRemovesAnybody() {
        // Contract: owner and admin remove; owner sets roles, so an admin cannot unmake one by removing.
        AccountId dan = node.person();
        ConversationId group = node.group(ann, bob, cid, dan);
        long unused = seq(node.conversations.setRole(ann, group, bob, Role.ADMIN));
        unused = seq(node.conversations.setRole(ann, group, cid, Role.ADMIN));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.removeMember(dan, group, bob)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.removeMember(dan, group, nobody())));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.removeMember(bob, group, cid)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.removeMember(bob, group, ann)));
        assertEquals(8, seq(node.conversations.removeMember(bob, group, dan)));
        assertEquals(9, seq(node.conversations.removeMember(ann, group, bob)));
        assertEquals(List.of(ann, cid), accounts(done(node.conversations.members(ann, group, null, 100))));
    }

    @Test
    void ownersSetRolesAndTheOnlyOneKeepsIt() {
        // Contract: owner sets roles; a group is never without an owner.
        ConversationId group = node.group(ann, bob, cid);
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.setRole(bob, group, cid, Role.ADMIN)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.setRole(ann, group, ann, Role.MEMBER)));
        assertEquals(
                new Refusal.NoSuchAccount(), refusal(node.conversations.setRole(ann, group, nobody(), Role.ADMIN)));
        assertEquals(5, seq(node.conversations.setRole(ann, group, bob, Role.OWNER)));
        assertEquals(6, seq(node.conversations.setRole(ann, group, ann, Role.MEMBER)));
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.setRole(ann, group, cid, Role.ADMIN)));
        assertEquals(Role.MEMBER, node.view(ann, group).role());
    }

    @Test
    void theLastOwnerWhoLeavesPassesItOnToTheOldestAdminElseTheOldestMember() {
        // Contract: the last owner who leaves passes it on; who leaves gets that entry last.
        ConversationId group = node.group(ann, cid, bob);
        assertEquals(5, seq(node.conversations.setRole(ann, group, bob, Role.ADMIN)));
        assertEquals(7, seq(node.conversations.leave(ann, group)));
        assertEquals(
                List.of(member(bob, "role", "owner"), member(ann, "left", "owner")),
                node.told(group).subList(5, 7));
        assertStranger(ann, group);
        assertEquals(9, seq(node.conversations.leave(bob, group)));
        assertEquals(member(cid, "role", "owner"), node.told(group).get(7));
        assertEquals(10, seq(node.conversations.leave(cid, group)));
        assertEquals(member(cid, "left", "owner"), node.told(group).get(9));
        assertStranger(cid, group);
    }

    @Test
    void anOwnerBesideAnotherLeavesAndAMemberLeavesWithoutMore() {
        // Contract: only the last owner passes it on.
        ConversationId group = node.group(ann, bob, cid);
        assertEquals(5, seq(node.conversations.setRole(ann, group, bob, Role.OWNER)));
        assertEquals(6, seq(node.conversations.leave(ann, group)));
        assertEquals(7, seq(node.conversations.removeMember(cid, group, cid)));
        assertEquals(member(cid, "left", "member"), node.told(group).get(6));
    }

    @Test
    void ownerAndAdminRenameAndTheTitleIsAnEntry() {
        // Contract: `title` {"title"}; 1 to 64 characters.
        ConversationId group = node.group(ann, bob);
        assertEquals(4, seq(node.conversations.rename(ann, group, "T\u00e9a \"x\"")));
        assertEquals(
                "title {\"title\":\"T\u00e9a \\\"x\\\"\"}", node.told(group).getLast());
        assertEquals("T\u00e9a \"x\"", node.view(bob, group).title());
        assertEquals(new Refusal.NotPermitted(), refusal(node.conversations.rename(bob, group, "Mine")));
        assertEquals(
                "title",
                assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.rename(ann, group, "")))
                        .field());
    }

    @Test
    void aDirectConversationStaysAsItIs() {
        // Contract: direct: both may send, nobody is added.
        ConversationId direct = node.direct(ann, bob);
        Refusal no = new Refusal.NotPermitted();
        assertEquals(no, refusal(node.conversations.addMembers(ann, direct, List.of(cid))));
        assertEquals(no, refusal(node.conversations.removeMember(ann, direct, bob)));
        assertEquals(no, refusal(node.conversations.setRole(ann, direct, bob, Role.ADMIN)));
        assertEquals(no, refusal(node.conversations.rename(ann, direct, "Us")));
        assertEquals(no, refusal(node.conversations.leave(ann, direct)));
        assertEquals(3, node.say(ann, direct, "a"));
        assertEquals(4, node.say(bob, direct, "b"));
    }

    @Test
    void strangersAndUnknownConversationsAreAnsweredAlike() {
        // Contract 1001: no such conversation (also: not a member); foreign conversations show nothing.
        ConversationId group = node.group(ann, bob);
        assertStranger(cid, group);
        assertStranger(cid, new ConversationId(nobody().value()));
        assertEquals(3, node.head(group).head());
    }

    @Test
    void addingNeedsAccountsThatExist() {
        // Contract 1006: no such account.
        ConversationId group = node.group(ann);
        assertEquals(
                new Refusal.NoSuchAccount(),
                refusal(node.conversations.addMembers(ann, group, List.of(bob, nobody()))));
        assertEquals(
                "accounts",
                assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.addMembers(ann, group, List.of())))
                        .field());
        assertEquals(List.of(ann), accounts(done(node.conversations.members(ann, group, null, 10))));
    }

    @Test
    void membersComeInPagesWithTheirNames() {
        // Contract: members.list {members:[{account, role, handle, displayName}], next?}.
        List<AccountId> others = node.people(12);
        ConversationId group = node.group(ann, others.toArray(AccountId[]::new));
        List<AccountId> listed = new ArrayList<>();
        String next = null;
        do {
            Members page = done(node.conversations.members(ann, group, next, 5));
            page.members().forEach(member -> assertEquals("h" + member.account(), member.handle()));
            listed.addAll(accounts(page));
            next = page.next();
        } while (next != null);
        List<AccountId> expected = new ArrayList<>(others);
        expected.addFirst(ann);
        assertEquals(expected, listed);
        assertEquals(
                "after",
                assertInstanceOf(Refusal.Invalid.class, refusal(node.conversations.members(ann, group, "x", 5)))
                        .field());
        for (int limit : new int[] {0, -1, 101}) {
            assertEquals(
                    "limit",
                    assertInstanceOf(
                                    Refusal.Invalid.class, refusal(node.conversations.members(ann, group, null, limit)))
                            .field());
        }
        assertEquals(13, done(node.conversations.get(ann, group)).members().size());
    }

    @Test
    void manyChangesAtOnceEndInTheStateThatTheLogTells() throws Exception {
        // I2: number, entry and the state that it changes are written in one transaction.
        List<AccountId> people = node.people(6);
        ConversationId group = node.group(ann, people.toArray(AccountId[]::new));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                AccountId one = people.get(i);
                AccountId other = people.get((i + 1) % 6);
                all.add(CompletableFuture.runAsync(
                        () -> {
                            for (int round = 0; round < 5; round++) {
                                Object unused = node.conversations.removeMember(ann, group, one);
                                unused = node.conversations.addMembers(ann, group, List.of(one, other));
                                unused = node.conversations.setRole(ann, group, other, Role.ADMIN);
                            }
                        },
                        threads));
            }
            for (CompletableFuture<Void> one : all) {
                one.get();
            }
        }
        assertStateIsWhatTheLogTells(group);
    }

    private void assertStateIsWhatTheLogTells(ConversationId group) {
        java.util.Map<AccountId, Role> told = new java.util.TreeMap<>();
        for (Entry entry : node.log(group)) {
            MemberChange.of(entry).ifPresent(change -> {
                boolean was = told.containsKey(change.account());
                assertEquals(change.change() != MemberChange.Change.ADDED, was, "entry " + entry.seq());
                if (change.endsMembership()) {
                    Object unused = told.remove(change.account());
                } else {
                    Object unused = told.put(change.account(), change.role());
                }
            });
        }
        java.util.Map<AccountId, Role> stored = new java.util.TreeMap<>();
        for (ConversationView.Member member :
                done(node.conversations.members(ann, group, null, 100)).members()) {
            Object unused = stored.put(member.account(), member.role());
            assertEquals(member.role(), node.view(member.account(), group).role());
        }
        assertEquals(told, stored);
        assertTrue(told.size() > 1);
    }

    private void assertStranger(AccountId account, ConversationId conversation) {
        Refusal no = new Refusal.NotAMember();
        Conversations all = node.conversations;
        assertEquals(no, refusal(all.get(account, conversation)));
        assertEquals(no, refusal(all.rename(account, conversation, "x")));
        assertEquals(no, refusal(all.leave(account, conversation)));
        assertEquals(no, refusal(all.addMembers(account, conversation, List.of(bob))));
        assertEquals(no, refusal(all.removeMember(account, conversation, bob)));
        assertEquals(no, refusal(all.setRole(account, conversation, bob, Role.ADMIN)));
        assertEquals(no, refusal(all.members(account, conversation, null, 10)));
        assertEquals(no, refusal(all.markRead(account, conversation, 1)));
        assertEquals(new SendResult.NotAMember(), node.send(account, conversation, "x", "{}"));
        assertTrue(node.reading.access(account, conversation).isEmpty());
        assertTrue(node.reading.memberships(account).stream()
                .noneMatch(membership -> membership.conversation().equals(conversation)));
    }

    private static long seq(Result<Changed> result) {
        return done(result).seq();
    }

    private static List<Long> seqs(List<Entry> entries) {
        return entries.stream().map(Entry::seq).toList();
    }

    private static List<AccountId> accounts(Members page) {
        return page.members().stream().map(ConversationView.Member::account).toList();
    }
}
