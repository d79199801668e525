package parley.accounts.internal.token;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    /// Longer than an order stays in its table, also when the clock is set back by hours.
    private static final long REMEMBERED_NANOS = Duration.ofHours(12).toNanos();

    private final Ground ground;
    private final AuditRows audit;
    private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
    private final Semaphore looks = new Semaphore(0);

    /// What was carried out, or was there before this node and meant for others: by id, with the time of
    /// this node when it was read last. Belongs to the polling thread.
    private final Map<Long, Long> done = new HashMap<>();

    /// `older`: what was ordered before this node started.
    OrderDesk(Ground ground, List<Order> older) {
        this.ground = ground;
        this.audit = new AuditRows(ground.ids());
        older.forEach(order -> done.put(order.id(), System.nanoTime()));
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
        return node.get() == null ? List.of() : OrderRows.since(connection, sinceMillis);
    }

    /// Carries out what was not carried out before. Goes by no clock of the database, which may be set back.
    void carryOut(List<Order> orders) {
        long now = System.nanoTime();
        boolean unused = done.values().removeIf(readAt -> now - readAt > REMEMBERED_NANOS);
        Node obeying = node.get();
        if (obeying == null) {
            return;
        }
        for (Order order : orders) {
            if (done.put(order.id(), now) == null) {
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
