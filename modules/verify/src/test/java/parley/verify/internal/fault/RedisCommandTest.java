package parley.verify.internal.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisCommandTest {
    @Test
    void aUserIsNamedWithItsPassword() throws Exception {
        // A Redis whose nodes have an ACL user is flushed as that user; without one the password is enough.
        assertEquals(List.of("*3", "$4", "AUTH", "$3", "ann", "$6", "secret"), login("ann", 7));
        assertEquals(List.of("*2", "$4", "AUTH", "$6", "secret"), login("", 5));
    }

    /// The lines that a Redis hears first.
    private static List<String> login(String user, int lines) throws IOException, InterruptedException {
        List<String> heard = new ArrayList<>();
        try (ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread redis = Thread.ofPlatform().start(() -> {
                try (Socket socket = door.accept()) {
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                    for (int i = 0; i < lines; i++) {
                        heard.add(String.valueOf(in.readLine()));
                    }
                    socket.getOutputStream().write("+OK\r\n:3\r\n".getBytes(StandardCharsets.UTF_8));
                    // Until the other side goes: an early end would take the answer away.
                    String line = in.readLine();
                    while (line != null) {
                        line = in.readLine();
                    }
                } catch (IOException over) {
                    // Whoever asked is gone.
                }
            });
            assertEquals(3, new RedisCommand(door.getLocalPort(), user, "secret").number("DBSIZE"));
            redis.join();
        }
        return heard;
    }
}
