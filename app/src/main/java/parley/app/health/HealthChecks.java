package parley.app.health;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.kernel.Health;
import parley.kernel.Health.Status;
import parley.kernel.Probe;

/// Asks all probes, at the same time and at most once a second however often it is asked itself; a probe
/// that takes longer than a second counts as down. Thread-safe.
public final class HealthChecks {
    private static final Duration PROBE_TIME_MAX = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final List<Probe> probes;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Findings last;

    /// Where the node is in its life.
    public enum Phase {
        STARTING,
        SERVING,
        /// Clients are told to go elsewhere; nothing new is taken.
        DRAINING
    }

    private record Findings(List<Check> checks, long atNanos) {}

    public HealthChecks(List<Probe> probes) {
        this.probes = List.copyOf(probes);
    }

    public void enter(Phase next) {
        phase.set(next);
    }

    public Phase phase() {
        return phase.get();
    }

    /// The node's own phase and what every probe found, at most a second old. Blocks for at most about a
    /// second.
    public List<Check> checks() {
        List<Check> all = new ArrayList<>();
        all.add(new Check("node", ofPhase(), Duration.ZERO));
        lock.lock();
        try {
            all.addAll(findLocked());
        } finally {
            lock.unlock();
        }
        return all;
    }

    /// The worst of [#checks].
    public Status status() {
        return worst(checks());
    }

    public static Status worst(List<Check> checks) {
        return checks.stream()
                .map(check -> check.health().status())
                .max(Status::compareTo)
                .orElse(Status.UP);
    }

    private Health ofPhase() {
        return switch (phase.get()) {
            case STARTING -> Health.down("starting");
            case SERVING -> Health.up();
            case DRAINING -> Health.down("draining");
        };
    }

    @GuardedBy("lock")
    private List<Check> findLocked() {
        Findings known = last;
        if (known == null || System.nanoTime() - known.atNanos() > FRESH.toNanos()) {
            known = new Findings(ask(), System.nanoTime());
            last = known;
        }
        return known.checks();
    }

    private List<Check> ask() {
        List<AtomicReference<@Nullable Check>> answers = new ArrayList<>();
        CountDownLatch open = new CountDownLatch(probes.size());
        for (Probe probe : probes) {
            AtomicReference<@Nullable Check> answer = new AtomicReference<>();
            answers.add(answer);
            Thread unused = Thread.ofVirtual().name("probe-" + probe.name()).start(() -> {
                long begin = System.nanoTime();
                Health health = find(probe);
                answer.set(new Check(probe.name(), health, Duration.ofNanos(System.nanoTime() - begin)));
                open.countDown();
            });
        }
        await(open);
        List<Check> checks = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Check answer = answers.get(i).get();
            checks.add(
                    answer != null
                            ? answer
                            : new Check(probes.get(i).name(), Health.down("no answer in time"), PROBE_TIME_MAX));
        }
        return checks;
    }

    private static Health find(Probe probe) {
        try {
            return probe.check();
        } catch (RuntimeException bug) {
            System.getLogger(HealthChecks.class.getName())
                    .log(System.Logger.Level.ERROR, "probe " + probe.name() + " failed", bug);
            return Health.down("the check itself failed; see the log");
        }
    }

    private static void await(CountDownLatch open) {
        try {
            boolean unused = open.await(PROBE_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
