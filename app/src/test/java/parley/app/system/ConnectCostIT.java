package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// What a connect asks of the database and of Redis, by the count of those servers.
@Tag("faults")
class ConnectCostIT {
    private static final int PEOPLE = 600;
    private static final int CONVERSATIONS = 300;
    private static final int MEMBERS = 20;
    private static final int EACH_SECOND = 600;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aCrowdThatComesBackAsksLittle() {
        // At most 2 statements and 3 commands of Redis per connect; almost none when a node knows the people.
        try (FiguresStage stage = new FiguresStage(folder, 2, PEOPLE, CONVERSATIONS, MEMBERS);
                Crowd crowd = new Crowd(stage.people(), "")) {
            stage.startNode();
            stage.startNode();
            Cost first = cost(stage, crowd, 0, "for the first time");
            Cost known = cost(stage, crowd, 0, "to a node that knows them");
            Cost other = cost(stage, crowd, 1, "to another node");
            for (Cost each : List.of(first, known, other)) {
                assertTrue(each.statements <= 2, each::toString);
                assertTrue(each.commands <= 3, each::toString);
            }
            assertTrue(known.statements < 1, known::toString);
        }
    }

    /// Per connect, without what the nodes ask anyway.
    private record Cost(String what, double statements, double commands, String detail) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s: %.2f statements and %.2f commands of Redis per connect, of %s",
                    what,
                    statements,
                    commands,
                    detail);
        }
    }

    /// All connect to one node, after those who are connected were cut.
    private static Cost cost(FiguresStage stage, Crowd crowd, int node, String what) {
        crowd.cut();
        FiguresStage.Work idle = idle(stage);
        long begin = System.nanoTime();
        FiguresStage.Work before = stage.work();
        crowd.connect(List.of(stage.ports().get(node)), EACH_SECOND);
        Await.until(BACK_WITHIN, "all are connected", () -> crowd.live() == PEOPLE);
        FiguresStage.Work work = stage.work().since(before);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Cost cost = new Cost(
                what,
                (work.statements() - idle.statements() * seconds) / PEOPLE,
                (work.commands() - idle.commands() * seconds) / PEOPLE,
                work.byCommand().toString());
        System.out.println(cost + ", idle " + idle + ", " + crowd.end().faults());
        return cost;
    }

    /// What is asked in a second in which nobody comes.
    private static FiguresStage.Work idle(FiguresStage stage) {
        FiguresStage.Work before = stage.work();
        long begin = System.nanoTime();
        Await.until("a second is over", () -> System.nanoTime() - begin >= 1_000_000_000L);
        return stage.work().since(before);
    }
}
