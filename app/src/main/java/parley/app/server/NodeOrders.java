package parley.app.server;

import parley.accounts.Orders;
import parley.app.wiring.Modules;
import parley.cluster.Cluster;
import parley.cluster.Signals;
import parley.kernel.SessionId;
import parley.sessions.Disconnect;

/// What this node does when an operator tells another one. Signals say no more than that it is worth a
/// look at the database, so one that was forged costs a look.
final class NodeOrders implements Orders.Node {
    private static final byte[] LOOK = {1};

    private final Modules modules;
    private final Runnable drain;

    private NodeOrders(Modules modules, Runnable drain) {
        this.modules = modules;
        this.drain = drain;
    }

    /// Obeys from now on, unless this node is alone.
    static void obey(Modules modules, Runnable drain) {
        Cluster cluster = modules.cluster();
        if (cluster.bus().isShared()) {
            Orders orders = modules.accounts().orders();
            orders.obey(new NodeOrders(modules, drain));
            cluster.signals().listen(Signals.Topic.ORDER, (from, payload) -> orders.look());
        }
    }

    @Override
    public void tellOthers() {
        modules.cluster().signals().publish(Signals.Topic.ORDER, 0, LOOK);
    }

    @Override
    public void endSession(SessionId session) {
        boolean unused = modules.sessions().end(session, Disconnect.FORCED);
    }

    @Override
    public void drain(String name) {
        if (name.equals(modules.cluster().self().name())) {
            drain.run();
        }
    }
}
