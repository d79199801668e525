package parley.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A Redis Cluster of three masters, each with a third of the slots.
public final class RedisShards implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int SHARDS = 3;
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private final List<RedisServer> servers = new ArrayList<>();

    private RedisShards() {}

    /// Starts it and waits until it serves all slots.
    public static RedisShards start() {
        RedisShards started = new RedisShards();
        List<Integer> ways = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            int way = FreePort.next();
            ways.add(way);
            started.servers.add(RedisServer.start(
                    "",
                    List.of(
                            "--cluster-enabled",
                            "yes",
                            "--cluster-port",
                            Integer.toString(way),
                            "--cluster-node-timeout",
                            "5000",
                            "--cluster-require-full-coverage",
                            "no")));
        }
        started.join(ways);
        for (RedisServer server : started.servers) {
            Await.until(
                    READY_WITHIN,
                    "the shards serve",
                    () -> started.servers.stream()
                            .allMatch(any ->
                                    server.command("GET {" + any.port() + "}").matches("\\$-1|-MOVED .*")));
            Await.until(
                    READY_WITHIN,
                    "each knows all",
                    () -> server.command("CLUSTER SLOTS").equals("*" + SHARDS));
        }
        return started;
    }

    private void join(List<Integer> ways) {
        for (int i = 0; i < SHARDS; i++) {
            RedisServer server = servers.get(i);
            String taken = server.command(
                    "CLUSTER ADDSLOTSRANGE " + i * SLOTS / SHARDS + " " + ((i + 1) * SLOTS / SHARDS - 1));
            String told = server.command("CLUSTER SET-CONFIG-EPOCH " + (i + 1));
            for (int j = 0; j < i; j++) {
                told += server.command(
                        "CLUSTER MEET 127.0.0.1 " + servers.get(j).port() + " " + ways.get(j));
            }
            if (!taken.equals("+OK") || told.contains("-")) {
                throw new IllegalStateException("the shards do not join: " + taken + " " + told);
            }
        }
    }

    /// Address for `redis.url`.
    public String url() {
        return "redis-cluster://"
                + servers.stream().map(server -> "127.0.0.1:" + server.port()).collect(Collectors.joining(","));
    }

    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }
}
