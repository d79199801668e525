package parley.history.internal.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.history.Admission;
import parley.history.Admission.Verdict;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.AppendResult.Appended;
import parley.history.AppendResult.Repeated;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.Head;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Seeds;

final class BatchPlannerTest {
    private static final long NOW = 1_000_000;

    private record No() implements Admission.Refusal {}

    private record Any() implements Append.Intent {}

    private final KeyMaker keys = new KeyMaker();
    private final Map<Long, Head> heads = new HashMap<>();
    private final Map<SentKey, SentRow> known = new HashMap<>();

    @Test
    void everyPlanKeepsTheLogsPromises() throws Exception {
        // I2, I3 on random batches: numbers dense and in order, times never back, counts true, a key one
        // number, refusals without a number, heads those of the last entries.
        Seeds.each(300, this::checkOne);
    }

    private void checkOne(long seed) throws Exception {
        Random random = new Random(seed);
        heads.clear();
        known.clear();
        for (long id = 1; id <= 4; id++) {
            if (random.nextBoolean()) {
                long head = 1L + random.nextInt(50);
                heads.put(id, head(id, head, random.nextLong(head), NOW - 100 + random.nextInt(200)));
            }
        }
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            items.add(randomItem(random));
        }
        Map<Long, Head> before = Map.copyOf(heads);
        Plan plan = plan(items, (head, append) -> verdict(append));
        assertEquals(items.size(), plan.results().size());
        checkWritten(before, plan);
        checkResults(before, items, plan);
    }

    private Item randomItem(Random random) {
        long conversation = 1L + random.nextInt(4);
        String clientId = random.nextInt(3) == 0 ? null : "k" + random.nextInt(12);
        List<NewEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            EntryKind kind = List.of(EntryKind.MESSAGE, EntryKind.MEMBER, EntryKind.TITLE)
                    .get(random.nextInt(3));
            entries.add(new NewEntry(kind, 0, new byte[0], new byte[] {(byte) random.nextInt(2)}));
        }
        Append append = new Append(
                new ConversationId(conversation),
                new AccountId(1L + random.nextInt(3)),
                clientId,
                random.nextInt(3),
                random.nextInt(6) == 0,
                new Any(),
                entries);
        return item(append);
    }

    /// Author 2 is refused, author 3 has nothing left to write.
    private static Verdict verdict(Append append) {
        return switch ((int) append.author().value()) {
            case 2 -> new Verdict.Refused(new No());
            case 3 -> new Verdict.Admitted(List.of());
            default -> new Verdict.Admitted(append.entries().subList(0, 1));
        };
    }

    private static void checkWritten(Map<Long, Head> before, Plan plan) {
        Map<Long, Head> now = new HashMap<>(before);
        for (Plan.Written written : plan.written()) {
            long id = written.item().conversation();
            Head head = now.getOrDefault(id, head(id, 0, 0, 0));
            long messages = head.messages();
            long version = head.membersVersion();
            boolean members = false;
            long seq = head.head();
            for (Entry entry : written.committed().entries()) {
                seq++;
                messages += entry.kind() == EntryKind.MESSAGE ? 1 : 0;
                members |= entry.kind() == EntryKind.MEMBER;
                assertEquals(seq, entry.seq());
                assertEquals(messages, entry.messages());
                assertEquals(Math.max(head.time(), NOW), entry.time());
            }
            Head after = new Head(
                    head.conversation(),
                    seq,
                    messages,
                    0,
                    version + (members ? 1 : 0),
                    head.mutatedSeq(),
                    Math.max(head.time(), NOW));
            assertEquals(after, written.committed().head());
            now.put(id, after);
        }
        plan.heads().forEach(head -> assertEquals(now.remove(head.conversation().value()), head));
        now.forEach((id, head) -> assertSame(before.get(id), head));
    }

    private static void checkResults(Map<Long, Head> before, List<Item> items, Plan plan) {
        Map<SentKey, Appended> first = new HashMap<>();
        Map<SentKey, byte[]> macs = new HashMap<>();
        int written = 0;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            Appended known = first.get(item.key());
            AppendResult result = plan.results().get(i);
            if (known != null) {
                boolean same = Arrays.equals(macs.get(item.key()), item.bodyMac());
                assertEquals(
                        same ? new Repeated(known.seq(), known.time()) : new AppendResult.ClientIdReused(), result);
            } else if (result instanceof Appended appended) {
                assertSame(item, plan.written().get(written).item());
                Entry last = plan.written().get(written).committed().entries().getLast();
                assertEquals(new Appended(last.seq(), last.time()), appended);
                first.put(item.key(), appended);
                macs.put(item.key(), item.bodyMac());
                written++;
            } else if (result instanceof AppendResult.WrongState state) {
                assertEquals(item.append().first(), state.exists());
                assertTrue(!state.exists() || before.containsKey(item.conversation()) || written > 0);
            } else {
                assertTrue(item.append().author().value() != 1, result.toString());
            }
        }
        assertEquals(written, plan.written().size());
    }

    @Test
    void theSameVersionOfMembersIsNotAskedAgain() throws Exception {
        // Admission is for appends whose members changed meanwhile; the common one costs nothing.
        heads.put(1L, head(1, 5, 5, NOW));
        Append append = new Append(
                new ConversationId(1), new AccountId(1), "k", 2, false, new Any(), List.of(NewEntry.message(new byte[] {
                    1
                })));
        Plan plan = plan(List.of(item(append)), (head, asked) -> {
            throw new AssertionError("asked");
        });
        assertEquals(new Appended(6, NOW), plan.results().getFirst());
    }

    @Test
    void aKnownKeyIsAnsweredBeforeAnythingElse() throws Exception {
        // (a) comes before the state of the conversation and before the sender's rights.
        Append append = new Append(
                new ConversationId(1), new AccountId(2), "k", 0, true, new Any(), List.of(NewEntry.message(new byte[] {1
                })));
        Item item = item(append);
        heads.put(1L, head(1, 5, 5, NOW));
        known.put(item.key(), new SentRow(3, 77, item.bodyMac(), 1));
        Plan plan = plan(List.of(item), (head, asked) -> new Verdict.Refused(new No()));
        assertEquals(new Repeated(3, 77), plan.results().getFirst());
        assertTrue(plan.writesNothing());
    }

    @Test
    void internalKeysNeverMeetAClientsOwn() {
        // An append without a client id is found by a key that no UTF-8 text can be.
        Append append = new Append(
                new ConversationId(1), new AccountId(1), null, 0, true, new Any(), List.of(NewEntry.message(new byte[] {
                    1
                })));
        SentKey one = keys.keyOf(append);
        assertTrue(one.isInternal());
        assertTrue(!one.equals(keys.keyOf(append)));
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        assertThrows(CharacterCodingException.class, () -> utf8.decode(ByteBuffer.wrap(one.clientId())));
    }

    private interface Admitting {
        Verdict admit(Head head, Append append);
    }

    private Plan plan(List<Item> items, Admitting admitting) throws Exception {
        BatchPlanner.Admitter admitter = new BatchPlanner.Admitter() {
            @Override
            public Verdict admit(Head head, Append append) {
                return admitting.admit(head, append);
            }

            @Override
            public Verdict admitRevision(Head head, Append append, Admission.Target target) {
                throw new AssertionError("no revision was asked for");
            }
        };
        return new BatchPlanner(heads, known, NOW, Revisions.NONE, admitter).plan(items);
    }

    /// The bodies stand for their MAC.
    private Item item(Append append) {
        byte[] mac = new byte[append.entries().size()];
        for (int i = 0; i < mac.length; i++) {
            mac[i] = append.entries().get(i).body()[0];
        }
        return new Item(append, keys.keyOf(append), mac);
    }

    private static Head head(long id, long head, long messages, long time) {
        return new Head(new ConversationId(id), head, messages, 0, head == 0 ? 0 : 2, 0, time);
    }
}
