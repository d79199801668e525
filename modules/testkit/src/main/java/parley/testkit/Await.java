package parley.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Polling with a deadline, in place of sleeping: a test waits for what it needs, as long as it takes
/// and no longer than stated. Each failure names what was waited for. Blocks the calling thread.
public final class Await {
    /// The deadline of the methods that take none: long enough for a machine that has other work.
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    /// So long may the machine that runs a test stand still.
    private static final Duration STALL_MAX = Duration.ofSeconds(3);

    private static final long FIRST_PAUSE_NANOS = 500_000;
    private static final long PAUSE_MAX_NANOS = 20_000_000;

    private Await() {}

    /// What a test may measure at most where `time` is promised: the machine may stand still meanwhile, and
    /// that is not the product's fault.
    public static Duration promised(Duration time) {
        return time.plus(STALL_MAX);
    }

    /// Returns as soon as `condition` is true; throws [AssertionError] after [#DEADLINE]. An exception of
    /// the condition counts as "not yet" and is the cause of that error.
    public static void until(String what, Callable<Boolean> condition) {
        until(DEADLINE, what, condition);
    }

    /// As [#until(String, Callable)] with a deadline of its own.
    public static void until(Duration deadline, String what, Callable<Boolean> condition) {
        Object unused =
                value(deadline, what, () -> condition.call() ? Optional.of(Boolean.TRUE) : Optional.<Boolean>empty());
    }

    /// The first value that `source` gives within [#DEADLINE].
    public static <T> T value(String what, Callable<Optional<T>> source) {
        return value(DEADLINE, what, source);
    }

    /// The first value that `source` gives before the deadline; faults as in [#until(String, Callable)].
    public static <T> T value(Duration deadline, String what, Callable<Optional<T>> source) {
        long end = System.nanoTime() + deadline.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            Exception fault = null;
            try {
                Optional<T> value = source.call();
                if (value.isPresent()) {
                    return value.get();
                }
            } catch (Exception notYet) {
                fault = notYet;
            }
            if (System.nanoTime() >= end) {
                throw new AssertionError("not within " + deadline.toMillis() + " ms: " + what, fault);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, PAUSE_MAX_NANOS);
        }
    }

    /// Asserts that `condition` stays true for the whole of `span`, looking again and again.
    public static void stays(Duration span, String what, Callable<Boolean> condition) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < span.toNanos()) {
            try {
                if (!condition.call()) {
                    throw new AssertionError(
                            "held only for " + (System.nanoTime() - begin) / 1_000_000 + " ms: " + what);
                }
            } catch (Exception fault) {
                throw new AssertionError("could not be checked: " + what, fault);
            }
            LockSupport.parkNanos(PAUSE_MAX_NANOS / 4);
        }
    }
}
