package parley.sessions.internal.hub;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import parley.sessions.internal.protocol.Disconnects;

/// Walks over all sessions after recalls and takes what was recalled out of their queues, one walk for
/// all recalls that gathered. Thread-safe.
final class Eraser {
    private static final Logger LOG = System.getLogger(Eraser.class.getName());

    private final SessionDirectory directory;
    private final Executor virtualThreads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition walked = lock.newCondition();

    @GuardedBy("lock")
    private long asked;

    @GuardedBy("lock")
    private long done;

    @GuardedBy("lock")
    private boolean walking;

    Eraser(SessionDirectory directory, Executor virtualThreads) {
        this.directory = directory;
        this.virtualThreads = virtualThreads;
    }

    /// Something was recalled. Returns at once.
    void ask() {
        lock.lock();
        try {
            asked++;
            if (!walking) {
                walking = true;
                virtualThreads.execute(this::walk);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all that was recalled before the call is out of all queues. False when the caller was
    /// interrupted.
    boolean await() {
        lock.lock();
        try {
            long upTo = asked;
            while (done < upTo) {
                walked.await();
            }
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void walk() {
        long upTo = begin();
        while (upTo > 0) {
            directory.all().forEach(Eraser::purge);
            finish(upTo);
            upTo = begin();
        }
    }

    private static void purge(HubSession session) {
        try {
            session.purge();
        } catch (RuntimeException | Error bug) {
            LOG.log(Level.ERROR, "what was recalled may still be in the queue of a session, which ends", bug);
            session.disconnect(Disconnects.INTERNAL);
        }
    }

    /// What this walk covers; 0 ends the walks.
    private long begin() {
        lock.lock();
        try {
            walking = asked > done;
            return walking ? asked : 0;
        } finally {
            lock.unlock();
        }
    }

    private void finish(long upTo) {
        lock.lock();
        try {
            done = upTo;
            walked.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
