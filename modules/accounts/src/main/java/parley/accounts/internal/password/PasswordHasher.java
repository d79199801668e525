package parley.accounts.internal.password;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.kernel.Secret;
import parley.kernel.Unavailable;

/// Hashes and checks passwords on a few platform threads of its own, because each hash takes 19 MiB and
/// tens of milliseconds of a core; the callers' threads wait. What does not fit into the queue is
/// refused at once. Thread-safe.
public final class PasswordHasher implements AutoCloseable {
    /// What a refused caller is told to wait: about what a full queue takes.
    public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;
    private final Argon2 costs;
    private final String decoy;
    private final Timer durations;
    private final Counter refusals;

    public PasswordHasher(int threadsMax, int queueMax, MeterRegistry metrics) {
        this(threadsMax, queueMax, metrics, Argon2.CURRENT);
    }

    PasswordHasher(int threadsMax, int queueMax, MeterRegistry metrics, Argon2 costs) {
        this.costs = costs;
        this.decoy = costs.decoy();
        this.threads = new ThreadPoolExecutor(
                threadsMax,
                threadsMax,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueMax),
                Thread.ofPlatform().daemon().name("password-hash-", 1).factory());
        this.threads.allowCoreThreadTimeOut(true);
        this.durations = Timer.builder("parley.accounts.password.hash")
                .description("Time to hash one password, waiting not included")
                .register(metrics);
        this.refusals = Counter.builder("parley.accounts.password.refused")
                .description("Passwords refused because the queue was full")
                .register(metrics);
        Object unused = Gauge.builder(
                        "parley.accounts.password.waiting",
                        threads,
                        pool -> pool.getQueue().size())
                .description("Passwords that wait for a hashing thread")
                .register(metrics);
    }

    /// A PHC string for `password`; empty when the queue is full.
    public Optional<String> hash(Secret password) {
        return run(() -> costs.hash(password));
    }

    /// Compares `password` with `phc`, or with nothing at the same cost when `phc` is null. Empty when
    /// the queue is full.
    public Optional<Check> check(Secret password, @Nullable String phc) {
        return run(() -> {
            if (phc == null) {
                boolean unused = Argon2.matches(password, decoy);
                return new Check(false, null);
            }
            boolean matches = Argon2.matches(password, phc);
            return new Check(matches, matches && !costs.made(phc) ? costs.hash(password) : null);
        });
    }

    /// `renewed` is a PHC string at today's costs to store in place of one at older ones; null when
    /// there is no need.
    public record Check(boolean matches, @Nullable String renewed) {}

    private <T> Optional<T> run(Callable<T> work) {
        Future<T> result;
        try {
            result = threads.submit(() -> durations.recordCallable(work));
        } catch (RejectedExecutionException full) {
            refusals.increment();
            return Optional.empty();
        }
        try {
            return Optional.of(result.get());
        } catch (InterruptedException stopped) {
            boolean unused = result.cancel(false);
            Thread.currentThread().interrupt();
            throw new Unavailable("password hashing", stopped);
        } catch (ExecutionException fault) {
            throw new IllegalStateException("password hashing failed", fault.getCause());
        }
    }

    @Override
    public void close() {
        Object unused = threads.shutdownNow();
    }
}
