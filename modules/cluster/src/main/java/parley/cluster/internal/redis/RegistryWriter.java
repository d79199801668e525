package parley.cluster.internal.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.cluster.Registry.Announced;
import parley.kernel.AccountId;

/// Tells Redis of sessions in the order of their coming and going; tells it again what it did not take;
/// and when too much was not taken, begins anew with a list of all. Has a thread of its own.
/// Thread-safe.
final class RegistryWriter {
    private static final Logger LOG = System.getLogger(RegistryWriter.class.getName());
    private static final int CHANGES_MAX = 100_000;
    private static final int WRITE_MAX = 200;
    private static final int FAILURES_MAX = 20;

    /// A list of all is read at 2,000 sessions per second.
    private static final int ANNOUNCE_MAX = 100;

    private static final long ANNOUNCE_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long AGAIN_NANOS = Duration.ofMillis(250).toNanos();
    private static final long REFRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private final Predicate<List<Change>> write;
    private final BooleanSupplier clear;
    private final BooleanSupplier refresh;
    private final AtomicReference<@Nullable Supplier<Stream<Announced>>> source = new AtomicReference<>();
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Change> changes = new ArrayDeque<>();

    /// All sessions must be told anew.
    @GuardedBy("lock")
    private boolean isAnew;

    /// What ended since the list that is being read was begun.
    @GuardedBy("lock")
    private final Set<Long> ended = new HashSet<>();

    @GuardedBy("lock")
    private boolean isClosed;

    // The rest belongs to the thread.
    private @Nullable Stream<Announced> listing;
    private @Nullable Iterator<Announced> list;
    private boolean isLost;
    private int failures;
    private long announceAtNanos = System.nanoTime();
    private long refreshAtNanos = System.nanoTime() + REFRESH_NANOS;

    /// A session that came, or went: without a detail.
    record Change(AccountId account, long session, @Nullable String detail) {}

    /// `write` takes changes, `clear` forgets all sessions of this node, `refresh` keeps them; each says
    /// whether Redis did it.
    RegistryWriter(Predicate<List<Change>> write, BooleanSupplier clear, BooleanSupplier refresh) {
        this.write = write;
        this.clear = clear;
        this.refresh = refresh;
        this.thread = Thread.ofPlatform().daemon().name("cluster-registry").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void announceFrom(Supplier<Stream<Announced>> sessions) {
        if (!source.compareAndSet(null, sessions)) {
            throw new IllegalStateException("the sessions are listed");
        }
    }

    void add(Announced session) {
        offer(new Change(session.account(), session.session(), session.detail()));
    }

    void remove(AccountId account, long session) {
        offer(new Change(account, session, null));
    }

    private void offer(Change change) {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            if (change.detail() == null) {
                boolean unused = ended.add(change.session());
            }
            if (changes.size() >= CHANGES_MAX) {
                beginAnewLocked();
            } else {
                changes.add(change);
            }
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    void announceAgain() {
        lock.lock();
        try {
            beginAnewLocked();
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Some of what was told is gone. A list that is being read is read to its end first, so that Redis may lose
    /// something again and again and still learn of every session. To be called by `write` and `refresh`.
    void announceAfterwards() {
        if (list == null) {
            announceAgain();
        } else {
            isLost = true;
        }
    }

    /// What waits is in the list that will be read.
    @GuardedBy("lock")
    private void beginAnewLocked() {
        isAnew = true;
        changes.clear();
    }

    private void run() {
        try {
            while (true) {
                List<Change> some = take();
                if (some == null) {
                    return;
                }
                turn(some);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            endList();
        }
    }

    private void turn(List<Change> some) throws InterruptedException {
        try {
            if (!some.isEmpty()) {
                settle(some);
            }
            announce();
            long now = System.nanoTime();
            if (now - refreshAtNanos >= 0) {
                refreshAtNanos = now + (refresh.getAsBoolean() ? REFRESH_NANOS : AGAIN_NANOS);
            }
        } catch (RuntimeException | Error bug) {
            LOG.log(Level.ERROR, "sessions could not be told to Redis; all are told again", bug);
            endList();
            announceAgain();
            TimeUnit.NANOSECONDS.sleep(AGAIN_NANOS);
        }
    }

    /// Changes that are due; null at the end.
    private @Nullable List<Change> take() throws InterruptedException {
        lock.lock();
        try {
            long pause = list != null ? announceAtNanos - System.nanoTime() : refreshAtNanos - System.nanoTime();
            while (changes.isEmpty() && !isAnew && !isClosed && pause > 0) {
                pause = filled.awaitNanos(pause);
            }
            if (isClosed) {
                return null;
            }
            List<Change> some = new ArrayList<>();
            while (some.size() < WRITE_MAX && !changes.isEmpty()) {
                some.add(changes.remove());
            }
            return some;
        } finally {
            lock.unlock();
        }
    }

    /// Tells Redis, again and again while it does not take it; what came meanwhile waits.
    private void settle(List<Change> some) throws InterruptedException {
        while (!write.test(some)) {
            TimeUnit.NANOSECONDS.sleep(AGAIN_NANOS);
            lock.lock();
            try {
                if (++failures >= FAILURES_MAX) {
                    beginAnewLocked();
                }
                if (isAnew || isClosed) {
                    return;
                }
            } finally {
                lock.unlock();
            }
        }
        failures = 0;
    }

    private void announce() throws InterruptedException {
        Supplier<Stream<Announced>> named = source.get();
        if (takeAnew()) {
            endList();
            isLost = false;
            if (!clear.getAsBoolean()) {
                TimeUnit.NANOSECONDS.sleep(AGAIN_NANOS);
                announceAgain();
                return;
            }
            failures = 0;
            if (named != null) {
                listing = named.get();
                list = listing.iterator();
            }
        }
        if (list != null && System.nanoTime() - announceAtNanos >= 0) {
            announceAtNanos = System.nanoTime() + ANNOUNCE_PAUSE_NANOS;
            List<Change> some = new ArrayList<>();
            while (some.size() < ANNOUNCE_MAX && list.hasNext()) {
                Announced session = list.next();
                some.add(new Change(session.account(), session.session(), session.detail()));
            }
            boolean isEnd = !list.hasNext();
            some.removeIf(this::hasEnded);
            if (!some.isEmpty()) {
                settle(some);
            }
            if (isEnd) {
                endList();
                if (isLost) {
                    isLost = false;
                    announceAgain();
                }
            }
        }
    }

    private boolean takeAnew() {
        lock.lock();
        try {
            boolean was = isAnew;
            if (was) {
                isAnew = false;
                ended.clear();
            } else if (list == null) {
                ended.clear();
            }
            return was;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasEnded(Change change) {
        lock.lock();
        try {
            return ended.contains(change.session());
        } finally {
            lock.unlock();
        }
    }

    private void endList() {
        if (listing != null) {
            listing.close();
        }
        listing = null;
        list = null;
    }

    void close() {
        lock.lock();
        try {
            isClosed = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            boolean unused = thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
