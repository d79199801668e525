package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import parley.cluster.Registry;
import parley.kernel.AccountId;
import parley.testkit.Await;
import parley.testkit.RedisServer;

/// Which node has which sessions, and what that costs Redis.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RegistryIT {
    private static final int FEW = 10;
    private static final int MANY = 10_000;
    private static final int ASKED = 1_000;
    private static final int RENEWALS = 24;

    /// The script, and what it does: was the lease there, set it, keep the hash, read all.
    private static final double COMMANDS_PER_RENEWAL = 5;

    private static final List<String> OF_LEASES_AND_SESSIONS =
            List.of("eval", "evalsha", "hexists", "hget", "hmget", "hset", "hdel", "hgetall", "pttl", "pexpire");

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final Map<Long, Registry.Announced> sessions = new ConcurrentHashMap<>();
    private BusNode one;
    private BusNode two;

    @BeforeAll
    void start() {
        List<BusNode> nodes = BusNode.patient(redis.url(), 2);
        one = nodes.getFirst();
        two = nodes.getLast();
        one.cluster.registry().announceFrom(() -> sessions.values().stream());
    }

    @AfterAll
    void close() {
        one.close();
        two.close();
        client.shutdown();
        redis.close();
    }

    private void add(long session) {
        Registry.Announced added = new Registry.Announced(new AccountId(session), session, "of " + session);
        sessions.put(session, added);
        one.cluster.registry().add(added.account(), session, added.detail());
    }

    private void remove(long session) {
        sessions.remove(session);
        one.cluster.registry().remove(new AccountId(session), session);
    }

    private boolean isFound(long session) {
        AccountId account = new AccountId(session);
        List<Registry.Place> places =
                two.cluster.registry().find(List.of(account)).getOrDefault(account, List.of());
        return places.equals(List.of(new Registry.Place(one.cluster.self().bootId(), session, "of " + session)));
    }

    /// How many of the sessions up to `last` the other node finds.
    private int found(long last) {
        int found = 0;
        for (long from = 1; from <= last; from += ASKED) {
            found += two.cluster
                    .registry()
                    .find(LongStream.range(from, Math.min(from + ASKED, last + 1))
                            .mapToObj(AccountId::new)
                            .toList())
                    .size();
        }
        return found;
    }

    /// How often Redis ran each command since its start; those within scripts count.
    private Map<String, Long> commands() {
        Map<String, Long> counts = new HashMap<>();
        try (var connection = client.connect()) {
            for (String line : connection.sync().info("commandstats").lines().toList()) {
                if (line.startsWith("cmdstat_")) {
                    String name = line.substring("cmdstat_".length(), line.indexOf(':'));
                    String calls = line.substring(line.indexOf("calls=") + "calls=".length(), line.indexOf(','));
                    counts.put(name, Long.parseLong(calls));
                }
            }
        }
        return counts;
    }

    /// Commands for leases and sessions per renewal.
    private double perRenewal() {
        Map<String, Long> before = commands();
        Await.until("renewals", () -> renewals(before, commands()) >= RENEWALS);
        Map<String, Long> after = commands();
        double all = OF_LEASES_AND_SESSIONS.stream()
                .mapToLong(name -> grown(before, after, name))
                .sum();
        return all / renewals(before, after);
    }

    private static long renewals(Map<String, Long> before, Map<String, Long> after) {
        return grown(before, after, "hgetall");
    }

    private static long grown(Map<String, Long> before, Map<String, Long> after, String name) {
        return after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
    }

    @Test
    @Order(1)
    void aLeaseCostsTheSameWithTenOrTenThousandSessions() {
        // Design, lease: a million sessions cost one refresh per node; a session costs one script when it comes and
        // one when it goes.
        LongStream.rangeClosed(1, FEW).forEach(this::add);
        Await.until("found", () -> found(FEW) == FEW);
        double few = perRenewal();
        Map<String, Long> before = commands();
        LongStream.rangeClosed(FEW + 1, MANY).forEach(this::add);
        Await.until("found", () -> found(MANY) == MANY);
        Map<String, Long> after = commands();
        long scripts = grown(before, after, "eval") - renewals(before, after);
        assertTrue(scripts < 1.1 * MANY, () -> scripts + " scripts");
        double many = perRenewal();
        assertTrue(few < 2 * COMMANDS_PER_RENEWAL && many < 2 * COMMANDS_PER_RENEWAL, () -> few + ", " + many);
        LongStream.rangeClosed(1, MANY).forEach(this::remove);
        Await.until("gone", () -> found(MANY) == 0);
    }

    @Test
    @Order(2)
    void whatRedisForgotIsToldAgain() {
        // I5: the registry may be lost at any moment; it is there again by itself.
        add(1_000_001);
        Await.until("found", () -> isFound(1_000_001));
        redis.flush();
        Await.until(Duration.ofSeconds(10), "found again", () -> isFound(1_000_001));
        remove(1_000_001);
        Await.until("gone", () -> !isFound(1_000_001));
    }

    @Test
    @Order(3)
    void whatRedisLostWhileTheLeaseStayedIsToldAgain() {
        // One shard of a Redis Cluster that came back empty, a hash that was evicted.
        add(1_000_002);
        add(1_000_003);
        Await.until("found", () -> isFound(1_000_002) && isFound(1_000_003));
        remove(1_000_003);
        Await.until("gone", () -> !isFound(1_000_003));
        lose(1_000_002);
        Await.until(Duration.ofSeconds(15), "found again", () -> isFound(1_000_002));
        // Whatever comes or goes beside it first.
        long beside = sameList(1_000_002);
        lose(1_000_002);
        add(beside);
        Await.until(Duration.ofSeconds(15), "found again", () -> isFound(1_000_002) && isFound(beside));
        lose(1_000_002);
        remove(beside);
        Await.until(Duration.ofSeconds(15), "found again", () -> isFound(1_000_002) && !isFound(beside));
        remove(1_000_002);
        Await.until("gone", () -> !isFound(1_000_002));
    }

    /// Redis forgets the list that `session` is in.
    private void lose(long session) {
        try (var connection = client.connect()) {
            assertEquals(1, connection.sync().del(list(session)));
        }
    }

    private String list(long session) {
        return SessionRecords.key(new AccountId(session), one.cluster.self().bootId());
    }

    /// Another session in the same list.
    private long sameList(long session) {
        return LongStream.iterate(session + 10, next -> next + 1)
                .filter(next -> list(next).equals(list(session)))
                .findFirst()
                .orElseThrow();
    }
}
