package parley.cluster.internal.redis;

import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import parley.cluster.Registry.Announced;
import parley.kernel.AccountId;

/// A node in a process of its own, to be killed and frozen: has one session of account 1, and says on
/// standard output when it is steady and when it may have missed something.
final class NodeProgram {
    private NodeProgram() {}

    /// Arguments: address of Redis, name of the node.
    public static void main(String[] arguments) {
        BusNode node = new BusNode(arguments[1], arguments[0]);
        Announced session = new Announced(new AccountId(1), 1, "");
        node.cluster.registry().announceFrom(() -> Stream.of(session));
        node.cluster.registry().add(session.account(), session.session(), session.detail());
        int missed = 0;
        boolean wasSteady = false;
        while (true) {
            if (node.missed.get() != missed) {
                missed = node.missed.get();
                System.out.println("missed " + missed + " " + node.missedWhy());
            }
            if (!wasSteady && node.cluster.bus().isSteady()) {
                wasSteady = true;
                System.out.println("steady");
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
