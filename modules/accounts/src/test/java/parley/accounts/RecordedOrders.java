package parley.accounts;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import parley.kernel.SessionId;

/// Remembers what a node would do, in order. Thread-safe.
public final class RecordedOrders implements Orders.Node {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final AtomicInteger told = new AtomicInteger();

    @Override
    public void tellOthers() {
        told.incrementAndGet();
    }

    @Override
    public void endSession(SessionId session) {
        done.add("end " + session);
    }

    @Override
    public void drain(String name) {
        done.add("drain " + name);
    }

    public List<String> done() {
        return List.copyOf(done);
    }

    /// How often others would have been told.
    public int told() {
        return told.get();
    }
}
