package parley.cluster.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;

/// Hands hints to the listener of this node.
///
/// Thread-safe: each partition has a lock that is held while its listener runs, which must hand over at
/// once; so one key is heard on one thread at a time, in the order of delivery.
public final class LocalDelivery {
    public static final int PAYLOAD_BYTES_MAX = 64 * 1024;

    private static final Logger LOG = System.getLogger(LocalDelivery.class.getName());

    private final ReentrantLock[] partitions = new ReentrantLock[Partitions.COUNT];
    private final AtomicReference<Bus.@Nullable Listener> listener = new AtomicReference<>();

    public LocalDelivery() {
        for (int i = 0; i < Partitions.COUNT; i++) {
            partitions[i] = new ReentrantLock();
        }
    }

    public void listen(Bus.Listener named) {
        if (!listener.compareAndSet(null, named)) {
            throw new IllegalStateException("the bus has a listener");
        }
    }

    public boolean isHeard() {
        return listener.get() != null;
    }

    /// False, and a line in the log, for a payload that is too long to be published.
    public boolean fits(byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            LOG.log(Level.ERROR, "a hint of {0} bytes is too long for the bus and was dropped", payload.length);
            return false;
        }
        return true;
    }

    public void deliver(int partition, byte[] payload) {
        Bus.Listener heard = listener.get();
        if (heard == null) {
            return;
        }
        ReentrantLock lock = partitions[partition];
        lock.lock();
        try {
            heard.received(payload);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "a listener of the bus failed; the hint is lost", bug);
        } finally {
            lock.unlock();
        }
    }

    public void missed() {
        Bus.Listener heard = listener.get();
        if (heard == null) {
            return;
        }
        try {
            heard.missed();
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "a listener of the bus failed to hear that hints were missed", bug);
        }
    }

    public void close() {
        listener.set(null);
    }
}
