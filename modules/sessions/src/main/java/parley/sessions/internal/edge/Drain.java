package parley.sessions.internal.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import parley.sessions.internal.hub.HubSession;
import parley.sessions.internal.hub.SessionDirectory;
import parley.sessions.internal.protocol.Disconnects;

/// Empties the node: closes the gate, then tells the clients to connect elsewhere, one after another, so
/// that they do not all arrive at their next node at once. Each goes when all that it asked is answered.
public final class Drain {
    private static final Duration GOODBYES_MAX = Duration.ofSeconds(5);
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

    private final ConnectionGate gate;
    private final SessionDirectory sessions;

    public Drain(ConnectionGate gate, SessionDirectory sessions) {
        this.gate = gate;
        this.sessions = sessions;
    }

    /// Blocks for `over` at most to tell everybody, and up to five seconds more until all connections
    /// are gone; true when they are.
    public boolean run(Duration over) {
        gate.close();
        List<HubSession> all = new ArrayList<>(sessions.all());
        Collections.shuffle(all);
        long began = System.nanoTime();
        for (int i = 0; i < all.size(); i++) {
            rest(began + over.toNanos() / all.size() * i - System.nanoTime());
            all.get(i).disconnect(Disconnects.SHUTDOWN);
        }
        long deadline = System.nanoTime() + GOODBYES_MAX.toNanos();
        while (gate.connections() > 0 && System.nanoTime() < deadline) {
            // Whoever was let in while the list above was made.
            sessions.all().forEach(session -> session.disconnect(Disconnects.SHUTDOWN));
            rest(LOOK_NANOS);
        }
        return gate.connections() == 0;
    }

    private static void rest(long nanos) {
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }
}
