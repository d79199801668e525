package parley.cluster.internal;

import parley.cluster.Bus;
import parley.kernel.Health;
import parley.kernel.Probe;

/// The bus of a single node: `publish` hands the payload to the listener before it returns, on the
/// publisher's thread. Loses nothing between [#listen] and [#close]. Thread-safe.
final class InProcessBus implements Bus, Probe {
    private final LocalDelivery local = new LocalDelivery();

    @Override
    public void publish(long key, byte[] payload) {
        if (local.fits(payload)) {
            local.deliver(Partitions.of(key), payload);
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
        local.listen(listener);
    }

    void close() {
        local.close();
    }

    @Override
    public String name() {
        return "bus";
    }

    @Override
    public Health check() {
        return local.isHeard() ? Health.up() : Health.down("nobody listens to the bus of this node");
    }
}
