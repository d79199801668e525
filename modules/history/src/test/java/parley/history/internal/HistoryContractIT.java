package parley.history.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.history.internal.TestLog.message;
import static parley.history.internal.TestLog.newAccount;
import static parley.history.internal.TestLog.newConversation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Appended;
import parley.history.AppendResult.ClientIdReused;
import parley.history.AppendResult.Repeated;
import parley.history.AppendResult.WrongState;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Health;
import parley.testkit.EachEngine;
import parley.testkit.LeakChecker;
import parley.testkit.TestDatabase;

/// What the log promises, on every engine.
@EachEngine("history")
@ExtendWith(LeakChecker.class)
final class HistoryContractIT {
    private final TestDatabase database;
    private final TestLog log;

    HistoryContractIT(TestDatabase database) {
        this.database = database;
        this.log = new TestLog(database.database());
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void anAppendedEntryIsReadAsItWasWritten() {
        // I2: number, entry and head are one; every byte of a body and of a client id comes back.
        ConversationId conversation = newConversation();
        AccountId author = newAccount();
        byte[] body = new byte[16 * 1024];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        Append create = new Append(
                conversation,
                author,
                "\u00e9\uD83D\uDE00 ",
                0,
                true,
                new TestLog.Want("create"),
                List.of(
                        TestLog.member("m"),
                        NewEntry.stated(EntryKind.TITLE, TestLog.bytes("t")),
                        NewEntry.message(body)));
        Appended appended = assertInstanceOf(Appended.class, log.history.append(create));
        assertEquals(3, appended.seq());
        Head head = log.head(conversation);
        assertEquals(new Head(conversation, 3, 1, 0, 1, 0, appended.time()), head);
        List<Entry> entries = log.history.readForward(head, 0, 10);
        Entry expected = new Entry(
                conversation,
                3,
                EntryKind.MESSAGE,
                author,
                "\u00e9\uD83D\uDE00 ",
                0,
                appended.time(),
                1,
                new byte[0],
                body,
                Entry.Revision.NONE);
        assertEquals(List.of(1L, 2L, 3L), entries.stream().map(Entry::seq).toList());
        assertTrue(TestLog.same(expected, entries.getLast()));
        assertTrue(TestLog.same(entries.getLast(), log.ports.told(conversation).getLast()));
        assertEquals(Map.of(), log.history.heads(Set.of(newConversation())));
    }

    @Test
    void theNewestEntriesOfManyConversationsComeAtOnce() {
        // A list of conversations shows the newest entry of each, cached or not.
        List<ConversationId> conversations = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            ConversationId conversation = log.created();
            conversations.add(conversation);
            AppendResult sent = log.history.append(message(conversation, newAccount(), "k", "newest of " + i));
            assertInstanceOf(Appended.class, sent);
        }
        newestAreRead(log, conversations);
        try (TestLog cold = new TestLog(database.database())) {
            newestAreRead(cold, conversations);
        }
        assertEquals(Map.of(), log.history.newest(List.of()));
    }

    private static void newestAreRead(TestLog from, List<ConversationId> conversations) {
        Map<ConversationId, Head> heads = from.history.heads(conversations);
        Map<ConversationId, Entry> newest = from.history.newest(heads.values());
        assertEquals(Set.copyOf(conversations), newest.keySet());
        for (int i = 0; i < conversations.size(); i++) {
            Entry entry = Objects.requireNonNull(newest.get(conversations.get(i)));
            assertEquals("2 newest of " + i, entry.seq() + " " + TestLog.text(entry));
        }
    }

    @Test
    void oneThreadsAppendsKeepTheirOrder() {
        // I2: numbers are 1, 2, 3 ... without holes, in the order in which one thread handed them in.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<AppendResult> results = log.appendAll(IntStream.range(0, 3_000)
                .mapToObj(i -> message(conversation, author, "k" + i, "body " + i))
                .toList());
        List<Long> numbers =
                results.stream().map(result -> ((Appended) result).seq()).toList();
        assertEquals(LongStream.rangeClosed(2, 3_001).boxed().toList(), numbers);
        List<Entry> all = log.all(conversation);
        for (int i = 0; i < 3_000; i++) {
            assertEquals("body " + i, TestLog.text(all.get(i + 1)));
            assertEquals(i + 1, all.get(i + 1).messages());
            assertTrue(all.get(i + 1).time() >= all.get(i).time());
        }
        assertEquals(3_001, log.ports.told(conversation).size());
    }

    @Test
    void aRepeatKeepsItsFirstNumberAndAnotherBodyIsRefused() {
        // I3: the same key and body is one message, the same key with another body an error.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        Appended first = (Appended) log.history.append(message(conversation, author, "key", "one"));
        Repeated again = new Repeated(first.seq(), first.time());
        assertEquals(again, log.history.append(message(conversation, author, "key", "one")));
        assertEquals(new ClientIdReused(), log.history.append(message(conversation, author, "key", "two")));
        assertEquals(Optional.of(again), log.history.repeated(message(conversation, author, "key", "one")));
        assertEquals(
                Optional.of(new ClientIdReused()), log.history.repeated(message(conversation, author, "key", "two")));
        assertEquals(Optional.empty(), log.history.repeated(message(conversation, author, "other", "one")));
        assertEquals(Optional.empty(), log.history.repeated(message(conversation, author, null, "one")));
        // Keys are compared byte by byte, and belong to one author in one conversation.
        for (Append other : List.of(
                message(conversation, author, "KEY", "one"),
                message(conversation, author, "key ", "one"),
                message(conversation, newAccount(), "key", "one"))) {
            assertInstanceOf(Appended.class, log.history.append(other));
        }
        assertEquals(5, log.head(conversation).head());
    }

    @Test
    void repeatsInsideOneBatchAreOneMessage() {
        // I3, also when the repeats gather while the first is under way.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<Append> appends = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            appends.add(message(conversation, author, "k" + i % 20, i % 20 == 7 && i > 20 ? "changed" : "same"));
        }
        List<AppendResult> results = log.appendAll(appends);
        for (int i = 0; i < 20; i++) {
            assertEquals(i + 2, ((Appended) results.get(i)).seq());
        }
        for (int i = 20; i < 400; i++) {
            if (i % 20 == 7) {
                assertEquals(new ClientIdReused(), results.get(i));
            } else {
                assertEquals(i % 20 + 2, ((Repeated) results.get(i)).seq());
            }
        }
        assertEquals(21, log.head(conversation).head());
    }

    @Test
    void aFirstAppendIsValidOnlyOnce() {
        // A conversation begins once; what needs one that exists is told when there is none.
        ConversationId conversation = newConversation();
        assertEquals(
                new WrongState(false), log.history.append(message(conversation, newAccount(), null, 0, "too early")));
        Append create = TestLog.first(conversation, "create");
        Appended created = (Appended) log.history.append(create);
        assertEquals(new WrongState(true), log.history.append(TestLog.first(conversation, null)));
        assertEquals(new Repeated(created.seq(), created.time()), log.history.append(create));
        assertEquals(1, log.head(conversation).head());
    }

    @Test
    void pagesGoBothWays() {
        // Contiguous pages by position, ascending and descending, bounded by the head that was given.
        ConversationId conversation = log.created();
        AccountId author = newAccount();
        List<AppendResult> unused = log.appendAll(IntStream.range(2, 701)
                .mapToObj(i -> message(conversation, author, null, "b" + i))
                .toList());
        Head head = log.head(conversation);
        assertEquals(List.of(3L, 4L), seqs(log.history.readForward(head, 2, 2)));
        assertEquals(List.of(700L), seqs(log.history.readForward(head, 699, 1_000)));
        assertEquals(List.of(), log.history.readForward(head, 700, 1));
        assertEquals(List.of(), log.history.readForward(head, 900, 1));
        assertEquals(List.of(700L, 699L), seqs(log.history.readBackward(head, 10_000, 2)));
        assertEquals(List.of(1L), seqs(log.history.readBackward(head, 2, 9)));
        assertEquals(List.of(), log.history.readBackward(head, 1, 9));
        List<Long> backward = new ArrayList<>(seqs(log.history.readBackward(head, Long.MAX_VALUE, 1_000)));
        Collections.reverse(backward);
        assertEquals(LongStream.rangeClosed(1, 700).boxed().toList(), backward);
        assertEquals(backward, seqs(log.history.readForward(head, 0, 1_000)));
        Head earlier = new Head(conversation, 10, 9, 0, 1, 0, head.time());
        assertEquals(List.of(9L, 10L), seqs(log.history.readForward(earlier, 8, 100)));
        assertEquals(List.of(10L), seqs(log.history.readBackward(earlier, 50, 1)));
        assertThrows(IllegalArgumentException.class, () -> log.history.readForward(head, 0, 1_001));
        assertThrows(IllegalArgumentException.class, () -> log.history.readForward(head, 0, 0));
    }

    @Test
    void aPageHasAtMostOneMebibyteOfBodies() {
        // The cap shortens a page and never empties it.
        ConversationId conversation = log.created();
        String large = "x".repeat(16 * 1024);
        List<AppendResult> unused = log.appendAll(IntStream.range(0, 80)
                .mapToObj(i -> message(conversation, newAccount(), null, large))
                .toList());
        Head head = log.head(conversation);
        assertEquals(64, log.history.readForward(head, 1, 80).size());
        assertEquals(64, log.history.readBackward(head, 82, 80).size());
    }

    @Test
    void headsOfManyConversationsComeInOneStatement() {
        // Connecting reads the heads of all conversations of an account at once; above the cap is refused.
        List<ConversationId> some =
                IntStream.range(0, 20).mapToObj(i -> log.created()).toList();
        List<ConversationId> asked = new ArrayList<>(some);
        while (asked.size() < 2_000) {
            asked.add(newConversation());
        }
        Map<ConversationId, Head> heads = log.history.heads(asked);
        assertEquals(Set.copyOf(some), heads.keySet());
        asked.add(newConversation());
        assertThrows(IllegalArgumentException.class, () -> log.history.heads(asked));
        assertEquals(Map.of(), log.history.heads(List.of()));
    }

    @Test
    void theEpochIsMadeOnceForAll() {
        // Design section 5: a constant id of the data set, the same on every node and after a restart.
        try (TestLog other = new TestLog(database.database())) {
            assertEquals(log.history.epoch(), other.history.epoch());
        }
        assertFalse(log.history.epoch().isEmpty());
        assertNotEquals("_", log.history.epoch());
    }

    @Test
    void aDatabaseThatKeepsItsPromiseIsUp() {
        // P1: the settings of the test servers are those the promise needs.
        log.history.probes().forEach(probe -> assertEquals(Health.up(), probe.check(), probe.name()));
        assertEquals(
                List.of("history", "durability"),
                log.history.probes().stream().map(probe -> probe.name()).toList());
    }

    private static List<Long> seqs(List<Entry> entries) {
        return entries.stream().map(Entry::seq).toList();
    }
}
