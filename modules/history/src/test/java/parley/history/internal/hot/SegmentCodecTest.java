package parley.history.internal.hot;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import parley.history.internal.hot.SegmentCodec.Segment;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Secret;
import parley.testkit.Seeds;

final class SegmentCodecTest {
    private static final ConversationId CONVERSATION = new ConversationId(77);

    private final SegmentCodec codec = new SegmentCodec(new Secret("s"), "epoch");

    @Test
    void whatIsWrittenIsRead() {
        // Random entries come back the same, from anywhere in a larger array.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            Segment segment = new Segment(random.nextInt(9), entries(random));
            byte[] bytes = codec.encode(segment);
            byte[] framed = new byte[bytes.length + 48];
            System.arraycopy(bytes, 0, framed, 48, bytes.length);
            Segment read = codec.decode(CONVERSATION, framed, 48).orElseThrow();
            assertEquals(segment.mutatedSeq(), read.mutatedSeq());
            assertEquals(segment.entries().size(), read.entries().size());
            for (int i = 0; i < read.entries().size(); i++) {
                assertTrue(same(segment.entries().get(i), read.entries().get(i)));
            }
        });
    }

    @Test
    void whatWasChangedIsNotRead() {
        // Any flipped bit, any cut, any addition, another key, epoch or conversation: nothing.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            byte[] bytes = codec.encode(new Segment(1, entries(random)));
            byte[] flipped = bytes.clone();
            flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            List<byte[]> broken = List.of(
                    flipped,
                    Arrays.copyOf(bytes, random.nextInt(bytes.length)),
                    Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(50)));
            for (byte[] one : broken) {
                assertEquals(Optional.empty(), codec.decode(CONVERSATION, one, 0));
            }
            assertEquals(Optional.empty(), codec.decode(new ConversationId(78), bytes, 0));
            for (SegmentCodec other :
                    List.of(new SegmentCodec(new Secret("t"), "epoch"), new SegmentCodec(new Secret("s"), "epochs"))) {
                assertEquals(Optional.empty(), other.decode(CONVERSATION, bytes, 0));
            }
        });
    }

    private static List<Entry> entries(Random random) {
        List<Entry> entries = new ArrayList<>();
        long first = 1L + random.nextInt(1_000_000);
        long time = random.nextLong(1L << 45);
        for (int i = random.nextInt(8); i >= 0; i--) {
            time += random.nextInt(1_000);
            entries.add(new Entry(
                    CONVERSATION,
                    first + entries.size(),
                    EntryKind.of(1 + random.nextInt(6)),
                    new AccountId(1 + random.nextLong(Long.MAX_VALUE - 1)),
                    clientId(random),
                    random.nextLong(first),
                    time,
                    random.nextLong(1L << 40),
                    bytes(random, 200),
                    bytes(random, 20_000),
                    Entry.Revision.NONE));
        }
        return entries;
    }

    private static @Nullable String clientId(Random random) {
        return random.nextBoolean() ? null : "\u00e9\uD83D\uDE00".repeat(1 + random.nextInt(10));
    }

    private static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static boolean same(Entry one, Entry other) {
        return one.seq() == other.seq()
                && one.kind() == other.kind()
                && one.author().equals(other.author())
                && String.valueOf(one.clientId()).equals(String.valueOf(other.clientId()))
                && one.target() == other.target()
                && one.time() == other.time()
                && one.messages() == other.messages()
                && Arrays.equals(one.detail(), other.detail())
                && Arrays.equals(one.body(), other.body());
    }
}
