package parley.cluster.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import parley.cluster.Bus;
import parley.kernel.Health;
import parley.kernel.Probe;

/// The bus of a single node: `publish` hands the payload to the listener before it returns, on the
/// publisher's thread. Loses nothing between [#listen] and [#close].
///
/// Thread-safe: each partition has a lock that is held while its listener runs, which must hand over at
/// once; so one key is heard on one thread at a time, in the order of publishing.
final class InProcessBus implements Bus, Probe {
    /// As many as the bus between nodes has.
    private static final int PARTITIONS = 64;

    static final int PAYLOAD_BYTES_MAX = 64 * 1024;

    private static final Logger LOG = System.getLogger(InProcessBus.class.getName());

    private final ReentrantLock[] partitions = new ReentrantLock[PARTITIONS];
    private final AtomicReference<@Nullable Listener> listener = new AtomicReference<>();

    InProcessBus() {
        for (int i = 0; i < PARTITIONS; i++) {
            partitions[i] = new ReentrantLock();
        }
    }

    @Override
    public void publish(long key, byte[] payload) {
        Listener heard = listener.get();
        if (heard == null) {
            return;
        }
        if (payload.length > PAYLOAD_BYTES_MAX) {
            LOG.log(Level.ERROR, "a hint of {0} bytes is too long for the bus and was dropped", payload.length);
            return;
        }
        ReentrantLock partition = partitions[partition(key)];
        partition.lock();
        try {
            heard.received(payload);
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "a listener of the bus failed; the hint is lost", bug);
        } finally {
            partition.unlock();
        }
    }

    @Override
    public boolean isSteady() {
        return true;
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public void listen(Listener listener) {
        if (!this.listener.compareAndSet(null, listener)) {
            throw new IllegalStateException("the bus has a listener");
        }
    }

    void close() {
        listener.set(null);
    }

    @Override
    public String name() {
        return "bus";
    }

    @Override
    public Health check() {
        return listener.get() == null ? Health.down("nobody listens to the bus of this node") : Health.up();
    }

    /// The high bits of the id's product with a large odd constant: ids of one millisecond spread.
    private static int partition(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 58);
    }
}
