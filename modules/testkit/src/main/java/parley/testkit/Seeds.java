package parley.testkit;

import java.security.SecureRandom;
import java.util.stream.LongStream;

/// Seeds of property tests. System property `parley.seeds` states how many at least (`200`: a test whose
/// usual number is higher keeps that), or one to run again (`@4711`). The seeds in use are printed, and
/// so is the one that failed.
public final class Seeds {
    private Seeds() {}

    /// A test of one seed.
    @FunctionalInterface
    public interface Trial {
        void run(long seed) throws Exception;
    }

    /// The seeds of this run: `usual` random ones, or more if so many are stated.
    public static LongStream stream(int usual) {
        String stated = System.getProperty("parley.seeds", "").strip();
        if (stated.startsWith("@")) {
            return LongStream.of(Long.parseLong(stated.substring(1)));
        }
        int count = stated.isEmpty() ? usual : Math.max(usual, Integer.parseInt(stated));
        long first = new SecureRandom().nextLong(1L << 40);
        System.out.println("seeds " + first + " to " + (first + count - 1) + "; -Dparley.seeds=@N runs one again");
        return LongStream.range(first, first + count);
    }

    /// Runs `trial` with each seed of [#stream]; the failure of one names its seed.
    public static void each(int usual, Trial trial) {
        stream(usual).forEach(seed -> {
            try {
                trial.run(seed);
            } catch (Throwable fault) {
                throw new AssertionError("with seed " + seed + ": " + fault, fault);
            }
        });
    }
}
