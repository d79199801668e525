package parley.sessions.internal.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import parley.kernel.Health;
import parley.kernel.Probe;

/// Refuses early when the node has more to do than it can: a [Window] for all that is under way, of
/// which each priority may fill its share. So new sessions are refused first, then presence, then reads,
/// and messages last, and what is let in is done in good time. Thread-safe; never blocks.
public final class Overload {
    /// Nothing is shrunk below this; a node that does less than that at once is not overloaded.
    static final int WINDOW_LEAST = 100;

    static final int WINDOW_MOST = 10_000;
    static final long DELAY_TARGET_MILLIS = 250;

    /// Of the heap, what is alive after a collection: above it no new sessions, and only messages.
    private static final double HEAP_HIGH = 0.85;

    private static final double HEAP_FULL = 0.95;

    private static final long REFUSED_LATELY_MILLIS = 5_000;

    /// Who goes first, the most important first. `share` is how much of the window it may fill.
    public enum Priority {
        MESSAGE(1.0),
        READ(0.8),
        PRESENCE(0.6),
        SESSION(0.5);

        private final double share;

        Priority(double share) {
            this.share = share;
        }
    }

    private final Window window = new Window(WINDOW_LEAST, WINDOW_MOST, DELAY_TARGET_MILLIS);
    private final DoubleSupplier heapAlive;
    private final Executor executor;
    private final Map<Priority, Counter> refused = new EnumMap<>(Priority.class);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final LongAdder ended = new LongAdder();
    private final LongAdder endedMillis = new LongAdder();
    private final AtomicLong refusals = new AtomicLong();
    private volatile int size = WINDOW_MOST;
    private volatile double heap;
    private volatile long delayMillis;

    /// Of the thread that ticks.
    private long lastEnded = -1;

    private long refusalsSeen;
    private volatile long refusedLatelyUntil;

    /// When a task was handed in that did not begin yet; -1: none.
    private volatile long waitingSince = -1;

    private volatile long now;

    /// `heapAlive`: the share of the heap that was alive after the last collection, 0 to 1. `executor`
    /// runs the commands.
    public Overload(DoubleSupplier heapAlive, Executor executor, MeterRegistry metrics) {
        this.heapAlive = heapAlive;
        this.executor = executor;
        for (Priority priority : Priority.values()) {
            refused.put(
                    priority,
                    Counter.builder("parley.overload.refused")
                            .description("Commands and connections refused because the node has too much to do")
                            .tag("priority", priority.name().toLowerCase(Locale.ROOT))
                            .register(metrics));
        }
        Gauge.builder("parley.overload.window", () -> size)
                .description("Commands that may be under way at once")
                .register(metrics);
        Gauge.builder("parley.overload.under.way", underWay::get)
                .description("Commands that are under way")
                .register(metrics);
        Gauge.builder("parley.overload.delay", () -> delayMillis / 1e3)
                .description("Mean time of commands from arrival to answer, lately")
                .baseUnit("seconds")
                .register(metrics);
    }

    /// True: a command begins, and [#left] follows exactly once.
    public boolean enter(Priority priority) {
        boolean entered = tryEnter(priority);
        if (!entered) {
            refuse(priority);
        }
        return entered;
    }

    /// As [#enter], but nothing counts as refused.
    boolean tryEnter(Priority priority) {
        int count = underWay.incrementAndGet();
        if (count > room(priority)) {
            underWay.decrementAndGet();
            return false;
        }
        if (count > peak.get()) {
            peak.accumulateAndGet(count, Math::max);
        }
        return true;
    }

    /// Whether even messages are refused at the moment.
    public boolean isFull() {
        return underWay.get() >= room(Priority.MESSAGE);
    }

    public void left(long millis) {
        underWay.decrementAndGet();
        ended.increment();
        endedMillis.add(millis);
    }

    /// What had entered did not begin after all.
    public void gaveUp() {
        underWay.decrementAndGet();
    }

    boolean hasRoom(Priority priority) {
        return underWay.get() < room(priority);
    }

    /// Whether nothing of this priority is let in, however little is under way.
    boolean isClosedTo(Priority priority) {
        return room(priority) == 0;
    }

    /// Whether a command could begin now; counts it as refused if not. Takes no place.
    public boolean admits(Priority priority) {
        boolean admitted = hasRoom(priority);
        if (!admitted) {
            refuse(priority);
        }
        return admitted;
    }

    /// To be called every tenth of a second, by one thread.
    public void tick(long nowMillis) {
        now = nowMillis;
        heap = heapAlive.getAsDouble();
        long count = ended.sumThenReset();
        long millis = endedMillis.sumThenReset();
        if (count > 0 || underWay.get() == 0 || lastEnded < 0) {
            lastEnded = nowMillis;
        }
        delayMillis = lag(nowMillis) + (count > 0 ? millis / count : nowMillis - lastEnded);
        window.adapt(nowMillis, peak.getAndSet(underWay.get()), delayMillis);
        size = window.size();
        long refusalsNow = refusals.get();
        if (refusalsNow != refusalsSeen) {
            refusalsSeen = refusalsNow;
            refusedLatelyUntil = nowMillis + REFUSED_LATELY_MILLIS;
        }
    }

    /// How late a task was begun that was handed in at the last tick, or is by now.
    private long lag(long nowMillis) {
        long handedIn = waitingSince;
        if (handedIn >= 0) {
            return nowMillis - handedIn;
        }
        waitingSince = nowMillis;
        executor.execute(() -> waitingSince = -1);
        return 0;
    }

    public Probe probe() {
        return new Probe() {
            @Override
            public String name() {
                return "overload";
            }

            @Override
            public Health check() {
                return now < refusedLatelyUntil
                        ? Health.degraded("More is asked of this node than it can do: it refuses new sessions first,"
                                + " then presence, then reads, and messages last.")
                        : Health.up();
            }
        };
    }

    private int room(Priority priority) {
        boolean tight =
                heap > HEAP_FULL ? priority != Priority.MESSAGE : heap > HEAP_HIGH && priority == Priority.SESSION;
        return tight ? 0 : (int) (size * priority.share);
    }

    void refuse(Priority priority) {
        Counter counter = refused.get(priority);
        if (counter != null) {
            counter.increment();
        }
        refusals.incrementAndGet();
    }
}
