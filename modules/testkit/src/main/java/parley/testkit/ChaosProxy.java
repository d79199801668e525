package parley.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A TCP proxy on loopback between a client and a server under test that can hurt their connections:
/// delay, hold back one direction or both, slow down, reset, refuse. Every change takes effect at once,
/// for open connections too. Thread-safe.
public final class ChaosProxy implements AutoCloseable {
    /// Which way bytes go.
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private static final int BACKLOG = 512;
    private static final int BINDS_MAX = 5;

    private final ServerSocket listener;
    private volatile int target;
    private final Set<ChaosLink> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Set<Direction> held = EnumSet.noneOf(Direction.class);

    private volatile Duration delay = Duration.ZERO;
    private volatile long bytesPerSecond = Long.MAX_VALUE;
    private volatile boolean isRefusing;

    private ChaosProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /// Listens on a free port of loopback and passes everything on to `target`, a port of loopback.
    public static ChaosProxy to(int target) {
        try {
            ServerSocket listener = listening();
            ChaosProxy proxy = new ChaosProxy(listener, target);
            Thread.ofVirtual().name("chaos-accept").start(proxy::acceptAll);
            return proxy;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static ServerSocket listening() throws IOException {
        for (int attempt = 1; ; attempt++) {
            ServerSocket listener = new ServerSocket();
            try {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next()), BACKLOG);
                return listener;
            } catch (BindException taken) {
                // Somebody was faster.
                listener.close();
                if (attempt == BINDS_MAX) {
                    throw taken;
                }
            }
        }
    }

    /// The port that clients connect to.
    public int port() {
        return listener.getLocalPort();
    }

    /// Holds every byte back for `time`, in each direction; order is kept.
    public void delay(Duration time) {
        delay = time;
    }

    /// Lets no more than this through per second, in each direction of each connection.
    public void limitRate(long newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
    }

    /// Holds both directions back, as a network that drops packets or a peer that is stopped: nobody
    /// gets an error, and what was on its way arrives after [#thaw].
    public void freeze() {
        hold(EnumSet.allOf(Direction.class));
    }

    /// Holds one direction back until [#thaw]; the other one flows.
    public void cut(Direction direction) {
        hold(EnumSet.of(direction));
    }

    /// Ends [#freeze] and [#cut].
    public void thaw() {
        lock.lock();
        try {
            held.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// While `refuse` is true, new connections are reset at once.
    public void refuse(boolean refuse) {
        isRefusing = refuse;
    }

    /// Passes what connects from now on to another port of loopback, as an address that moves to another
    /// host; open connections stay where they are.
    public void turnTo(int newTarget) {
        target = newTarget;
    }

    /// Resets every open connection on both sides (RST, not FIN).
    public void resetAll() {
        links.forEach(ChaosLink::reset);
    }

    /// Connections that are open now.
    public int connections() {
        return links.size();
    }

    /// Resets everything and stops listening.
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        resetAll();
        thaw();
    }

    Duration delay() {
        return delay;
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    void forget(ChaosLink link) {
        links.remove(link);
    }

    /// Blocks while `direction` is held back.
    void awaitPassage(Direction direction) throws InterruptedException {
        lock.lock();
        try {
            while (held.contains(direction)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void hold(Set<Direction> directions) {
        lock.lock();
        try {
            held.addAll(directions);
        } finally {
            lock.unlock();
        }
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                accept(listener.accept());
            } catch (SocketException closed) {
                // The loop's condition looks whether it is the listener that closed.
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
    }

    private void accept(Socket client) throws IOException {
        if (isRefusing) {
            ChaosLink.reset(client);
            return;
        }
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException away) {
            ChaosLink.reset(client);
            ChaosLink.reset(server);
            return;
        }
        ChaosLink link = new ChaosLink(this, client, server);
        links.add(link);
        link.start();
    }
}
