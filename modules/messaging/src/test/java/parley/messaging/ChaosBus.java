package parley.messaging;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import parley.cluster.Bus;

/// A bus between the nodes of one test that loses, repeats and holds back hints at random, to each node
/// differently, until it is told to be calm. Heard on the publisher's thread, one at a time per node.
final class ChaosBus {
    private final long seed;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile boolean calm;

    ChaosBus(long seed) {
        this.seed = seed;
    }

    /// The end of one node.
    Bus connect() {
        return new Bus() {
            @Override
            public void publish(long key, byte[] payload) {
                lines.forEach(line -> line.carry(payload));
            }

            @Override
            public boolean isSteady() {
                return false;
            }

            @Override
            public void listen(Listener listener) {
                lines.add(new Line(listener, new Random(seed * 31 + lines.size())));
            }
        };
    }

    /// From now on everything arrives, what was held back first.
    void calm() {
        calm = true;
        lines.forEach(Line::release);
    }

    private final class Line {
        private final Bus.Listener listener;

        @GuardedBy("this")
        private final Random random;

        @GuardedBy("this")
        private final List<byte[]> held = new ArrayList<>();

        Line(Bus.Listener listener, Random random) {
            this.listener = listener;
            this.random = random;
        }

        synchronized void carry(byte[] payload) {
            if (calm) {
                listener.received(payload);
                return;
            }
            switch (random.nextInt(8)) {
                case 0 -> {}
                case 1 -> held.add(payload);
                case 2 -> {
                    listener.received(payload);
                    listener.received(payload);
                }
                default -> listener.received(payload);
            }
            if (!held.isEmpty() && random.nextInt(3) == 0) {
                listener.received(held.remove(random.nextInt(held.size())));
            }
        }

        synchronized void release() {
            held.forEach(listener::received);
            held.clear();
        }
    }
}
