package parley.messaging.internal.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import parley.messaging.internal.poll.PollPace.Span;

/// When the poll looks, and from which moment on.
final class PollPaceTest {
    private static final PollLimits LIMITS = new PollLimits(
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofSeconds(8),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            1_000,
            Duration.ofSeconds(10));
    private static final long DATABASE = 1_700_000_000_000L;

    /// The node's clock in milliseconds; the database's goes with it until it jumps.
    private long now = -5_000;

    private long jumped;
    private final PollPace pace = new PollPace(LIMITS, true, now * 1_000_000);

    private long nanos() {
        return now * 1_000_000;
    }

    private boolean isDue(boolean isOdd) {
        return pace.isDue(nanos(), isOdd, false);
    }

    private Span begin() {
        return pace.begin(DATABASE + jumped + now, nanos());
    }

    /// A look that takes no time.
    private Span look() {
        Span span = begin();
        pace.succeeded(nanos(), 0);
        return span;
    }

    /// Until nothing of the start is left.
    private void settle() {
        now += PollPace.SETTLING.toMillis();
        Span unused = look();
    }

    private static Span from(long millis, long to) {
        return new Span(DATABASE + millis, to);
    }

    @Test
    void itLooksEverySecondWhileAnythingIsOddAndElseEveryFour() {
        // I5: within 2 seconds while hints may be lost, within 5 when nobody knows that they are.
        assertTrue(isDue(false));
        settle();
        now += 999;
        assertFalse(isDue(true));
        now += 1;
        assertTrue(isDue(true));
        assertFalse(isDue(false));
        now += 2_999;
        assertFalse(isDue(false));
        now += 1;
        assertTrue(isDue(false));
    }

    @Test
    void whatIsAskedForComesAtOnceButNotInAStorm() {
        // Hints that were missed: a look at once; a thousand such messages are few looks.
        settle();
        now += 199;
        assertFalse(pace.isDue(nanos(), false, true));
        now += 1;
        assertTrue(pace.isDue(nanos(), false, true));
    }

    @Test
    void aLookBeginsEightSecondsBeforeTheLastOneDid() {
        // A commit may be seen five seconds after the time it bears: each is within some later look.
        settle();
        long last = now;
        now += 4_000;
        assertEquals(from(last - 8_000, DATABASE + now), look());
        long next = now;
        now += 1_000;
        assertEquals(from(next - 8_000, DATABASE + now), look());
    }

    @Test
    void everyHalfMinuteItLooksTenMinutesBack() {
        // What came later than anybody would think.
        settle();
        now += 15_000;
        assertEquals(from(now - 600_000, DATABASE + now), look());
        long last = now;
        now += 4_000;
        assertEquals(from(last - 8_000, DATABASE + now), look());
        now += 26_000;
        assertEquals(from(now - 600_000, DATABASE + now), look());
    }

    @Test
    void afterTroubleAllLooksForAWhileBeginWhereTheLastOneBeforeItDid() {
        // A database that stood still finishes commits that are as old as its standstill.
        settle();
        long good = now;
        now += 10_000;
        pace.failed(nanos());
        assertFalse(isDue(false));
        now += 1_000;
        assertTrue(isDue(false));
        assertEquals(DATABASE + good - 8_000, look().from());
        for (int i = 1; i < 15; i++) {
            now += 1_000;
            assertTrue(look().from() <= DATABASE + good - 8_000, "look " + i);
        }
        long settled = now;
        now += 4_000;
        assertEquals(DATABASE + settled - 8_000, look().from());
    }

    @Test
    void whileCommitsStandStillAndAWhileAfterLooksBeginWhereTheyDidBefore() {
        // A database that waits for its replica commits late what bears old times, and answers looks meanwhile.
        settle();
        long good = now;
        for (int i = 0; i < 40; i++) {
            now += 1_000;
            pace.unsettle(nanos());
            assertTrue(isDue(false), "it goes on looking");
            assertTrue(look().from() <= DATABASE + good - 8_000, "look " + i);
        }
        now += PollPace.SETTLING.toMillis() - 1;
        assertTrue(look().from() <= DATABASE + good - 8_000);
        now += 4_000;
        long settled = now;
        Span unused = look();
        now += 4_000;
        assertEquals(DATABASE + settled - 8_000, look().from());
    }

    @Test
    void aLookAfterAnOutageReachesBackToBeforeIt() {
        // However long this node was cut off from the database, or frozen.
        settle();
        long good = now;
        now += 3_600_000;
        assertEquals(DATABASE + good - 8_000, look().from());
    }

    @Test
    void aClockOfTheDatabaseThatGoesBackHidesNothing() {
        // What is committed after the jump bears earlier times; what was before it later ones.
        settle();
        long good = now;
        now += 4_000;
        jumped = -7_200_000;
        Span span = look();
        assertEquals(from(good + jumped - 8_000, Long.MAX_VALUE), span);
        now += 1_000;
        assertEquals(DATABASE + good + jumped - 8_000, look().from());
    }

    @Test
    void aClockOfTheDatabaseThatGoesForwardHidesNothing() {
        // What was committed right before the jump is an hour old at once.
        settle();
        long good = now;
        now += 4_000;
        jumped = 3_600_000;
        assertEquals(from(good - 8_000, Long.MAX_VALUE), look());
    }

    @Test
    void slowLooksComeSeldom() {
        // A database that is slow is not slowed down by looks without a pause.
        settle();
        now += 4_000;
        Span unused = begin();
        pace.succeeded(nanos(), Duration.ofMillis(800).toNanos());
        now += 3_999;
        assertFalse(pace.isDue(nanos(), true, true));
        now += 1;
        assertTrue(pace.isDue(nanos(), true, true));
    }

    @Test
    void aLookThatStoodStillPutsTheNextOneOffByAnIntervalAtMost() {
        // I5: once a look that took 13 s, because the database stood still, put the next one off by a minute, and what
        // no hint told was delivered that late.
        settle();
        now += 4_000;
        Span unused = begin();
        now += 13_000;
        pace.succeeded(nanos(), Duration.ofSeconds(13).toNanos());
        now += LIMITS.interval().toMillis() - 1;
        assertFalse(pace.isDue(nanos(), true, true));
        now += 1;
        assertTrue(pace.isDue(nanos(), true, true));
    }

    @Test
    void aNodeAloneLooksInItsFirstSecondsOnly() {
        // What the process before it had under way; later nobody else commits.
        PollPace alone = new PollPace(LIMITS, false, nanos());
        assertTrue(alone.isDue(nanos(), false, false));
        assertFalse(alone.isOver(nanos()));
        now += PollPace.SETTLING.toMillis() - 1;
        assertTrue(alone.isDue(nanos(), false, false));
        now += 1;
        assertFalse(alone.isDue(nanos(), false, false));
        assertTrue(alone.isOver(nanos()));
    }
}
