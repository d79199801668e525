package parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A Redis Sentinel that watches one master, and fails over soon.
final class RedisSentinel extends LocalServer {
    private final String master;
    private final int masterPort;

    private RedisSentinel(String master, int masterPort) {
        super("sentinel");
        this.master = master;
        this.masterPort = masterPort;
    }

    /// Starts one of three that watch the server on `masterPort` under the name `master`.
    static RedisSentinel start(String master, int masterPort) {
        RedisSentinel sentinel = new RedisSentinel(master, masterPort);
        sentinel.startOnFreePort();
        return sentinel;
    }

    @Override
    List<String> command(int port) {
        Path file = folder().resolve("sentinel.conf");
        try {
            Path unused = Files.writeString(file, """
                    port %1$d
                    bind 127.0.0.1
                    dir %2$s
                    sentinel monitor %3$s 127.0.0.1 %4$d 2
                    sentinel down-after-milliseconds %3$s 1000
                    sentinel failover-timeout %3$s 5000
                    sentinel parallel-syncs %3$s 1
                    """.formatted(port, folder(), master, masterPort));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return List.of(Checkout.program("redis-server").toString(), file.toString(), "--sentinel");
    }

    @Override
    boolean answers(int port) {
        return RedisServer.firstAnswer(port, "PING").equals("+PONG");
    }
}
