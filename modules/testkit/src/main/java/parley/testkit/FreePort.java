package parley.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports on loopback that nobody listens on at the moment.
///
/// They lie below the range from which the kernel takes ports for outgoing connections, so a server that
/// was killed finds its port free when it comes back, and a client that keeps knocking never connects to
/// itself. JVMs that run tests side by side take different ones (`parley.jvm` is their number). Another
/// process may still be faster: who starts a server tries again with another port.
public final class FreePort {
    private static final int LOWEST = 10_000;
    private static final int ABOVE_HIGHEST = 32_000;
    private static final int JVMS = 4;
    private static final int JVM = Integer.getInteger("parley.jvm", 0) % JVMS;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /// A free port, never the same twice in one JVM.
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, ABOVE_HIGHEST);
            if (port % JVMS == JVM && isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
