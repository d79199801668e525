package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Seeds;

/// Hints as bytes.
final class HintCodecTest {
    private static final ConversationId CONVERSATION = new ConversationId(1L << 60);
    private static final AccountId ANN = new AccountId(7);
    private static final AccountId BOB = new AccountId(Long.MAX_VALUE);

    private final HintCodec codec = new HintCodec("epoch");

    @Test
    void whatIsEncodedIsDecoded() throws Exception {
        // Design 3 step 6: conversation, seq range, epoch, accounts added or removed, the entries' bytes.
        Hint.Committed hint = hint(message(5, null, "{}"), message(6, "ïd", "{\"text\":\"é\"}"), member(7));
        Hint.Committed read = committed(codec, codec.encode(hint));
        assertEquals(hint.conversation(), read.conversation());
        assertEquals(5, read.first());
        assertEquals(7, read.last());
        assertEquals(9, read.head());
        assertEquals(3, read.version());
        assertEquals(hint.added(), read.added());
        assertEquals(hint.removed(), read.removed());
        assertEquals(3, read.entries().size());
        for (int i = 0; i < 3; i++) {
            assertSame(hint.entries().get(i), read.entries().get(i));
        }
        Hint.Read marker = new Hint.Read(ANN, CONVERSATION, 12, 3);
        assertEquals(Optional.of(marker), codec.decode(codec.encode(marker), any -> false));
    }

    @Test
    void aHintThatNobodyHereWantsIsNotRead() throws Exception {
        // Feeds: only followed conversations are fed, unless a hint adds or removes somebody.
        Hint.Committed plain = committed(message(5, null, "{}"));
        assertEquals(Optional.empty(), codec.decode(codec.encode(plain), any -> false));
        assertTrue(codec.decode(codec.encode(plain), any -> true).isPresent());
        assertTrue(codec.decode(codec.encode(hint(message(5, null, "{}"))), any -> false)
                .isPresent());
    }

    @Test
    void aRecallIsReadThoughNobodyHereWantsItsConversation() throws Exception {
        // FeedListener: told of "followed or not"; a page of history may wait in a slow client's queue.
        Hint.Committed plain = committed(message(5, "id", "{\"text\":\"é\"}"), member(6));
        assertEquals(Optional.empty(), codec.decode(codec.encode(plain), any -> false));
        Hint.Committed recalling = committed(message(5, "id", "{\"text\":\"é\"}"), member(6), recall(7, 5));
        assertEquals(
                5,
                assertInstanceOf(
                                Hint.Committed.class,
                                codec.decode(codec.encode(recalling), any -> false)
                                        .orElseThrow())
                        .entries()
                        .get(2)
                        .target());
    }

    @Test
    void whatIsNotOfThisDataSetOrOfThisVersionIsRefused() {
        // Design 3 step 6: only hints of this data set; those of the next version are told apart from garbage.
        Hint.Committed hint = hint(message(5, null, "{}"));
        assertUnreadable("epoch", codec, new HintCodec("other").encode(hint));
        byte[] next = codec.encode(hint);
        next[0]++;
        HintCodec.Unreadable unreadable =
                assertThrows(HintCodec.Unreadable.class, () -> codec.decode(next, any -> true));
        assertTrue(unreadable.isOfAnotherVersion());
        next[0]--;
        next[1] = 99;
        assertUnreadable("kind", codec, next);
    }

    @Test
    void brokenBytesAreRefusedAndNothingElse() {
        // I9, and the bus's contract: a listener never throws.
        Seeds.each(50, seed -> {
            Random random = new Random(seed);
            byte[] bytes = codec.encode(hint(message(5, "id", "{\"text\":\"hello\"}"), member(6)));
            for (int i = 0; i < 200; i++) {
                byte[] broken = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
                for (int flips = random.nextInt(4); flips > 0 && broken.length > 0; flips--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt();
                }
                try {
                    Optional<Hint> read = codec.decode(broken, any -> true);
                    assertTrue(read.isPresent());
                } catch (HintCodec.Unreadable expected) {
                    assertTrue(expected.reason().length() < 20);
                }
            }
        });
    }

    @Test
    void anyReasonableEntryFitsIntoAPayloadOfTheBus() {
        // Bus: a payload has at most 64 KiB; a body has at most 16 KiB.
        Entry large = message(5, "x".repeat(64), "x".repeat(16 * 1024));
        assertTrue(codec.encode(hint(large)).length < 32 * 1024);
    }

    private static void assertUnreadable(String reason, HintCodec codec, byte[] payload) {
        assertEquals(
                reason,
                assertThrows(HintCodec.Unreadable.class, () -> codec.decode(payload, any -> true))
                        .reason());
    }

    private static Hint.Committed committed(HintCodec codec, byte[] payload) throws HintCodec.Unreadable {
        return assertInstanceOf(
                Hint.Committed.class, codec.decode(payload, any -> true).orElseThrow());
    }

    /// A commit that neither adds nor removes anybody.
    private static Hint.Committed committed(Entry... entries) {
        long last = entries[entries.length - 1].seq();
        return new Hint.Committed(
                CONVERSATION, entries[0].seq(), last, last, 1, List.of(), List.of(), List.of(entries));
    }

    private static Hint.Committed hint(Entry... entries) {
        return new Hint.Committed(
                CONVERSATION,
                entries[0].seq(),
                entries[entries.length - 1].seq(),
                9,
                3,
                List.of(new Hint.Joined(ANN, 7, 1)),
                new ArrayList<>(List.of(BOB)),
                List.of(entries));
    }

    private static Entry message(long seq, @Nullable String clientId, String body) {
        return new Entry(
                CONVERSATION,
                seq,
                EntryKind.MESSAGE,
                ANN,
                clientId,
                0,
                1_700_000_000_000L,
                4,
                new byte[0],
                utf8(body),
                Entry.Revision.NONE);
    }

    private static Entry member(long seq) {
        return entry(seq, EntryKind.MEMBER, 2, utf8("{\"a\":1}"));
    }

    private static Entry recall(long seq, long target) {
        return entry(seq, EntryKind.RECALL, target, new byte[0]);
    }

    private static Entry entry(long seq, EntryKind kind, long target, byte[] detail) {
        return new Entry(CONVERSATION, seq, kind, BOB, null, target, 5, 4, detail, new byte[0], Entry.Revision.NONE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static void assertSame(Entry one, Entry other) {
        assertEquals(one.conversation(), other.conversation());
        assertEquals(one.seq(), other.seq());
        assertEquals(one.kind(), other.kind());
        assertEquals(one.author(), other.author());
        assertEquals(one.clientId(), other.clientId());
        assertEquals(one.target(), other.target());
        assertEquals(one.time(), other.time());
        assertEquals(one.messages(), other.messages());
        assertArrayEquals(one.detail(), other.detail());
        assertArrayEquals(one.body(), other.body());
    }
}
