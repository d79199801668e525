package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// More is asked of a node than it can do: it does what it can, refuses the rest quickly, and is well again
/// within ten seconds. Real sockets, MariaDB, an open-loop generator that measures its own lag.
///
/// The database is made slow, as one far away would be: the generator shares the machine, and what it
/// needs for three times of what the whole machine can do would be missing.
@Tag("alone")
class OverloadIT {
    private static final Duration DATABASE_DELAY = Duration.ofMillis(4);
    private static final Map<String, String> SETTINGS = Map.of("PARLEY_HISTORY_BATCH_ROWS_MAX", "60");
    private static final long LAG_MILLIS_MAX = 500;
    /// Promised; a slow machine may take longer in the coarse test.
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void aNodeOutlivesThreeTimesItsCapacity() {
        // Goodput stays (coarsely, on any machine), nothing fails, and all is normal again after the load.
        try (LoadStage stage = new LoadStage(folder, 50, DATABASE_DELAY, SETTINGS)) {
            overload(stage, stage.connect(0, 50), 1, 3, 0.2, Await.DEADLINE);
        }
    }

    @Test
    @Tag("faults")
    void goodputStaysAtThreeTimesTheCapacity() {
        // At three times the capacity goodput stays >= 80 % of the peak.
        try (LoadStage stage = new LoadStage(folder, 200, DATABASE_DELAY, SETTINGS)) {
            OpenLoop.Outcome outcome = overload(stage, stage.connect(0, 200), 5, 20, 0.8, RECOVERED_WITHIN);
            assertTrue(outcome.lagP99() < LAG_MILLIS_MAX, () -> "the generator was too slow: " + outcome);
            assertTrue(outcome.refusedP99() < 1_000, () -> "refusals are not quick: " + outcome);
        }
    }

    private static OpenLoop.Outcome overload(
            LoadStage stage,
            List<OpenLoop.Speaker> speakers,
            double stepSeconds,
            double seconds,
            double share,
            Duration recoveredWithin) {
        OpenLoop loop = new OpenLoop(speakers, "o");
        show("warm-up", loop.run(500, 2 * stepSeconds));
        double peak = 0;
        OpenLoop.Outcome step;
        double rate = 1_000;
        do {
            step = loop.run(rate, stepSeconds);
            show("step", step);
            peak = Math.max(peak, step.goodEachSecond());
            rate *= 1.4;
        } while (step.goodEachSecond() > 0.9 * peak && step.goodEachSecond() > 0.7 * rate / 1.4 && rate < 100_000);
        Await.until(recoveredWithin, "calm after the search", () -> stage.metric("parley_overload_under_way") < 10);
        OpenLoop.Outcome outcome = loop.run(3 * peak, seconds);
        show("three times the peak of " + Math.round(peak), outcome);
        assertEquals(0, outcome.failed(), outcome::toString);
        assertTrue(outcome.goodEachSecond() >= share * peak, outcome + " of " + peak);
        Await.until(recoveredWithin, "well again", () -> isWell(loop, stage, speakers.size()));
        return outcome;
    }

    /// Nothing is refused, and answers come as fast as when nothing was the matter.
    private static boolean isWell(OpenLoop loop, LoadStage stage, int speakers) {
        OpenLoop.Outcome after = loop.run(Math.min(200, speakers), 1);
        show("after", after);
        return after.refused().isEmpty()
                && after.failed() == 0
                && after.doneP99() < 500
                && stage.node().rest().get("health/ready", null).status() == 200;
    }

    private static void show(String what, OpenLoop.Outcome outcome) {
        System.out.println(what + ": " + outcome);
    }
}
