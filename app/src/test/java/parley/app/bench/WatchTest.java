package parley.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of somebody who is still waiting when a watch ends.
final class WatchTest {
    private final FakeTime time = new FakeTime();
    private final WatchRecord writer = new WatchRecord("writer", 0);
    private final WatchRecord reader = new WatchRecord("reader", 0);

    private void connectBoth() {
        writer.connected("epoch", 2, false, List.of(), time.nanos());
        reader.connected("epoch", 2, false, List.of(), time.nanos());
    }

    private void write(long seq, WatchRecord... readers) {
        assertTrue(writer.asks(time.nanos()));
        time.pass(Duration.ofMillis(5));
        long unused = writer.answered(seq, time.nanos());
        List.of(readers).forEach(one -> one.delivered(seq, time.nanos()));
    }

    private WatchTally settled() {
        return Watch.settled(List.of(writer, reader), time);
    }

    @Test
    void whoIsLevelEndsAtOnce() {
        // Nobody waits for anything: the end takes no time, and nothing is said against anybody.
        connectBoth();
        write(3, writer, reader);
        WatchTally seen = settled();
        assertTrue(seen.isGood(), seen.faults().toString());
        assertEquals(0, time.seconds());
        assertEquals(5, seen.longestPauseMillis());
        assertFalse(writer.asks(time.nanos()), "nobody writes any more");
    }

    @Test
    void whoseEntriesDoNotComeAnyMoreIsAtFault() {
        // The longest pause is also that of somebody whose pushes stopped for good.
        connectBoth();
        write(3, writer, reader);
        time.pass(Duration.ofSeconds(60));
        write(4, writer);
        WatchTally seen = settled();
        assertEquals(List.of("reader: entry 4 is there at the end, and it has 3"), seen.faults());
        assertTrue(seen.longestPauseMillis() >= 90_000, seen.toString());
    }

    @Test
    void whoNeverGetsBackInIsAtFault() {
        // The longest pause is also that of somebody who is out when the watch ends.
        connectBoth();
        write(3, writer, reader);
        reader.away(true);
        assertTrue(reader.asks(time.nanos()));
        time.pass(Duration.ofSeconds(40));
        WatchTally seen = settled();
        assertEquals(
                List.of("reader: is not connected at the end", "reader: its last message has no number at the end"),
                seen.faults());
        assertTrue(seen.longestPauseMillis() >= 70_000, seen.toString());
    }

    @Test
    void whoComesBackLateIsWaitedForAndCounts() {
        // A pause that ends after the watch was to end is a pause, and no fault.
        connectBoth();
        write(3, writer, reader);
        reader.away(true);
        write(4, writer);
        time.onRest(() -> {
            if (time.seconds() == 12 && !reader.isLevel(4)) {
                reader.connected("epoch", 0, true, List.of(), time.nanos());
                reader.delivered(4, time.nanos());
            }
        });
        WatchTally seen = settled();
        assertTrue(seen.isGood(), seen.faults().toString());
        assertEquals(12, seen.longestPauseMillis() / 1000);
    }
}
