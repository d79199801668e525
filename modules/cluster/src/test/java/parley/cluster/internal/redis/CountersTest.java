package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.cluster.internal.Partitions;
import parley.testkit.Seeds;

/// What the numbers of other nodes say.
final class CountersTest {
    private static final long LATER = Counters.FIRST_HEARD_NANOS + 1;
    private static final boolean[] ALL = {true, true, true, true, true, true, true, true};

    private final Counters counters = new Counters(0);

    @Test
    void aNumberFollowsOrIsOldOrTellsOfAGap() {
        // Counters: a jump is seen, what was heard is not heard again.
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 0, 5, 0));
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 0, 6, 0));
        assertEquals(Counters.Verdict.OLD, counters.heard(1, 0, 6, 0));
        assertEquals(Counters.Verdict.OLD, counters.heard(1, 0, 1, 0));
        assertEquals(Counters.Verdict.GAP, counters.heard(1, 0, 8, 0));
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 0, 9, 0));
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 1, 1, 0));
    }

    @Test
    void aNodeThatIsNewBeginsWithOne() {
        // A first number above 1 is a surprise, except while this node itself begins.
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 0, 700, 0));
        assertEquals(Counters.Verdict.NEXT, counters.heard(2, 0, 1, LATER));
        assertEquals(Counters.Verdict.GAP, counters.heard(3, 0, 2, LATER));
        counters.begin(LATER);
        assertEquals(Counters.Verdict.NEXT, counters.heard(3, 0, 9, LATER));
    }

    @Test
    void aBeatTellsOfWhatWasLostAtTheEnd() {
        // A lost last entry has none behind it that would show the jump.
        long[] none = new long[Partitions.PER_GROUP];
        assertFalse(counters.beat(1, none, ALL, LATER));
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 3, 1, LATER));
        long[] two = none.clone();
        two[3] = 2;
        boolean[] notAll = ALL.clone();
        notAll[3] = false;
        assertFalse(counters.beat(1, two, notAll, LATER), "what was not read yet is not lost");
        assertTrue(counters.beat(1, two, ALL, LATER));
        assertFalse(counters.beat(1, two, ALL, LATER), "told once");
        assertEquals(Counters.Verdict.NEXT, counters.heard(1, 3, 3, LATER));
    }

    @Test
    void nothingIsLostUnseenAndNothingIsToldWithoutALoss() {
        // Property: a loss is told by the next entry or the next beat, and only a loss is.
        Seeds.each(200, seed -> {
            Random random = new Random(seed);
            Counters heard = new Counters(0);
            assertFalse(heard.beat(1, new long[Partitions.PER_GROUP], ALL, LATER));
            long[] sent = new long[Partitions.PER_GROUP];
            boolean isLost = false;
            boolean isTold = false;
            for (int step = 0; step < 300; step++) {
                int index = random.nextInt(Partitions.PER_GROUP);
                if (random.nextInt(10) == 0) {
                    isTold |= heard.beat(1, sent, ALL, LATER);
                    assertEquals(isLost, isTold, "after a beat all is known");
                } else {
                    sent[index]++;
                    if (random.nextInt(30) == 0) {
                        isLost = true;
                    } else if (heard.heard(1, index, sent[index], LATER) == Counters.Verdict.GAP) {
                        isTold = true;
                    }
                }
                assertTrue(isLost || !isTold, "no false alarm");
            }
        });
    }
}
