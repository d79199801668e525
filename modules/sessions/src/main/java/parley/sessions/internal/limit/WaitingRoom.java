package parley.sessions.internal.limit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Where new sessions wait for their turn. [Overload] lets in as many at once as the node can do in good
/// time; who comes beyond that would have to come again, so a crowd waits here for a moment, in order of
/// arrival. It is no place for those who would wait in vain: nobody is let in to wait behind a queue
/// that has become slow, or soon after one who was not called in time. Thread-safe.
public final class WaitingRoom {
    /// With what follows it stays well within the time in which every command is answered.
    static final long WAIT_MILLIS_MAX = 2_000;

    /// Whoever comes when the first of the queue has waited for so long is refused.
    static final long FIRST_WAITED_MILLIS_MAX = 1_500;

    /// For so long nobody is let in to wait after somebody waited in vain.
    static final long CLOSED_MILLIS = 2_000;

    static final int GUESTS_MAX = 2_000;

    private static final class Guest {
        final Thread thread = Thread.currentThread();
        final long since;
        volatile boolean called;

        Guest(long since) {
            this.since = since;
        }
    }

    private final Overload overload;
    private final LongSupplier millis;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ArrayDeque<Guest> guests = new ArrayDeque<>();

    @GuardedBy("lock")
    private long closedUntil = Long.MIN_VALUE;

    /// For those who need not know exactly.
    private volatile int size;

    /// `millis` is a clock that never goes back.
    public WaitingRoom(Overload overload, LongSupplier millis, MeterRegistry metrics) {
        this.overload = overload;
        this.millis = millis;
        Gauge.builder("parley.overload.waiting", () -> size)
                .description("New sessions that wait for their turn")
                .register(metrics);
    }

    /// Whether a new session could begin now or wait for its turn; counts it as refused if not.
    public boolean admits() {
        boolean admitted;
        lock.lock();
        try {
            admitted = takesGuestLocked() || (guests.isEmpty() && overload.hasRoom(Overload.Priority.SESSION));
        } finally {
            lock.unlock();
        }
        if (!admitted) {
            overload.refuse(Overload.Priority.SESSION);
        }
        return admitted;
    }

    /// Waits for a turn. True: a session begins, and [Overload#left] or [Overload#gaveUp] follows
    /// exactly once. False: it is refused, because it would wait too long, or has, or its thread was
    /// interrupted.
    public boolean enter() {
        Guest guest = new Guest(millis.getAsLong());
        Arrival arrival = arrive(guest);
        if (arrival != Arrival.WAITS) {
            return arrival == Arrival.BEGINS;
        }
        // Whoever left while this one was put in line may have seen nobody waiting.
        call();
        long until = guest.since + WAIT_MILLIS_MAX;
        for (long left = WAIT_MILLIS_MAX;
                !guest.called && left > 0 && !Thread.currentThread().isInterrupted();
                left = until - millis.getAsLong()) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(left));
        }
        return guest.called || !leaves(guest);
    }

    private enum Arrival {
        BEGINS,
        WAITS,
        REFUSED
    }

    private Arrival arrive(Guest guest) {
        lock.lock();
        try {
            if (guests.isEmpty() && overload.tryEnter(Overload.Priority.SESSION)) {
                return Arrival.BEGINS;
            }
            if (takesGuestLocked()) {
                guests.add(guest);
                size = guests.size();
                return Arrival.WAITS;
            }
        } finally {
            lock.unlock();
        }
        overload.refuse(Overload.Priority.SESSION);
        return Arrival.REFUSED;
    }

    /// False when the guest was called in the last moment.
    private boolean leaves(Guest guest) {
        lock.lock();
        try {
            if (guest.called) {
                return false;
            }
            boolean unused = guests.remove(guest);
            size = guests.size();
            closedUntil = millis.getAsLong() + CLOSED_MILLIS;
        } finally {
            lock.unlock();
        }
        overload.refuse(Overload.Priority.SESSION);
        return true;
    }

    @GuardedBy("lock")
    private boolean takesGuestLocked() {
        Guest first = guests.peek();
        long now = millis.getAsLong();
        return !overload.isClosedTo(Overload.Priority.SESSION)
                && now >= closedUntil
                && guests.size() < GUESTS_MAX
                && (first == null || now - first.since <= FIRST_WAITED_MILLIS_MAX);
    }

    /// Lets in whoever is next, as long as there is room. To be called when a command ended and at each
    /// tick.
    public void call() {
        if (size == 0) {
            return;
        }
        lock.lock();
        try {
            while (!guests.isEmpty() && overload.tryEnter(Overload.Priority.SESSION)) {
                Guest next = guests.remove();
                next.called = true;
                LockSupport.unpark(next.thread);
            }
            size = guests.size();
        } finally {
            lock.unlock();
        }
    }
}
