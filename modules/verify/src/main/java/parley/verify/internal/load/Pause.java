package parley.verify.internal.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import parley.verify.VerifyFault;

/// Waiting. Blocks the calling thread; a [VerifyFault] as soon as that is interrupted, which is how a run is
/// ended before its time.
public final class Pause {
    private static final long STEP_NANOS = 5_000_000;

    private Pause() {}

    /// Until `condition` holds or time is up; answers whether it holds.
    public static boolean until(Duration longest, BooleanSupplier condition) {
        long end = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new VerifyFault("Interrupted.");
            }
            if (System.nanoTime() >= end) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }

    /// Does what must be done even though the thread was interrupted, which it is afterwards as before.
    public static void shielded(Runnable work) {
        boolean isInterrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public static void of(Duration time) {
        boolean unused = until(time, () -> false);
    }
}
