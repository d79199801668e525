package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SeedsTest {
    private String before = "";

    @BeforeEach
    void remember() {
        before = System.getProperty("parley.seeds", "");
    }

    @AfterEach
    void restore() {
        System.setProperty("parley.seeds", before);
    }

    @Test
    void theNumberOfSeedsCanBeStated() {
        // ops/test --seeds N runs each property test with N seeds, and none with fewer than it does anyway.
        System.setProperty("parley.seeds", "");
        assertEquals(3, Seeds.stream(3).distinct().count());
        System.setProperty("parley.seeds", "7");
        assertEquals(7, Seeds.stream(3).distinct().count());
        assertEquals(20, Seeds.stream(20).distinct().count());
    }

    @Test
    void aFailureNamesTheSeedThatRunsItAgain() {
        // Every failure of a property test can be repeated.
        System.setProperty("parley.seeds", "@4711");
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> Seeds.each(9, seed -> {
                    throw new IllegalStateException("seen " + seed);
                }));
        assertTrue(String.valueOf(error.getMessage()).contains("4711"), error.toString());
    }
}
