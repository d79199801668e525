package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import parley.accounts.Orders;
import parley.accounts.internal.store.AuditRows;
import parley.accounts.internal.store.OrderRows;
import parley.accounts.internal.store.OrderRows.Order;
import parley.accounts.internal.token.TokenService.Ground;
import parley.kernel.SessionId;

/// Orders in the database: given by any thread, read and carried out by the polling one.
final class OrderDesk implements Orders {
    private final Ground ground;
    private final AuditRows audit;
    private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
    private final Semaphore looks = new Semaphore(0);

    /// Database time of this node's start: older orders were meant for others.
    private final long startMillis;

    /// What was carried out, by id, with its time, as far back as it may be read again. Belongs to the
    /// polling thread.
    private final Map<Long, Long> done = new HashMap<>();

    OrderDesk(Ground ground, long startMillis) {
        this.ground = ground;
        this.audit = new AuditRows(ground.ids());
        this.startMillis = startMillis;
    }

    @Override
    public void endSession(String actor, SessionId session) {
        give(OrderRows.END_SESSION, session.toString(), actor, "session-ended", "session:" + session);
    }

    @Override
    public void drain(String actor, String name) {
        give(OrderRows.DRAIN, name, actor, "node-drained", "node:" + name);
    }

    private void give(int kind, String target, String actor, String action, String audited) {
        boolean unused = ground.database().transact(connection -> {
            OrderRows.insert(
                    connection, ground.database().dialect(), ground.ids().next(), kind, target);
            audit.add(connection, ground.clock().millis(), actor, action, audited, "ordered");
            return true;
        });
        committed();
    }

    @Override
    public void obey(Node obeying) {
        if (!node.compareAndSet(null, obeying)) {
            throw new IllegalStateException("one node obeys already");
        }
    }

    @Override
    public void look() {
        looks.release();
    }

    /// Something that other nodes act upon was committed here.
    void committed() {
        Node obeying = node.get();
        if (obeying != null) {
            obeying.tellOthers();
        }
    }

    /// Waits until somebody wants to look, and not longer than `nanos`; true when somebody does.
    boolean awaitLook(long nanos) throws InterruptedException {
        boolean wanted = looks.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        int unused = looks.drainPermits();
        return wanted;
    }

    /// Orders since then on the database's clock; no statement where nobody obeys.
    List<Order> read(Connection connection, long sinceMillis) throws SQLException {
        return node.get() == null ? List.of() : OrderRows.since(connection, Math.max(sinceMillis, startMillis));
    }

    /// Carries out what was not carried out before; what is older than `keptFromMillis` will not be read
    /// again.
    void carryOut(List<Order> orders, long keptFromMillis) {
        boolean unused = done.values().removeIf(orderedMillis -> orderedMillis < keptFromMillis);
        Node obeying = node.get();
        if (obeying == null) {
            return;
        }
        for (Order order : orders) {
            if (done.put(order.id(), order.orderedMillis()) == null) {
                carryOut(order, obeying);
            }
        }
    }

    private static void carryOut(Order order, Node obeying) {
        switch (order.kind()) {
            case OrderRows.END_SESSION -> SessionId.parse(order.target()).ifPresent(obeying::endSession);
            case OrderRows.DRAIN -> obeying.drain(order.target());
            default -> {
                // Of a newer version of the program.
            }
        }
    }
}
