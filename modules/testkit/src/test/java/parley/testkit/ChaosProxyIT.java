package parley.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The proxy before an echo server.
@ExtendWith(LeakChecker.class)
final class ChaosProxyIT {
    private ServerSocket echo;
    private ChaosProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::echoAll);
        proxy = ChaosProxy.to(echo.getLocalPort());
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void delaysEachDirection() throws IOException {
        // 50 ms each way are 100 ms to and fro.
        try (Socket client = connect()) {
            assertEquals('a', ask(client, 'a'));
            proxy.delay(Duration.ofMillis(50));
            long begin = System.nanoTime();
            assertEquals('b', ask(client, 'b'));
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(millis >= 99 && millis < 10_000, millis + " ms");
        }
    }

    @Test
    void whatWasFrozenArrivesAfterTheThaw() throws IOException {
        // A partition heals without an error: TCP delivers what was on its way.
        try (Socket client = connect()) {
            proxy.freeze();
            client.getOutputStream().write('a');
            assertThrows(SocketTimeoutException.class, () -> read(client));
            proxy.thaw();
            assertEquals('a', client.getInputStream().read());
        }
    }

    @Test
    void oneDirectionCanBeCut() throws IOException {
        // The server gets the byte; its answer is held back.
        try (Socket client = connect()) {
            proxy.cut(ChaosProxy.Direction.TO_CLIENT);
            client.getOutputStream().write('a');
            assertThrows(SocketTimeoutException.class, () -> read(client));
            proxy.thaw();
            assertEquals('a', client.getInputStream().read());
        }
    }

    @Test
    void resetsOpenConnections() throws IOException {
        // Reset, not closed: the client sees an error, not the end of the stream.
        try (Socket client = connect()) {
            assertEquals('a', ask(client, 'a'));
            proxy.resetAll();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
            assertEquals(0, proxy.connections());
        }
    }

    @Test
    void refusesNewConnectionsAndTakesThemAgain() throws IOException {
        // As a server that is away and comes back.
        proxy.refuse(true);
        assertThrows(SocketException.class, () -> {
            try (Socket client = connect()) {
                int unused = ask(client, 'a');
                throw new AssertionError("answered " + unused);
            }
        });
        proxy.refuse(false);
        try (Socket client = connect()) {
            assertEquals('b', ask(client, 'b'));
        }
    }

    @Test
    void limitsTheRate() throws IOException {
        // 20,000 bytes at 50,000 a second take 0.4 s.
        proxy.limitRate(50_000);
        try (Socket client = connect()) {
            long begin = System.nanoTime();
            client.getOutputStream().write(new byte[20_000]);
            assertEquals(20_000, client.getInputStream().readNBytes(20_000).length);
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(millis >= 380 && millis < 10_000, millis + " ms");
        }
    }

    @Test
    void theEndOfAStreamPassesThrough() throws IOException {
        // A client that has said all still gets the whole answer.
        try (Socket client = connect()) {
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();
            assertEquals(100_000, client.getInputStream().readAllBytes().length);
        }
        Await.until("the link is forgotten", () -> proxy.connections() == 0);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(10_000);
        return client;
    }

    private static int ask(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private static int read(Socket client) throws IOException {
        client.setSoTimeout(300);
        try {
            return client.getInputStream().read();
        } finally {
            client.setSoTimeout(10_000);
        }
    }

    private void echoAll() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread.ofVirtual().start(() -> echo(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void echo(Socket client) {
        try (client;
                InputStream input = client.getInputStream()) {
            long unused = input.transferTo(client.getOutputStream());
        } catch (IOException reset) {
            // A reset is what some of these tests want.
        }
    }
}
