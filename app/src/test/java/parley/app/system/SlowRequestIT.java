package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Nginx;

/// S13: who keeps the program waiting for a request, byte by byte or in silence, is cut; with the time
/// limits that are shipped, straight and through nginx.
class SlowRequestIT {
    private static final String GET = "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    private static final String POST = GET.replace("GET /health/ready", "POST /api/v1/accounts")
            + "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n";
    private static final int DRIP_MILLIS = 250;
    private static final double GIVE_UP_SECONDS = 90;

    @TempDir
    static Path folder;

    private static SystemNode node;
    private static Nginx nginx;

    /// Sends `start`, then `drip` again and again; is cut after some seconds.
    private record Row(
            String name, boolean straight, String start, String drip, double secondsMin, double secondsMax) {}

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(folder, Map.of());
        nginx = Nginx.parley(node.hostAndPort());
    }

    @AfterAll
    static void stop() {
        nginx.close();
        node.close();
    }

    @Test
    void whoDoesNotFinishARequestIsCut() throws InterruptedException {
        // T10: 10 s straight, 5 s at nginx; also from the second request of a connection on.
        assertCut(List.of(
                new Row("silence", true, "", "", 9, 14),
                new Row("half a request line", true, "GET /hea", "", 9, 14),
                new Row("a dripping request line", true, "GET /", "x", 9, 14),
                new Row("dripping headers", true, GET + "X-Long: ", "x", 9, 14),
                new Row("many headers", true, GET, "X-A: 1\r\n", 9, 14),
                new Row("a dripping second request", true, GET + "\r\n" + GET + "X-Long: ", "x", 9, 14),
                new Row("an upgrade without its end", true, RawHttp.upgrade("").stripTrailing(), "", 9, 14),
                new Row("an upgrade and no connect", true, RawHttp.upgrade(""), "", 9, 20),
                new Row("silence at nginx", false, "", "", 4, 9),
                new Row("a dripping request line at nginx", false, "GET /", "x", 4, 9),
                new Row("dripping headers at nginx", false, GET + "X-Long: ", "x", 4, 9),
                new Row("a dripping second request at nginx", false, GET + "\r\n" + GET + "X-Long: ", "x", 4, 9),
                new Row("a body that does not come, at nginx", false, POST, "", 4, 9),
                new Row("an upgrade and no connect, through nginx", false, RawHttp.upgrade(""), "", 9, 20)));
    }

    @Test
    @Tag("faults")
    void whoDripsABodyIsCut() throws InterruptedException {
        // T10: 30 s from the head to the answer, in which the body has to come; nginx passes it on as it comes.
        assertCut(List.of(
                new Row("a body that does not come", true, POST, "", 29, 35),
                new Row("a dripping body", true, POST, " ", 29, 35),
                new Row("a dripping body through nginx", false, POST, " ", 29, 35)));
    }

    private static void assertCut(List<Row> rows) throws InterruptedException {
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (Row row : rows) {
            clients.add(Thread.ofVirtual().start(() -> {
                double seconds = secondsUntilCut(row);
                if (seconds < row.secondsMin() || seconds > row.secondsMax()) {
                    wrong.add(row.name() + ": cut after " + seconds + " s");
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(List.of(), List.copyOf(wrong));
    }

    private static double secondsUntilCut(Row row) {
        int port = row.straight() ? URI.create(node.address()).getPort() : nginx.port();
        long begin = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(DRIP_MILLIS);
            socket.getOutputStream().write(row.start().getBytes(StandardCharsets.US_ASCII));
            boolean open = true;
            while (open && seconds(begin) < GIVE_UP_SECONDS) {
                try {
                    open = socket.getInputStream().read(new byte[4096]) >= 0;
                } catch (SocketTimeoutException nothing) {
                    socket.getOutputStream().write(row.drip().getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException reset) {
            return seconds(begin);
        }
        return seconds(begin);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
