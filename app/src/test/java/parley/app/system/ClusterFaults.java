package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import parley.testkit.Await;
import parley.testkit.ChaosProxy;
import parley.testkit.RedisFailover;
import parley.testkit.RedisServer;
import parley.verify.Fault;
import parley.verify.Fault.Effect;
import parley.verify.VerifyRun;

/// Faults of a [ClusterOf] that no signal to a process makes.
final class ClusterFaults {
    private static final Duration SHOWS_WITHIN = Duration.ofSeconds(60);
    private static final Duration FAILOVER_MAX = Duration.ofSeconds(60);
    private static final Duration STORM_THERE_MAX = Duration.ofMinutes(4);
    private static final Duration STORM_BACK_MAX = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(500);

    private ClusterFaults() {}

    /// A fault that `on` does and `off` undoes; each says what was seen, or throws.
    record Made(String name, Duration hold, Supplier<String> on, Supplier<String> off) implements Fault {
        @Override
        public Effect inject() {
            return told(on);
        }

        @Override
        public Effect heal() {
            return told(off);
        }

        private static Effect told(Supplier<String> action) {
            try {
                return new Effect(true, action.get());
            } catch (AssertionError unseen) {
                return new Effect(false, String.valueOf(unseen.getMessage()));
            }
        }
    }

    /// The same fault for a shorter time, in which maybe nobody is left without an answer: what dies has
    /// another name then.
    static Fault brief(Duration hold, Fault fault) {
        return new Fault() {
            @Override
            public String name() {
                return fault.name().replace("-kill", "-death");
            }

            @Override
            public void aim() {
                fault.aim();
            }

            @Override
            public Effect inject() {
                return fault.inject();
            }

            @Override
            public Duration hold() {
                return hold;
            }

            @Override
            public Effect heal() {
                return fault.heal();
            }
        };
    }

    /// Nothing comes through between one node and Redis, and nobody says so.
    static Fault redisAway(ClusterOf cluster, int node, Duration hold) {
        return away("redis-away-from-a-node", cluster, node, cluster.wayToRedis(node), hold);
    }

    /// Nothing comes through between one node and the database, and nobody says so.
    static Fault databaseAway(ClusterOf cluster, int node, Duration hold) {
        return away("database-away-from-a-node", cluster, node, cluster.wayToDatabase(node), hold);
    }

    private static Fault away(String name, ClusterOf cluster, int node, ChaosProxy way, Duration hold) {
        return new Made(
                name,
                hold,
                () -> {
                    way.freeze();
                    Await.until(
                            SHOWS_WITHIN,
                            "n" + node + " says that it is not well",
                            () -> !cluster.health(node).equals("up"));
                    return "n" + node + " says " + cluster.health(node);
                },
                () -> {
                    way.thaw();
                    return "n" + node + " has its way again";
                });
    }

    /// Nodes restart one after another, and meanwhile everybody behind `slow` reads `bytesPerSecond` at most.
    static Fault rollingRestartWithSlowReaders(ClusterOf cluster, ChaosProxy slow, long bytesPerSecond, long seed) {
        Fault rolling = VerifyRun.named("rolling-restart", new ClusterParts(cluster), seed);
        return new Made(
                "rolling-restart-with-slow-readers",
                Duration.ZERO,
                () -> {
                    rolling.aim();
                    slow.limitRate(bytesPerSecond);
                    int readers = slow.connections();
                    Effect effect = rolling.inject();
                    assertTrue(effect.isSeen() && readers > 0, effect.text());
                    return readers + " slow readers; " + effect.text();
                },
                () -> {
                    slow.limitRate(Long.MAX_VALUE);
                    return "all read as they like";
                });
    }

    /// `count` clients come to node 1, it is killed, and they come to the others at once.
    static Fault storm(ClusterOf cluster, int count, Supplier<Storm> start) {
        AtomicReference<Storm> there = new AtomicReference<>();
        return new Made(
                "node-dies-under-" + count + "-clients",
                SHORT,
                () -> {
                    Storm clients = start.get();
                    there.set(clients);
                    Await.until(STORM_THERE_MAX, count + " clients are there", () -> clients.connected() == count);
                    cluster.node(1).process().kill9();
                    long begin = System.nanoTime();
                    Await.until(SHOWS_WITHIN, "all clients are cut", () -> clients.cuts() >= count);
                    Await.until(STORM_BACK_MAX, count + " clients are back", () -> clients.connected() == count);
                    return count + " clients were all back after " + (System.nanoTime() - begin) / 1_000_000 + " ms";
                },
                () -> {
                    cluster.node(1).restart();
                    Optional.ofNullable(there.get()).ifPresent(Storm::close);
                    return "n1 is back";
                });
    }

    /// A sentinel makes the replica the master; the old one comes back and goes on taking writes until the
    /// sentinels find it.
    static Fault failover(RedisFailover redis) {
        return new Made(
                "redis-failover",
                Duration.ofSeconds(8),
                () -> {
                    RedisServer old = isMaster(redis.first()) ? redis.first() : redis.second();
                    RedisServer next = old == redis.first() ? redis.second() : redis.first();
                    old.freeze();
                    try {
                        Await.until(FAILOVER_MAX, "the replica is the master", () -> isMaster(next));
                    } finally {
                        old.thaw();
                    }
                    assertTrue(isMaster(old) && isMaster(next), "only one takes writes");
                    return "both servers take writes";
                },
                () -> {
                    Await.until(
                            FAILOVER_MAX,
                            "one server takes writes",
                            () -> isMaster(redis.first()) != isMaster(redis.second()));
                    return "one server takes writes";
                });
    }

    private static boolean isMaster(RedisServer server) {
        return server.command("SET fault probe").equals("+OK");
    }

    /// The clocks of nodes whose libfaketime reads `file` go wrong by `seconds`.
    static Fault clock(String name, ClusterOf cluster, Path file, int seconds) {
        return new Made(
                name,
                Duration.ofSeconds(10),
                () -> {
                    long before = clockError(cluster);
                    write(file, (seconds < 0 ? "" : "+") + seconds);
                    Await.until(
                            SHOWS_WITHIN,
                            "the clock of n1 is wrong",
                            () -> Math.abs(clockError(cluster) - before - seconds) < 60);
                    return "the clock of n1 is wrong by " + clockError(cluster) + " s";
                },
                () -> {
                    write(file, "+0");
                    Await.until(SHOWS_WITHIN, "the clock of n1 is right", () -> Math.abs(clockError(cluster)) < 60);
                    return "the clock of n1 is right";
                });
    }

    /// By how many seconds node 1 is ahead, told by a token that it issues: the HTTP server remembers the time
    /// for its own headers, and does so for hours when a clock goes back.
    private static long clockError(ClusterOf cluster) {
        String token = cluster.node(1).rest().newPerson("clock").accessToken();
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        long told = Long.parseLong(claims.replaceAll(".*\"iat\":([0-9]+).*", "$1"));
        return told - Instant.now().getEpochSecond();
    }

    private static void write(Path file, String text) {
        try {
            Path unused = Files.writeString(file, text + "\n");
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// The disk of the database takes nothing more.
    static Fault diskFull(SmallDisk disk) {
        return new Made("database-disk-full", Duration.ofSeconds(15), disk::fill, () -> {
            disk.empty();
            return "there is room again";
        });
    }
}
