package parley.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.testkit.Seeds;

/// The checker on histories that are known to be right or wrong.
final class CheckerTest {
    private static final int VALID = 120;
    private static final int PER_BUG = 20;

    private static Verdict judge(List<Event> events) {
        Checker checker = new Checker(new Bounds(20, 5, Bounds.USUAL.inTime()));
        events.forEach(checker::accept);
        return checker.verdict();
    }

    @Test
    void validHistoriesPass() {
        // No false alarm: repeats, refusals, lost answers, cuts, edits, recalls and members that come and go.
        Seeds.each(VALID, seed -> {
            Verdict verdict = judge(SimulatedRun.valid(seed));
            assertTrue(verdict.holds(), verdict.toString());
        });
    }

    @Test
    void aNewEpochIsNoFault() {
        // No false alarm: while an epoch ends some are still answered in it, and numbers are used again.
        Seeds.each(VALID, seed -> {
            Verdict verdict = judge(SimulatedRun.validOverAnEpoch(seed));
            assertTrue(verdict.holds(), verdict.toString());
            assertTrue(verdict.notes().getFirst().contains("are gone or others"), verdict.toString());
        });
    }

    @Test
    void anEpochThatEndsForNothingIsNoted() {
        // Everybody reads everything anew, so somebody should know that it was for nothing; it breaks no promise.
        Seeds.each(PER_BUG, seed -> {
            List<Event> events = SimulatedRun.valid(seed).stream()
                    .map(event -> event instanceof Event.Dump dump ? inEpoch(dump, "e2", 0) : event)
                    .toList();
            List<String> notes = judge(events).notes();
            assertEquals(1, notes.size(), notes.toString());
            assertTrue(notes.getFirst().contains("e1") && notes.getFirst().contains("for nothing"), notes.toString());
            assertEquals(List.of(), judge(SimulatedRun.valid(seed)).notes());
        });
    }

    @Test
    void manyUncertainAnswersBeforeAnyFaultAreNoted() {
        // Nothing is lost by an answer that says nothing, but who hears only such is not served.
        List<Event> events = new ArrayList<>(List.of(
                new Event.Device(1, "d1", "a1", "sdk"),
                new Event.Connect(2, "d1", 1, "here", "e1"),
                new Event.Phase(3, "baseline")));
        for (int i = 0; i < 50; i++) {
            events.add(new Event.Send(4, "d1", 1, "c1", "m" + i, 1, "p"));
            events.add(i == 0 ? new Event.Unknown(5, "m0", 1, "code 100") : new Event.Ack(5, "m" + i, 1, i, false));
        }
        assertTrue(judge(events).notes().getFirst().startsWith("1 of 50 messages"));
        events.set(4, new Event.Ack(5, "m0", 1, 50, false));
        assertEquals(List.of(), judge(events).notes());
    }

    @Test
    void aRunWithoutTheSdkSaysSo() {
        // Half of a proof must not look like a whole one: without the folder of the SDK all devices are raw.
        List<Event> events = List.of(new Event.Device(1, "d1", "a1", "raw"), new Event.Device(1, "d2", "a1", "raw"));
        assertTrue(judge(events).notes().getFirst().contains("verify-sdk"));
        List<Event> both = List.of(new Event.Device(1, "d1", "a1", "raw"), new Event.Device(1, "d2", "a1", "sdk"));
        assertEquals(List.of(), judge(both).notes());
    }

    @Test
    void aNumberThatIsUsedAgainIsNotLate() {
        // No false alarm: what had the number in the epoch before was known long ago.
        List<Event> events = List.of(
                new Event.Device(1, "d1", "a1", "sdk"),
                new Event.Connect(2, "d1", 1, "here", "e1"),
                new Event.Send(3, "d1", 1, "c1", "m1", 1, "p"),
                new Event.Ack(4, "m1", 1, 1, false),
                new Event.Close(5, "d1", 1, 3001, true),
                new Event.Connect(6, "d1", 2, "here", "e2"),
                new Event.Resume(7, "d1", 2, "c1", 0, "e2", true),
                new Event.Recv(9_000_000_000L, "d1", 2, "c1", new Row(1, Row.MESSAGE, "a1", "m1", 0, "p", 0, false)));
        assertFalse(judge(events).broken().containsKey(Invariant.I13));
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void eachKindOfBugIsFoundInEverySeed(Bug bug) {
        // A checker that overlooks a kind of loss proves nothing about it.
        Seeds.each(PER_BUG, seed -> {
            Verdict verdict = judge(SimulatedRun.broken(seed, bug));
            assertTrue(verdict.broken().containsKey(bug.expected), bug.expected + " is not among " + verdict.broken());
            assertFalse(
                    verdict.examples().stream()
                                    .filter(one -> one.invariant() == bug.expected)
                                    .allMatch(one -> one.events().isEmpty())
                            && bug != Bug.DOES_NOTHING,
                    "no event shows it");
        });
    }

    @Test
    void theVerdictHasAWord() {
        // What is merely late or too little is not called lost.
        assertEquals("nothing lost", judge(SimulatedRun.valid(1)).word());
        assertEquals("late", judge(SimulatedRun.broken(1, Bug.PUSHES_LATE)).word());
        assertEquals(
                "not proven", judge(SimulatedRun.broken(1, Bug.SHOWS_NO_FAULT)).word());
        assertEquals(
                "lost",
                judge(SimulatedRun.broken(1, Bug.LOSES_WHAT_WAS_ACKNOWLEDGED)).word());
    }

    @Test
    void thereAreSeventeenClassicBugs() {
        // The usual list is whole, and each invariant has a bug that it alone is meant to find.
        assertEquals(Bug.DOES_NOTHING, List.of(Bug.values()).get(Bug.CLASSIC - 1));
        Set<Invariant> expected = java.util.Arrays.stream(Bug.values())
                .map(bug -> bug.expected)
                .collect(java.util.stream.Collectors.toSet());
        assertEquals(Set.of(Invariant.values()), expected);
    }

    @Test
    void whatANewEpochLostIsLost() {
        // A new epoch excuses devices that hold more than the data set, not a lost acknowledgement.
        List<Event> events = SimulatedRun.broken(7, Bug.ROLLS_BACK_WHAT_IT_PUSHED).stream()
                .map(event -> event instanceof Event.Dump dump ? inEpoch(dump, "e2", 2) : event)
                .toList();
        Set<Invariant> broken = judge(events).broken().keySet();
        assertTrue(broken.contains(Invariant.I1), broken.toString());
        assertFalse(broken.contains(Invariant.I14), broken.toString());
    }

    /// The same table in another epoch, without its last `lost` rows.
    private static Event inEpoch(Event.Dump dump, String epoch, int lost) {
        List<Row> rows = dump.rows().subList(0, dump.rows().size() - lost);
        return new Event.Dump(
                dump.t(), dump.source(), dump.conv(), epoch, rows.size(), dump.messages(), rows, dump.members());
    }

    @Test
    void whatIsAnsweredAfterItsConnectionEndedHasNoOrder() {
        // No false alarm: an SDK sends what it was asked for while it reconnected on the next connection, in any order.
        List<Event> events = List.of(
                new Event.Device(1, "d1", "a1", "sdk"),
                new Event.Connect(2, "d1", 1, "here", "e1"),
                new Event.Send(3, "d1", 1, "c1", "m1", 1, "p"),
                new Event.Send(4, "d1", 1, "c1", "m2", 1, "p"),
                new Event.Close(5, "d1", 1, 0, false),
                new Event.Ack(6, "m2", 1, 1, false),
                new Event.Ack(7, "m1", 1, 2, false));
        assertFalse(judge(events).broken().containsKey(Invariant.I8));
    }

    @Test
    void aHistoryIsTheSameOnPaper() {
        // What is written and read again is judged alike.
        Seeds.each(5, seed -> {
            List<Event> events = SimulatedRun.valid(seed);
            assertEquals(
                    events,
                    events.stream().map(EventJson::line).map(EventJson::parse).toList());
        });
    }
}
