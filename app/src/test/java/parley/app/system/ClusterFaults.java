package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
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
    private static final Duration FAILOVER_MAX = Duration.ofMinutes(2);
    private static final Duration STORM_THERE_MAX = Duration.ofMinutes(4);
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
        return new Renamed(fault.name().replace("-kill", "-death"), hold, fault);
    }

    /// The same fault for a shorter time, and never together with another one of these.
    static Fault briefAndAlone(Duration hold, Fault fault) {
        return new Renamed("brief-" + fault.name(), hold, fault);
    }

    private record Renamed(String name, Duration hold, Fault fault) implements Fault {
        @Override
        public void aim() {
            fault.aim();
        }

        @Override
        public Effect inject() {
            return fault.inject();
        }

        @Override
        public Effect heal() {
            return fault.heal();
        }
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

    /// Nodes restart one after another, and meanwhile everybody behind `slow` reads `bytesPerSecond` at
    /// most.
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

    /// `count` clients come to node 1, it is killed, and they come to the others at once, within
    /// `backWithin`.
    static Fault storm(ClusterOf cluster, int count, Duration backWithin, Supplier<Storm> start) {
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
                    Await.until(backWithin, count + " clients are back", () -> clients.connected() == count);
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
                    // Sentinels on a machine that stood still may be quicker or slower than usual.
                    Await.until(FAILOVER_MAX, "both servers take writes", () -> split(redis));
                    return "both servers take writes";
                },
                () -> {
                    awaitOneMaster(redis);
                    return "one server takes writes";
                });
    }

    private static void awaitOneMaster(RedisFailover redis) {
        Await.until(FAILOVER_MAX, "one server takes writes", () -> isMaster(redis.first()) != isMaster(redis.second()));
    }

    /// True when both are masters.
    private static boolean split(RedisFailover redis) {
        awaitOneMaster(redis);
        RedisServer old = isMaster(redis.first()) ? redis.first() : redis.second();
        RedisServer next = old == redis.first() ? redis.second() : redis.first();
        old.freeze();
        try {
            Await.until(FAILOVER_MAX, "the replica is the master", () -> isMaster(next));
        } finally {
            old.thaw();
        }
        return isMaster(old) && isMaster(next);
    }

    private static boolean isMaster(RedisServer server) {
        return server.command("SET fault probe").equals("+OK");
    }

    /// The clock of node 1, which goes by `clock`, is wrong by `seconds`.
    static Fault clock(String name, ClusterOf cluster, FakedClock clock, int seconds) {
        return new Made(
                name,
                Duration.ofSeconds(10),
                () -> {
                    clock.set(seconds);
                    return awaitClock(cluster, seconds);
                },
                () -> {
                    clock.set(0);
                    return awaitClock(cluster, 0);
                });
    }

    private static String awaitClock(ClusterOf cluster, long seconds) {
        return Await.value(SHOWS_WITHIN, "the clock of n1 is wrong by " + seconds + " s", () -> {
            long error = clockError(cluster);
            return Math.abs(error - seconds) < 60
                    ? Optional.of("the clock of n1 is wrong by " + error + " s")
                    : Optional.empty();
        });
    }

    /// By how many seconds node 1 is ahead, told by a token that it issues: the HTTP server remembers
    /// the time for its own headers, and does so for hours when a clock goes back.
    private static long clockError(ClusterOf cluster) {
        String token = cluster.node(1).rest().newPerson("clock").accessToken();
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        long told = Long.parseLong(claims.replaceAll(".*\"iat\":([0-9]+).*", "$1"));
        return told - Instant.now().getEpochSecond();
    }

    /// The disk of the database takes nothing more.
    static Fault diskFull(SmallDisk disk) {
        return new Made("database-disk-full", Duration.ofSeconds(15), disk::fill, () -> {
            disk.empty();
            return "there is room again";
        });
    }
}
