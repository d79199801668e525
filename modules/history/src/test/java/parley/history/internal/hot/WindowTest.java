package parley.history.internal.hot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
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
                        new byte[bodyBytes],
                        Entry.Revision.NONE))
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
            assertShows(joined, joined.first(), joined.last());
            assertEquals(Math.max(a.mutatedSeq(), b.mutatedSeq()), joined.mutatedSeq());
            if (a.mutatedSeq() == b.mutatedSeq()) {
                assertEquals(Math.max(a.last(), b.last()), joined.last());
            } else {
                assertEquals(a.mutatedSeq() > b.mutatedSeq() ? a : b, joined);
            }
        });
    }

    private static void assertShows(Window window, long first, long last) {
        assertTrue(window.size() <= LIMITS.entriesMax());
        assertEquals(last - first + 1, window.size());
        long bytes = 0;
        for (long seq = first; seq <= last; seq++) {
            Entry entry = window.proven(window.mutatedSeq(), seq).orElseThrow();
            assertEquals(seq, entry.seq());
            bytes += Window.bytesOf(entry);
        }
        assertEquals(bytes, window.bytes());
    }

    @Test
    void windowsThatShareTheirRoomShowWhatTheyShowed() {
        // A reader may hold an old window while newer ones grow behind it, on whatever branch.
        Seeds.each(300, seed -> {
            Random random = new Random(seed);
            List<Window> all = new ArrayList<>(List.of(Window.of(0, entries(1, 3, 10), LIMITS)));
            List<Long> ends = new ArrayList<>(List.of(3L));
            for (int i = 0; i < 60; i++) {
                Window base = all.get(random.nextInt(3) == 0 ? random.nextInt(all.size()) : all.size() - 1);
                long last = base.last() + random.nextInt(6);
                Window added = Window.of(0, entries(base.last() - random.nextInt(2), last, 10), LIMITS);
                all.add(base.joined(added, LIMITS));
                ends.add(last);
            }
            for (int i = 0; i < all.size(); i++) {
                long last = ends.get(i);
                assertShows(all.get(i), Math.max(1, last - LIMITS.entriesMax() + 1), last);
            }
        });
    }

    @Test
    void aWindowIsBoundedByBytesAndNeverEmpty() {
        // The newest entries that fit; one alone is kept whatever its size.
        assertEquals(3, Window.of(0, entries(1, 9, 5_000), LIMITS).size());
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
