package parley.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A Redis master, a replica of it and three sentinels that put the replica in its place when it does
/// not answer for a second.
public final class RedisFailover implements AutoCloseable {
    private static final String MASTER = "main";
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final List<String> QUICK = List.of("--repl-diskless-sync-delay", "0");

    private final RedisServer master;
    private final RedisServer replica;
    private final List<RedisSentinel> sentinels = new ArrayList<>();

    private RedisFailover() {
        master = RedisServer.start("", QUICK);
        List<String> options = new ArrayList<>(QUICK);
        options.addAll(List.of("--replicaof", "127.0.0.1", Integer.toString(master.port())));
        replica = RedisServer.start("", options);
        for (int i = 0; i < 3; i++) {
            sentinels.add(RedisSentinel.start(MASTER, master.port()));
        }
    }

    /// Starts all and waits until a failover could succeed: the sentinels know the replica and each
    /// other.
    public static RedisFailover start() {
        RedisFailover started = new RedisFailover();
        for (RedisSentinel sentinel : started.sentinels) {
            Await.until(
                    READY_WITHIN,
                    "a sentinel finds it could fail over",
                    () -> RedisServer.firstAnswer(sentinel.port(), "SENTINEL CKQUORUM " + MASTER)
                            .startsWith("+OK 3"));
            Await.until(
                    READY_WITHIN,
                    "a sentinel knows the replica",
                    () -> !RedisServer.firstAnswer(sentinel.port(), "SENTINEL REPLICAS " + MASTER)
                            .equals("*0"));
        }
        return started;
    }

    /// Address for `redis.url`.
    public String url() {
        return "redis-sentinel://"
                + sentinels.stream()
                        .map(sentinel -> "127.0.0.1:" + sentinel.port())
                        .collect(Collectors.joining(","))
                + "#" + MASTER;
    }

    /// The server that is the master at the start.
    public RedisServer first() {
        return master;
    }

    /// The server that takes its place.
    public RedisServer second() {
        return replica;
    }

    /// Waits until the second server takes writes.
    public void awaitFailover() {
        Await.until(
                READY_WITHIN,
                "the replica is the master",
                () -> replica.command("SET failover done").equals("+OK"));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisSentinel::close);
        replica.close();
        master.close();
    }
}
