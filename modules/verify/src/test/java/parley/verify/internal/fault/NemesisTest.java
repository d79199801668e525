package parley.verify.internal.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.verify.Fault;
import parley.verify.Journal;
import parley.verify.VerifyFault;

/// In which order faults are done, and that each is over at the end.
final class NemesisTest {
    @TempDir
    Path folder;

    /// Those that are there now.
    private final TreeSet<String> now = new TreeSet<>();

    private final List<String> done = new ArrayList<>();

    private final class Named implements Fault {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Effect inject() {
            if (name.endsWith("impossible")) {
                throw new VerifyFault("It cannot be done.");
            }
            assertTrue(now.add(name));
            done.add(String.join("+", now));
            return new Effect(true, "there");
        }

        @Override
        public Duration hold() {
            return Duration.ZERO;
        }

        @Override
        public Effect heal() {
            boolean unused = now.remove(name);
            return new Effect(true, "over");
        }
    }

    private void run(long seed, String... names) {
        try (Journal journal = Journal.create(folder.resolve("history" + seed))) {
            Nemesis nemesis = new Nemesis(journal, new Random(seed), () -> {}, Duration.ZERO, line -> {});
            nemesis.run(List.of(names).stream()
                    .map(Named::new)
                    .map(Fault.class::cast)
                    .toList());
        }
    }

    @Test
    void twoAtOnceHurtDifferentParts() {
        // Whatever the seed: each fault is done once and healed, two at once only where both can show.
        boolean wereTwo = false;
        for (long seed = 0; seed < 20; seed++) {
            done.clear();
            run(seed, "redis-a", "redis-b", "node-a", "database-a", "rolling-restart", "nginx-a");
            assertTrue(now.isEmpty(), now.toString());
            assertEquals(6, done.size());
            for (String together : done) {
                wereTwo |= together.contains("+");
                assertFalse(
                        together.matches("redis.*redis.*|database.*node.*|.*\\+rolling.*|rolling.*\\+.*"), together);
            }
        }
        assertTrue(wereTwo);
    }

    @Test
    void whatWasBrokenIsHealedWhenTheNextOneCannotBeDone() {
        // Nobody is left with a frozen database because a later fault failed.
        for (long seed = 0; seed < 10; seed++) {
            long chosen = 100 + seed;
            assertThrows(VerifyFault.class, () -> run(chosen, "redis-a", "nginx-impossible"));
            assertTrue(now.isEmpty(), now.toString());
        }
    }
}
