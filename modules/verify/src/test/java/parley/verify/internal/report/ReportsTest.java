package parley.verify.internal.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.verify.Event;
import parley.verify.Verdict;

final class ReportsTest {
    @TempDir
    Path folder;

    private static long at(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000)).toNanos();
    }

    @Test
    void pausesAreOnTheTimeline() throws IOException {
        // The timeline shows who was away when: what was lost, until it is back; not who went by themselves.
        Reports reports = new Reports();
        List.of(
                        new Event.Phase(0, "baseline"),
                        new Event.Connect(at(0.1), "lost", 1, "here", "e"),
                        new Event.Connect(at(0.1), "out", 2, "here", "e"),
                        new Event.Connect(at(0.1), "tired", 3, "here", "e"),
                        new Event.Close(at(1.5), "lost", 1, 1006, false),
                        new Event.Close(at(1.6), "tired", 3, 1000, true),
                        new Event.Close(at(3.2), "out", 2, 1006, false),
                        new Event.Connect(at(3.5), "lost", 4, "here", "e"),
                        new Event.Connect(at(4.5), "tired", 5, "here", "e"),
                        new Event.Phase(at(5.5), "end"))
                .forEach(reports::accept);
        reports.write(folder, "report", new Verdict(Map.of(), List.of(), List.of()));
        JsonObject seconds;
        try (JsonReader reader = Json.createReader(new StringReader(Files.readString(folder.resolve("report.json"))))) {
            seconds = reader.readObject().getJsonObject("seconds");
        }
        List<Integer> away = List.of("0", "1", "2", "3", "4", "5").stream()
                .map(second -> seconds.getJsonObject(second).getInt("devicesAway"))
                .toList();
        assertEquals(List.of(0, 1, 1, 2, 1, 1), away, "the one that is out is out until the end");
        String page = Files.readString(folder.resolve("report.html"));
        assertTrue(page.contains("devices that had lost their connection"), page);
        assertTrue(page.contains("<title>baseline</title>"), "phases are marked");
    }
}
