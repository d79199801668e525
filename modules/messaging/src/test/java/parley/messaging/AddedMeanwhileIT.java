package parley.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static parley.messaging.TestNode.done;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.HistoryFor;
import parley.messaging.Reading.Access;
import parley.messaging.internal.conversation.LogReading;
import parley.messaging.internal.conversation.MembershipCache;
import parley.messaging.internal.member.MemberCache;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// Somebody is added or removed while his right to read is looked up, or without the node being told.
@EachEngine({"history", "messaging"})
@ExtendWith(LeakChecker.class)
final class AddedMeanwhileIT {
    private final Database database;
    private final TestNode node;

    AddedMeanwhileIT(TestDatabase database) {
        this.database = database.database();
        node = TestNode.alone(database.database());
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void whoComesBackSeesTheEntryThatLetThemIn() {
        // I4: whoever is let in by a membership gets the log from where it begins; a page is empty only
        // where there is nothing.
        AccountId ann = node.person();
        AccountId bob = node.person();
        ConversationId group = node.group(HistoryFor.JOINED, ann, bob);
        long unused = node.say(ann, group, "before");
        Object unusedResult = done(node.conversations.removeMember(ann, group, bob));
        Reading reading = readingThatIsOvertaken(() -> {
            Object unusedAddition = done(node.conversations.addMembers(ann, group, List.of(bob)));
        });
        Access access = reading.access(bob, group).orElseThrow();
        List<Entry> page = reading.readForward(access, 0, 10);
        assertEquals(1, page.size(), access.toString());
        assertEquals(EntryKind.MEMBER, page.getFirst().kind());
        assertEquals(access.visibleFrom(), page.getFirst().seq());
    }

    @Test
    void aNodeThatHearsNothingShowsNothingBehindTheEndOfAMembership() {
        // Only members read, up to where their membership ends: what a node remembers counts as of the head that
        // it read, not as of what it was told.
        AccountId ann = node.person();
        AccountId bob = node.person();
        ConversationId group = node.group(HistoryFor.JOINED, ann, bob);
        Reading deaf = new LogReading(
                node.history, new MemberCache(database, node.history, 10), new MembershipCache(database, 10, 10));
        assertEquals(1, deaf.memberships(bob).size());
        assertEquals(1, deaf.accessAt(bob, deaf.heads(List.of(group)).values()).size());
        Object unusedRemoval = done(node.conversations.removeMember(ann, group, bob));
        long unused = node.say(ann, group, "not for bob");
        assertEquals(1, deaf.memberships(bob).size());
        assertEquals(Map.of(), deaf.accessAt(bob, deaf.heads(List.of(group)).values()));
        Object unusedAddition = done(node.conversations.addMembers(ann, group, List.of(bob)));
        Map<ConversationId, Access> again =
                deaf.accessAt(bob, deaf.heads(List.of(group)).values());
        assertEquals(1, again.size());
        again.values()
                .forEach(access -> assertEquals(access.head().head(), access.visibleFrom(), "only what let him in"));
    }

    /// `meanwhile` happens once, after the first heads were read and before anything else is.
    private Reading readingThatIsOvertaken(Runnable meanwhile) {
        AtomicBoolean happened = new AtomicBoolean();
        History overtaken = (History) Proxy.newProxyInstance(
                History.class.getClassLoader(), new Class<?>[] {History.class}, (proxy, method, arguments) -> {
                    Object answer;
                    try {
                        answer = method.invoke(node.history, arguments);
                    } catch (InvocationTargetException fault) {
                        throw fault.getCause();
                    }
                    if (method.getName().equals("heads") && happened.compareAndSet(false, true)) {
                        meanwhile.run();
                    }
                    return answer;
                });
        return new LogReading(
                overtaken, new MemberCache(database, overtaken, 10), new MembershipCache(database, 10, 10));
    }
}
