package parley.messaging.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

/// The pure part of the feed.
final class FeedTest {
    private record Range(long first, long last, boolean carries) {}

    @Test
    void whateverHappensToTheHintsEverySeqIsPassedOnOnceAndInOrder() {
        // I4, design 3 step 7: a gap is filled, the past is dropped.
        Seeds.each(300, seed -> {
            Random random = new Random(seed);
            List<Range> sent = hints(random, 1 + random.nextInt(5));
            List<Range> arriving = disturb(random, sent);
            Feed feed = new Feed();
            List<Long> passed = new ArrayList<>();
            long lowest = arriving.isEmpty() ? 0 : Long.MAX_VALUE;
            for (Range hint : arriving) {
                if (random.nextInt(10) == 0) {
                    long head = 1 + random.nextLong(hint.last());
                    boolean isBefore = head + 1 < lowest;
                    lowest = Math.min(lowest, head + 1);
                    List<Long> more = new ArrayList<>();
                    apply(feed.reached(head), hint, more);
                    passed.addAll(isBefore ? 0 : passed.size(), more);
                }
                lowest = lowest == Long.MAX_VALUE ? hint.first() : lowest;
                apply(feed.offer(hint.first(), hint.last(), hint.carries()), hint, passed);
            }
            // What lies before where the feed began comes late, to whoever read up to there; all the rest in order.
            long to = arriving.stream().mapToLong(Range::last).max().orElse(-1);
            List<Long> expected = LongStream.rangeClosed(lowest, Math.max(to, lowest - 1))
                    .boxed()
                    .toList();
            assertEquals(expected, passed.stream().filter(seq -> seq <= to).toList());
        });
    }

    @Test
    void theFirstHintSaysWhereToStart() {
        // Feeds: what was committed before `follow` is read from the log, not fed.
        Feed feed = new Feed();
        assertEquals(List.of(new Feed.Step.Pass(7)), feed.offer(7, 9, true));
        assertEquals(10, feed.next());
    }

    @Test
    void aHintOfThePastIsDroppedAndAPartlyKnownOneIsCut() {
        // Design 3 step 7: a hint from the past is dropped.
        Feed feed = new Feed();
        assertEquals(List.of(new Feed.Step.Pass(1)), feed.offer(1, 5, true));
        assertEquals(List.of(), feed.offer(2, 5, true));
        assertEquals(List.of(new Feed.Step.Pass(6)), feed.offer(4, 8, true));
    }

    @Test
    void aHintFromTheFutureIsFilledUp() {
        // Design 3 step 7: a hint from the future or a gap is filled from history.
        Feed feed = new Feed();
        assertEquals(List.of(new Feed.Step.Pass(1)), feed.offer(1, 1, true));
        assertEquals(List.of(new Feed.Step.Fill(2, 4), new Feed.Step.Pass(5)), feed.offer(5, 6, true));
        assertEquals(List.of(new Feed.Step.Fill(7, 9)), feed.offer(8, 9, false));
    }

    @Test
    void aFeedThatHasPassedNothingOnStartsBehindTheHeadThatWasRead() {
        // Feeds.reached: it makes a first hint that is lost harmless.
        Feed feed = new Feed();
        assertEquals(List.of(), feed.reached(4));
        assertEquals(List.of(new Feed.Step.Fill(5, 6), new Feed.Step.Pass(7)), feed.offer(7, 7, true));
        assertEquals(List.of(), feed.reached(7));
        assertEquals(List.of(new Feed.Step.Fill(8, 10)), feed.reached(10));
    }

    @Test
    void whoReadLessThanTheReaderThatMadeTheFeedStartGetsWhatLiesBetween() {
        // I4: two sessions are set up at once; one read up to 10, the other up to 11 and was first. The hint of 11 is
        // old by then, or lost.
        Feed feed = new Feed();
        assertEquals(List.of(), feed.reached(11));
        assertEquals(List.of(new Feed.Step.Fill(11, 11)), feed.reached(10));
        assertEquals(List.of(), feed.offer(11, 11, true));
        assertEquals(List.of(), feed.reached(10));
        assertEquals(List.of(new Feed.Step.Pass(12)), feed.offer(12, 12, true));
    }

    private static void apply(List<Feed.Step> steps, Range hint, List<Long> passed) {
        for (Feed.Step step : steps) {
            switch (step) {
                case Feed.Step.Fill(long from, long to) ->
                    LongStream.rangeClosed(from, to).forEach(passed::add);
                case Feed.Step.Pass(long from) -> {
                    assertTrue(hint.carries() && from >= hint.first(), "passes what it does not have");
                    LongStream.rangeClosed(from, hint.last()).forEach(passed::add);
                }
            }
        }
    }

    /// Hints of a log: contiguous ranges from `first` on, most with their entries.
    private static List<Range> hints(Random random, long first) {
        List<Range> hints = new ArrayList<>();
        long next = first;
        for (int i = 0; i < 1 + random.nextInt(40); i++) {
            long last = next + random.nextInt(4);
            hints.add(new Range(next, last, random.nextInt(5) != 0));
            next = last + 1;
        }
        return hints;
    }

    /// Loses, repeats and moves some.
    private static List<Range> disturb(Random random, List<Range> hints) {
        List<Range> arriving = new ArrayList<>();
        for (Range hint : hints) {
            int fate = random.nextInt(10);
            for (int copies = fate == 0 ? 0 : fate == 1 ? 3 : 1; copies > 0; copies--) {
                arriving.add(hint);
            }
        }
        for (int i = 0; i + 1 < arriving.size(); i++) {
            if (random.nextInt(4) == 0) {
                Collections.swap(arriving, i, Math.min(arriving.size() - 1, i + 1 + random.nextInt(5)));
            }
        }
        return arriving;
    }
}
