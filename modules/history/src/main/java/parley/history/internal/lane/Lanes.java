package parley.history.internal.lane;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import parley.history.Admission;
import parley.history.AppendResult;
import parley.history.Projection;
import parley.history.wiring.HistoryConfig.LaneLimits;
import parley.kernel.Database;

/// All writer lanes of a node, and the ticker that keeps their deadlines. Thread-safe.
public final class Lanes implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Lanes.class.getName());
    private static final long TICK_NANOS = Duration.ofMillis(20).toNanos();

    private final LaneLimits limits;
    private final long answerWithinNanos;
    private final Observer observer;
    private final List<LaneQueue> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread ticker;
    private volatile boolean stopped;

    /// Hears what lanes do; called on their threads, must hand over at once.
    public interface Observer {
        void committed(List<AppendResult.Committed> committed);

        void finished(int appends, long nanos);

        void answered(AppendResult result);
    }

    public Lanes(
            Database database,
            LaneLimits limits,
            Admission admission,
            Projection projection,
            NewestCommits commits,
            Observer observer) {
        this.limits = limits;
        this.answerWithinNanos = limits.answerWithin().toNanos();
        this.observer = observer;
        LaneConnections connections = new LaneConnections(database, limits);
        for (int i = 0; i < limits.lanes(); i++) {
            LaneQueue queue = new LaneQueue(limits);
            LaneSession session = new LaneSession(connections);
            LaneTransaction transaction =
                    new LaneTransaction(session, admission, projection, commits.witness(i), i == 0);
            Lane lane = new Lane(queue, session, transaction, eventsOf(observer));
            queues.add(queue);
            threads.add(Thread.ofPlatform().daemon().name("history-lane-" + i).unstarted(lane));
        }
        ticker = Thread.ofPlatform().daemon().name("history-ticker").unstarted(this::tick);
    }

    private static Lane.Events eventsOf(Observer observer) {
        return new Lane.Events() {
            @Override
            public void committed(List<AppendResult.Committed> committed) {
                observer.committed(committed);
            }

            @Override
            public void finished(int appends, long nanos) {
                observer.finished(appends, nanos);
            }
        };
    }

    public void start() {
        threads.forEach(Thread::start);
        ticker.start();
    }

    /// Hands `item` to the lane of its conversation, or answers busy at once. Never blocks.
    public void append(Item item, Consumer<? super AppendResult> done) {
        long now = System.nanoTime();
        Pending pending = new Pending(item, now, answerWithinNanos, done, observer::answered);
        if (!queues.get(laneOf(item.conversation())).offer(pending, now)) {
            pending.answer(new AppendResult.Busy());
        }
    }

    /// Which lane a conversation has. The ids are sorted by time, so their bits are mixed first.
    private int laneOf(long conversation) {
        long mixed = conversation * 0x9E3779B97F4A7C15L;
        return (int) Long.remainderUnsigned(mixed >>> 32, limits.lanes());
    }

    public int depth(int lane) {
        return queues.get(lane).depth();
    }

    /// How long the slowest batch has been under way.
    public Duration slowest() {
        long now = System.nanoTime();
        return Duration.ofNanos(queues.stream()
                .mapToLong(queue -> queue.runningNanos(now))
                .max()
                .orElse(0));
    }

    private void tick() {
        while (!stopped) {
            LockSupport.parkNanos(TICK_NANOS);
            try {
                long now = System.nanoTime();
                queues.forEach(queue -> queue.expire(now));
            } catch (RuntimeException | Error fault) {
                LOG.log(Level.ERROR, "the ticker of the lanes met a fault and goes on", fault);
            }
        }
    }

    /// Takes nothing more, answers all that was accepted, within the answer time, and ends the lanes.
    @Override
    public void close() {
        queues.forEach(LaneQueue::close);
        long deadline = System.nanoTime() + answerWithinNanos + 4 * TICK_NANOS;
        boolean isInterrupted = false;
        for (Thread thread : threads) {
            isInterrupted |= !join(thread, deadline);
        }
        stopped = true;
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean join(Thread thread, long deadline) {
        try {
            boolean unused = thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            return true;
        } catch (InterruptedException stop) {
            return false;
        }
    }
}
