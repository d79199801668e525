package parley.app.teeth;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlantedBugTest {
    @TempDir
    Path folder;

    @Test
    void everyBugFitsTheSourceAsItIs() {
        // No tooth is lost when code moves: a bug that does not fit or compile any more fails here, in seconds.
        Set<PlantedBug> left = EnumSet.allOf(PlantedBug.class);
        while (!left.isEmpty()) {
            List<PlantedBug> together = withFilesOfTheirOwn(left);
            String option = PlantedJar.make(folder, together.toArray(PlantedBug[]::new))
                    .environment()
                    .toString();
            together.forEach(bug -> assertTrue(option.contains(bug.name())));
            left.removeAll(together);
        }
    }

    /// One compilation costs much the same for one bug or for many.
    private static List<PlantedBug> withFilesOfTheirOwn(Set<PlantedBug> bugs) {
        Set<String> files = new HashSet<>();
        List<PlantedBug> together = new ArrayList<>();
        for (PlantedBug bug : bugs) {
            List<String> own =
                    bug.changes().stream().map(PlantedBug.Change::file).toList();
            if (own.stream().noneMatch(files::contains)) {
                files.addAll(own);
                together.add(bug);
            }
        }
        return together;
    }

    @Test
    void whatDoesNotFitIsAnError() {
        // A bug whose place is gone must not become one that does nothing.
        assertThrows(
                IllegalStateException.class,
                () -> PlantedJar.make(folder, PlantedBug.ACKNOWLEDGES_BEFORE_COMMIT, PlantedBug.DIES_BEFORE_IT_TELLS));
        assertThrows(
                IllegalStateException.class,
                () -> PlantedJar.changed(
                        "nothing of it", PlantedBug.NEVER_POLLS.changes().getFirst()));
    }
}
