package parley.messaging;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import parley.cluster.Bus;

/// A bus between the nodes of one test that carries nothing to other nodes while it is deaf; a node
/// hears itself always, as on any bus. Heard on the publisher's thread.
final class DeafBus {
    private final List<End> ends = new CopyOnWriteArrayList<>();
    volatile boolean isDeaf = true;
    volatile boolean isSteady;

    /// The end of one node.
    Bus connect() {
        End end = new End();
        ends.add(end);
        return end;
    }

    /// Tells all nodes that hints may have been lost.
    void tellMissed() {
        ends.forEach(end -> end.heard.forEach(Bus.Listener::missed));
    }

    private final class End implements Bus {
        private final List<Listener> heard = new CopyOnWriteArrayList<>();

        @Override
        public void publish(long key, byte[] payload) {
            for (End end : ends) {
                if (end == this || !isDeaf) {
                    end.heard.forEach(listener -> listener.received(payload));
                }
            }
        }

        @Override
        public boolean isSteady() {
            return isSteady;
        }

        @Override
        public void listen(Listener listener) {
            heard.add(listener);
        }
    }
}
