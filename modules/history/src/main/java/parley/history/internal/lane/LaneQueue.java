package parley.history.internal.lane;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import parley.history.wiring.HistoryConfig.LaneLimits;

/// What waits for one lane, in order of arrival; bounded by count, bytes and waiting time. Many threads
/// offer, the lane's thread takes, the ticker expires.
final class LaneQueue {
    /// The longest that a busy lane lets the next batch gather.
    static final long GATHER_NANOS_MAX = Duration.ofMillis(2).toNanos();

    private final LaneLimits limits;
    private final long waitMaxNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private long waitingBytes;

    @GuardedBy("lock")
    private boolean closed;

    /// The batch that was taken last, until the next take.
    @GuardedBy("lock")
    private List<Pending> running = List.of();

    @GuardedBy("lock")
    private long runningSinceNanos;

    LaneQueue(LaneLimits limits) {
        this.limits = limits;
        this.waitMaxNanos = limits.queueWaitMax().toNanos();
    }

    /// False when it must be answered busy: the queue is full, what waits or runs takes too long, or the
    /// lane is closing.
    boolean offer(Pending pending, long nowNanos) {
        lock.lock();
        try {
            if (closed || isFullLocked(pending) || isLateLocked(nowNanos)) {
                return false;
            }
            waiting.addLast(pending);
            waitingBytes += pending.bytes();
            if (waiting.size() == 1) {
                arrived.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean isFullLocked(Pending pending) {
        return waiting.size() >= limits.queueAppendsMax()
                || (!waiting.isEmpty() && waitingBytes + pending.bytes() > limits.queueBytesMax());
    }

    @GuardedBy("lock")
    private boolean isLateLocked(long nowNanos) {
        Pending oldest = waiting.peekFirst();
        return (oldest != null && oldest.waitedNanos(nowNanos) > waitMaxNanos)
                || (!running.isEmpty() && nowNanos - runningSinceNanos > waitMaxNanos);
    }

    /// The next batch, in order of arrival. An append that changes members is the last one of its
    /// conversation in it, so that what follows is admitted against the changed tables. Empty when
    /// nothing came for `idleNanos`, or when the queue was closed and is empty.
    List<Pending> take(long idleNanos) throws InterruptedException {
        lock.lock();
        try {
            long gatherUntil = System.nanoTime() + gatherNanosLocked();
            running = List.of();
            long left = idleNanos;
            while (waiting.isEmpty() && !closed && left > 0) {
                left = arrived.awaitNanos(left);
            }
            long gather = waiting.isEmpty() ? 0 : gatherUntil - System.nanoTime();
            while (gather > 0 && !closed && waiting.size() < limits.batchRowsMax()) {
                gather = arrived.awaitNanos(gather);
            }
            running = gatherLocked();
            runningSinceNanos = System.nanoTime();
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// How long the next batch gathers: for as long as the last one took, when that one was of several. So
    /// a busy lane holds its rows half of the time, leaves the other half to other nodes, and writes fewer
    /// and larger batches; whoever sends alone waits for nobody.
    @GuardedBy("lock")
    private long gatherNanosLocked() {
        return running.size() <= 1 ? 0 : Math.min(GATHER_NANOS_MAX, System.nanoTime() - runningSinceNanos);
    }

    /// As it would be for a [#take] now.
    long gatherNanos() {
        lock.lock();
        try {
            return gatherNanosLocked();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private List<Pending> gatherLocked() {
        List<Pending> batch = new ArrayList<>();
        List<Pending> deferred = new ArrayList<>();
        Set<Long> sealed = new HashSet<>();
        int rows = 0;
        int bytes = 0;
        while (!waiting.isEmpty() && deferred.size() < limits.batchRowsMax()) {
            Pending next = waiting.getFirst();
            Item item = next.item();
            boolean isDeferred = sealed.contains(item.conversation());
            boolean fits =
                    rows + item.rows() <= limits.batchRowsMax() && bytes + next.bytes() <= limits.batchBytesMax();
            if (!isDeferred && !fits && !batch.isEmpty()) {
                break;
            }
            waiting.removeFirst();
            if (isDeferred) {
                deferred.add(next);
                continue;
            }
            waitingBytes -= next.bytes();
            batch.add(next);
            rows += item.rows();
            bytes += next.bytes();
            if (item.append().changesMembers()) {
                sealed.add(item.conversation());
            }
        }
        deferred.reversed().forEach(waiting::addFirst);
        return batch;
    }

    /// Answers what has run out of time, waiting or under way.
    void expire(long nowNanos) {
        List<Pending> due = new ArrayList<>();
        List<Pending> underWay;
        lock.lock();
        try {
            Pending oldest = waiting.peekFirst();
            while (oldest != null && oldest.isDue(nowNanos)) {
                waiting.removeFirst();
                waitingBytes -= oldest.bytes();
                due.add(oldest);
                oldest = waiting.peekFirst();
            }
            underWay = running;
        } finally {
            lock.unlock();
        }
        due.forEach(pending -> pending.expire(nowNanos));
        if (!underWay.isEmpty() && underWay.getFirst().isDue(nowNanos)) {
            underWay.forEach(pending -> pending.expire(nowNanos));
        }
    }

    /// Takes nothing more; what waits is still handed out.
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    boolean isFinished() {
        lock.lock();
        try {
            return closed && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int depth() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /// How long the batch that is under way has been running; 0 when none is.
    long runningNanos(long nowNanos) {
        lock.lock();
        try {
            return running.isEmpty() ? 0 : nowNanos - runningSinceNanos;
        } finally {
            lock.unlock();
        }
    }
}
