package parley.sessions.internal.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import parley.kernel.AccountId;

/// Who has a place on this node: connections by client address, sessions by account, and the difference
/// of the two, the handshakes: connections that have not become a session. Exact, but for handshakes,
/// which may pass their limit by those that come in the same moment. Thread-safe; never blocks.
public final class Places {
    private final Most most;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private final CountLimit<AddressKey> connectionsByAddress;
    private final CountLimit<AddressKey> sessionsByAddress;
    private final CountLimit<AccountId> sessionsByAccount;
    private final Counter nodeFull;
    private final Counter handshakesFull;
    private final Counter addressHandshakesFull;

    /// How many there may be at once.
    public record Most(int connections, int perAddress, int perAccount, int handshakes, int handshakesPerAddress) {
        public static final Most DEFAULT = new Most(18_000, 2_000, 50, 2_000, 500);
    }

    public enum Verdict {
        /// The connection has its place, and [#connectionEnded] follows exactly once.
        TAKEN,
        /// The node has no place at the moment.
        NODE_FULL,
        /// This client address has what it may have.
        ADDRESS_FULL
    }

    public Places(Most most, MeterRegistry metrics) {
        this.most = most;
        connectionsByAddress = new CountLimit<>("connections-per-address", most.perAddress(), metrics);
        // Never refuses: a session has a connection.
        sessionsByAddress = new CountLimit<>("sessions-per-address", Integer.MAX_VALUE, metrics);
        sessionsByAccount = new CountLimit<>("sessions-per-account", most.perAccount(), metrics);
        nodeFull = LimitMeters.refused("connections", metrics);
        handshakesFull = LimitMeters.refused("handshakes", metrics);
        addressHandshakesFull = LimitMeters.refused("handshakes-per-address", metrics);
        Gauge.builder("parley.connections", connections::get)
                .description("Open WebSocket connections")
                .register(metrics);
        Gauge.builder("parley.handshakes", this::handshakes)
                .description("Open WebSocket connections that are not connected in the sense of the protocol yet")
                .register(metrics);
    }

    public Verdict connectionOpens(InetAddress address) {
        AddressKey key = AddressKey.of(address);
        if (handshakes() >= most.handshakes()) {
            handshakesFull.increment();
            return Verdict.NODE_FULL;
        }
        if (connectionsByAddress.count(key) - sessionsByAddress.count(key) >= most.handshakesPerAddress()) {
            addressHandshakesFull.increment();
            return Verdict.ADDRESS_FULL;
        }
        if (connections.incrementAndGet() > most.connections()) {
            connections.decrementAndGet();
            nodeFull.increment();
            return Verdict.NODE_FULL;
        }
        if (!connectionsByAddress.enter(key)) {
            connections.decrementAndGet();
            return Verdict.ADDRESS_FULL;
        }
        return Verdict.TAKEN;
    }

    public void connectionEnded(InetAddress address) {
        connectionsByAddress.leave(AddressKey.of(address));
        connections.decrementAndGet();
    }

    /// A connection becomes a session of `account`. True: it may, and [#sessionEnded] follows exactly
    /// once.
    public boolean sessionBegins(AccountId account, InetAddress address) {
        return sessionBegins(account, address, 0);
    }

    /// The same for an account that has so many sessions at other nodes.
    public boolean sessionBegins(AccountId account, InetAddress address, int elsewhere) {
        if (!sessionsByAccount.enter(account, elsewhere)) {
            return false;
        }
        sessions.incrementAndGet();
        return sessionsByAddress.enter(AddressKey.of(address));
    }

    /// This node alone has all sessions that `account` may have.
    public boolean isFull(AccountId account) {
        return sessionsByAccount.count(account) >= most.perAccount();
    }

    public void sessionEnded(AccountId account, InetAddress address) {
        sessionsByAddress.leave(AddressKey.of(address));
        sessions.decrementAndGet();
        sessionsByAccount.leave(account);
    }

    /// Up to `accountsMax` accounts that have at least `least` sessions here.
    Map<AccountId, Integer> accountsWith(int least, int accountsMax) {
        return sessionsByAccount.atLeast(least, accountsMax);
    }

    /// Connections that are open now.
    public int connections() {
        return connections.get();
    }

    public boolean isFull() {
        return connections.get() >= most.connections();
    }

    public Most most() {
        return most;
    }

    /// A session is told of its end a little later than its connection, so the difference may be short
    /// for a moment.
    private int handshakes() {
        return Math.max(0, connections.get() - sessions.get());
    }
}
