package parley.history.internal.hot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.history.wiring.HistoryConfig.HotLimits;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.testkit.Seeds;

final class WindowTest {
    private static final HotLimits LIMITS = new HotLimits(20, 16_384, 1, Duration.ofSeconds(1));

    private static List<Entry> entries(long first, long last, int bodyBytes) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> new Entry(
                        new ConversationId(1),
                        seq,
                        EntryKind.MESSAGE,
                        new AccountId(1),
                        null,
                        0,
                        0,
                        seq,
                        new byte[0],
                        new byte[bodyBytes]))
                .toList();
    }

    @Test
    void joinedWindowsAreConsecutiveAndEndAtTheNewest() {
        // Whatever two windows meet: one run of numbers, bounded, up to the newest entry of either, and
        // only content of the newer change.
        Seeds.each(500, seed -> {
            Random random = new Random(seed);
            long one = 1L + random.nextInt(60);
            long other = 1L + random.nextInt(60);
            Window a = Window.of(random.nextInt(2), entries(one, one + random.nextInt(30), 10), LIMITS);
            Window b = Window.of(random.nextInt(2), entries(other, other + random.nextInt(30), 10), LIMITS);
            Window joined = a.joined(b, LIMITS);
            assertTrue(joined.entries().size() <= LIMITS.entriesMax());
            assertEquals(joined.last() - joined.first() + 1, joined.entries().size());
            for (long seq = joined.first(); seq <= joined.last(); seq++) {
                assertEquals(seq, joined.at(seq).seq());
            }
            assertEquals(Math.max(a.mutatedSeq(), b.mutatedSeq()), joined.mutatedSeq());
            if (a.mutatedSeq() == b.mutatedSeq()) {
                assertEquals(Math.max(a.last(), b.last()), joined.last());
            } else {
                assertEquals(a.mutatedSeq() > b.mutatedSeq() ? a : b, joined);
            }
            assertEquals(joined.entries().stream().mapToLong(Window::bytesOf).sum(), joined.bytes());
        });
    }

    @Test
    void aWindowIsBoundedByBytesAndNeverEmpty() {
        // The newest entries that fit; one alone is kept whatever its size.
        assertEquals(3, Window.of(0, entries(1, 9, 5_000), LIMITS).entries().size());
        Window one = Window.of(0, entries(1, 9, 50_000), LIMITS);
        assertEquals(9, one.first());
        assertEquals(9, one.last());
    }

    @Test
    void onlyTheContentOfTheHeadsOwnChangeIsProven() {
        // A window from before the last change proves nothing, nor does one from after it.
        Window window = Window.of(5, entries(10, 20, 1), LIMITS);
        assertEquals(12, window.proven(5, 12).orElseThrow().seq());
        assertEquals(Optional.empty(), window.proven(4, 12));
        assertEquals(Optional.empty(), window.proven(6, 12));
        assertEquals(Optional.empty(), window.proven(5, 9));
        assertEquals(Optional.empty(), window.proven(5, 21));
    }
}
