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
import java.util.function.Consumer;
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

    /// How often healing was cut short.
    private int told;

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
            return name.endsWith("long") ? Duration.ofHours(1) : Duration.ZERO;
        }

        @Override
        public Effect heal() {
            assertFalse(Thread.currentThread().isInterrupted(), "healing would be cut short");
            if (name.endsWith("told to end meanwhile") && told++ == 0) {
                Thread.currentThread().interrupt();
                throw new VerifyFault("Interrupted.");
            }
            if (name.endsWith("stubborn")) {
                throw new VerifyFault("It does not come back.");
            }
            boolean unused = now.remove(name);
            return new Effect(true, "over");
        }
    }

    private void run(long seed, String... names) {
        run(seed, line -> {}, names);
    }

    private void run(long seed, Consumer<String> says, String... names) {
        try (Journal journal = Journal.create(folder.resolve("history" + seed))) {
            Nemesis nemesis = new Nemesis(journal, new Random(seed), () -> {}, Duration.ZERO, says);
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

    @Test
    void whatIsBrokenIsHealedWhenTheRunIsInterrupted() {
        // Ctrl-C ends a run by an interrupt: what is broken is healed first, in peace, and nothing follows.
        Thread me = Thread.currentThread();
        assertThrows(VerifyFault.class, () -> run(200, line -> me.interrupt(), "redis-long"));
        assertTrue(Thread.interrupted(), "whoever called must know");
        assertEquals(List.of("redis-long"), done);
        assertTrue(now.isEmpty(), now.toString());
    }

    @Test
    void whatIsHealedWhenTheRunIsInterruptedIsHealedToTheEnd() {
        // Ctrl-C while it heals: that one is healed once more, and the others after it.
        for (long seed = 210; seed < 214; seed++) {
            told = 0;
            long chosen = seed;
            try {
                run(chosen, "redis-told to end meanwhile", "nginx-a");
            } catch (VerifyFault nothingFollows) {
                assertEquals("Interrupted.", nothingFollows.sentence());
            }
            assertTrue(now.isEmpty(), now.toString());
            assertEquals(2, told);
            assertTrue(Thread.interrupted(), "whoever called must know");
        }
    }

    @Test
    void oneThatDoesNotHealKeepsNobodyElseFromIt() {
        // The others are healed all the same, and the fault is told.
        for (long seed = 300; seed < 304; seed++) {
            long chosen = seed;
            now.clear();
            assertThrows(VerifyFault.class, () -> run(chosen, "redis-stubborn", "nginx-a"));
            assertFalse(now.contains("nginx-a"), now.toString());
        }
    }
}
