package parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A Redis Sentinel that watches one master, and fails over soon.
public final class RedisSentinel extends LocalServer {
    private final String master;
    private final int masterPort;
    private final String login;
    private final String password;

    private RedisSentinel(String master, int masterPort, String login, String password) {
        super("sentinel");
        this.master = master;
        this.masterPort = masterPort;
        this.login = login;
        this.password = password;
    }

    /// Starts one of three that watch the server on `masterPort` under the name `master`.
    static RedisSentinel start(String master, int masterPort) {
        RedisSentinel sentinel = new RedisSentinel(master, masterPort, "", "");
        sentinel.startOnFreePort();
        return sentinel;
    }

    /// The same for a server that asks for `masterPassword`, while this one asks its clients for
    /// `password`.
    public static RedisSentinel start(String master, int masterPort, String masterPassword, String password) {
        String login = "sentinel auth-pass " + master + " " + masterPassword + "\nrequirepass " + password;
        RedisSentinel sentinel = new RedisSentinel(master, masterPort, login, password);
        sentinel.startOnFreePort();
        return sentinel;
    }

    /// Address for `redis.url`.
    public String url() {
        return "redis-sentinel://127.0.0.1:" + port() + "#" + master;
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
                    %5$s
                    """.formatted(port, folder(), master, masterPort, login));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return List.of(Checkout.program("redis-server").toString(), file.toString(), "--sentinel");
    }

    @Override
    boolean answers(int port) {
        return RedisServer.ask(port, password, "PING").equals("+PONG");
    }
}
