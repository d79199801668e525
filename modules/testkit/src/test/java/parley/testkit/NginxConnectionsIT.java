package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// Long-lived connections in the configuration of `ops/nginx`, in the real nginx before nodes that upgrade
/// every request and send back what they get. Where a time is long, the test writes a short one in its
/// place.
final class NginxConnectionsIT {
    private static final Path CONFIGURATION = Checkout.root().resolve("ops/nginx/parley.conf");
    private static final byte[] UPGRADE =
            "GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] REFUSED =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /// A node with the connections that it has.
    private static final class Node implements AutoCloseable {
        final Queue<Socket> open = new ConcurrentLinkedQueue<>();
        volatile boolean isDraining;
        private final ServerSocket listener;

        Node() throws IOException {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::accept);
        }

        String address() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        private void accept() {
            while (!listener.isClosed()) {
                try {
                    Socket link = listener.accept();
                    Thread.ofVirtual().start(() -> serve(link));
                } catch (IOException closed) {
                    // The loop's condition looks whether it is the listener that closed.
                }
            }
        }

        private void serve(Socket link) {
            try (link) {
                readHead(link);
                if (isDraining) {
                    link.getOutputStream().write(REFUSED);
                    return;
                }
                // Counted before the client can know of it.
                open.add(link);
                link.getOutputStream().write(SWITCHED);
                long unused = link.getInputStream().transferTo(link.getOutputStream());
            } catch (IOException ended) {
                // Gone is gone.
            } finally {
                open.remove(link);
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (Socket link : open) {
                link.close();
            }
        }
    }

    @Test
    void newConnectionsGoWhereTheFewestAre() throws IOException {
        // After a node was restarted it gets the connections that the others have more of: least_conn.
        try (Node one = new Node();
                Node other = new Node();
                Nginx nginx = Nginx.parley(one.address(), other.address())) {
            List<Socket> clients = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                clients.add(connect(nginx));
            }
            Await.until("all are open", () -> one.open.size() == 4 && other.open.size() == 4);
            for (Socket link : one.open) {
                link.close();
            }
            // nginx frees the place before it ends the client's connection.
            Await.until("nginx has put them down", () -> ended(clients) == 4);
            for (int n = 0; n < 4; n++) {
                clients.add(connect(nginx));
            }
            Await.until("all four are open", () -> one.open.size() + other.open.size() == 8);
            assertEquals(4, one.open.size());
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static int ended(List<Socket> clients) throws IOException {
        int ended = 0;
        for (Socket client : clients) {
            client.setSoTimeout(1);
            try {
                ended += client.getInputStream().read() < 0 ? 1 : 0;
            } catch (SocketTimeoutException open) {
                // Nothing came: it is there.
            } catch (IOException reset) {
                ended++;
            }
        }
        return ended;
    }

    @Test
    void aNodeThatDrainsPassesItsConnectionsOn() throws IOException {
        // I8: whom a draining node sends away comes back through the same nginx, which prefers the node with the
        // fewest connections: the draining one. No client may see its 503 as long as another node takes it.
        try (Node one = new Node();
                Node other = new Node();
                Nginx nginx = Nginx.parley(one.address(), other.address())) {
            one.isDraining = true;
            List<Socket> clients = new ArrayList<>();
            for (int n = 0; n < 50; n++) {
                clients.add(connect(nginx));
            }
            assertEquals(50, other.open.size());
            // Once it takes connections again it gets them, until it has as many as the other one.
            one.isDraining = false;
            for (int n = 0; n < 20; n++) {
                clients.add(connect(nginx));
            }
            assertEquals(20, one.open.size());
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void nodesThatAllRefusedAreAskedAgainAtOnce() throws IOException {
        // A crowd that all nodes refuse does not keep the next one out.
        try (Node one = new Node();
                Node other = new Node();
                Nginx nginx = Nginx.parley(one.address(), other.address())) {
            one.isDraining = true;
            other.isDraining = true;
            for (int n = 0; n < 60; n++) {
                assertEquals(503, status(nginx));
            }
            one.isDraining = false;
            other.isDraining = false;
            assertEquals(101, status(nginx));
        }
    }

    @Test
    void aReloadLeavesConnectionsSomeTime() throws IOException {
        // worker_shutdown_timeout: old workers keep their connections that long (30 s as shipped), and no longer.
        try (Node node = new Node();
                Nginx nginx = start(node, "worker_shutdown_timeout 30s", "worker_shutdown_timeout 5s");
                Socket client = connect(nginx)) {
            long begin = System.nanoTime();
            nginx.reload();
            assertEchoes(client);
            Await.stays(Duration.ofSeconds(1), "open", () -> !node.open.isEmpty());
            assertCut(client);
            assertBetween(4_500, 15_000, begin);
            try (Socket next = connect(nginx)) {
                assertEchoes(next);
            }
        }
    }

    @Test
    void aSilentConnectionIsCut() throws IOException {
        // proxy_read_timeout (75 s as shipped) is counted from the last byte: pings of the node keep a connection.
        try (Node node = new Node();
                Nginx nginx = start(node, "proxy_read_timeout 75s", "proxy_read_timeout 4s");
                Socket client = connect(nginx);
                Socket pinged = connect(nginx)) {
            long begin = System.nanoTime();
            // The pings are so near to each other that a machine that stands still keeps none from counting.
            for (int n = 0; n < 15; n++) {
                Await.stays(Duration.ofMillis(300), "between two pings", () -> true);
                assertEchoes(pinged);
            }
            assertCut(client);
            assertBetween(3_500, 14_000, begin);
            assertEchoes(pinged);
        }
    }

    private static Nginx start(Node node, String shipped, String here) {
        Map<String, String> replacements = new HashMap<>(Map.of("127.0.0.1:8080", node.address()));
        replacements.put(shipped, here);
        return Nginx.start(CONFIGURATION, replacements);
    }

    private static Socket connect(Nginx nginx) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), nginx.port());
        client.setSoTimeout(15_000);
        client.getOutputStream().write(UPGRADE);
        String head = readHead(client);
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        return client;
    }

    /// That an upgrade is answered with.
    private static int status(Nginx nginx) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), nginx.port())) {
            client.setSoTimeout(15_000);
            client.getOutputStream().write(UPGRADE);
            return Integer.parseInt(readHead(client).substring(9, 12));
        }
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('x');
        assertEquals('x', client.getInputStream().read());
    }

    private static void assertCut(Socket client) throws IOException {
        try {
            assertEquals(-1, client.getInputStream().read());
        } catch (SocketTimeoutException open) {
            throw open;
        } catch (IOException reset) {
            assertTrue(client.isConnected());
        }
    }

    private static void assertBetween(long millisMin, long millisMax, long begin) {
        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(millis >= millisMin && millis <= millisMax, () -> millis + " ms");
    }

    private static String readHead(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
