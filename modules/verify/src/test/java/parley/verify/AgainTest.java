package parley.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--judge`: a kept history has one verdict, whenever it is judged.
final class AgainTest {
    private static final Bounds OWN = new Bounds(3, 7, Duration.ofSeconds(61));

    @TempDir
    Path folder;

    private void record(List<Event> first) throws IOException {
        List<String> lines = new ArrayList<>();
        first.forEach(event -> lines.add(EventJson.line(event)));
        SimulatedRun.valid(1).forEach(event -> lines.add(EventJson.line(event)));
        Path unused = Files.write(folder.resolve(VerifyRun.RECORD), lines);
    }

    @Test
    void itIsJudgedByTheBoundsOfTheRun() throws IOException {
        // The same history once more is the same question once more, not that of today's defaults.
        record(List.of(new Event.Began(1, 5, 0, "what"), Event.Judging.of(1, OWN)));
        VerifyRun.Again again = VerifyRun.again(folder, Optional.empty());
        assertEquals(OWN, again.bounds());
        assertTrue(again.areRecorded());
        assertTrue(again.verdict().holds(), again.verdict().toString());
        Duration other = Duration.ofSeconds(2);
        assertEquals(
                new Bounds(3, 7, other),
                VerifyRun.again(folder, Optional.of(other)).bounds());
    }

    @Test
    void theReportsOfTheRunStay() throws IOException {
        // Whoever judges again does not lose what was said first.
        record(List.of(Event.Judging.of(1, OWN)));
        Path first = Files.writeString(folder.resolve(VerifyRun.PAGE), "what was said first");
        VerifyRun.Again again = VerifyRun.again(folder, Optional.empty());
        assertEquals("what was said first", Files.readString(first));
        assertEquals(folder.resolve("report-2.html"), again.page());
        assertTrue(Files.exists(folder.resolve("report-2.html")) && Files.exists(folder.resolve("report-2.json")));
        assertEquals(
                folder.resolve("report-3.html"),
                VerifyRun.again(folder, Optional.empty()).page());
    }

    @Test
    void anOldRecordIsJudgedByTheUsualBoundsAndThatIsSaid() throws IOException {
        // Records from before bounds were kept can be judged still.
        record(List.of(new Event.Began(1, 5, 0, "what")));
        VerifyRun.Again again = VerifyRun.again(folder, Optional.empty());
        assertEquals(Bounds.USUAL, again.bounds());
        assertFalse(again.areRecorded());
    }

    @Test
    void whatDidNotComeToItsEndIsNotJudged() throws IOException {
        // Ctrl-C leaves a record that has no tables yet: nothing is lost by that, and nothing is proven.
        record(List.of(Event.Judging.of(1, OWN)));
        Path whole = folder.resolve(VerifyRun.RECORD);
        List<String> lines = Files.readAllLines(whole);
        Path unused = Files.write(whole, lines.subList(0, lines.size() - 1));
        String said = assertThrows(VerifyFault.class, () -> VerifyRun.again(folder, Optional.empty()))
                .sentence();
        assertTrue(said.contains("did not come to its end"), said);
    }

    @Test
    void whatIsNoRecordIsASentence() throws IOException {
        // Exit code 1 with a sentence, not a stack.
        assertThrows(VerifyFault.class, () -> VerifyRun.again(folder, Optional.empty()));
        Path unused = Files.writeString(folder.resolve(VerifyRun.RECORD), "{}\n");
        assertThrows(VerifyFault.class, () -> VerifyRun.again(folder, Optional.empty()));
    }
}
