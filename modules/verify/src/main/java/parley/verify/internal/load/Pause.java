package parley.verify.internal.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting. Blocks the calling thread.
public final class Pause {
    private static final long STEP_NANOS = 5_000_000;

    private Pause() {}

    /// Until `condition` holds or time is up; answers whether it holds.
    public static boolean until(Duration longest, BooleanSupplier condition) {
        long end = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }

    public static void of(Duration time) {
        boolean unused = until(time, () -> false);
    }
}
