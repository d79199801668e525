package parley.cluster.internal.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import parley.kernel.AccountId;
import parley.kernel.Secret;
import parley.redis.RedisConfig;
import parley.redis.RedisLogin;
import parley.redis.RedisPlace;
import parley.redis.RedisTls;
import parley.redis.link.RedisClients;
import parley.redis.link.RedisConnection;
import parley.testkit.Await;
import parley.testkit.LeakChecker;
import parley.testkit.RedisFailover;
import parley.testkit.RedisSentinel;
import parley.testkit.RedisServer;
import parley.testkit.RedisShards;
import parley.testkit.TestCertificates;

/// The bus on every way to run Redis.
@ExtendWith(LeakChecker.class)
final class RedisModesIT {
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(40);
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final List<BusNode> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        nodes.forEach(BusNode::close);
    }

    @Test
    void aRedisClusterCarriesHintsLeasesAndSessions() {
        // Design 6: 64 streams in 8 slot groups, because one blocking read may not cross slots.
        try (RedisShards shards = RedisShards.start()) {
            nodes.addAll(BusNode.patient(shards.url(), 2));
            for (long key = 0; key < 200; key++) {
                nodes.getFirst().publish(key, 1);
            }
            for (long key = 0; key < 200; key++) {
                long one = key;
                Await.until("key " + key, () -> nodes.get(1).heard(one).equals(List.of(1L)));
            }
            for (RedisServer server : shards.servers()) {
                assertTrue(!server.command("DBSIZE").equals(":0"), "each shard has a share of the streams");
            }
            AccountId ann = new AccountId(3);
            nodes.getFirst().cluster.registry().add(ann, 9, "");
            Await.until(
                    "ann is found",
                    () -> nodes.get(1).cluster.registry().find(List.of(ann)).size() == 1);
            end();
            nodes.clear();
        }
    }

    @Test
    void everythingIsEncryptedAndLoggedInWhereThatIsAsked() throws Exception {
        // S21, S25: Redis with TLS and a user of its own that may do no more than is needed.
        TestCertificates authority = TestCertificates.create();
        TestCertificates.Pair pair = authority.issue("redis");
        TestCertificates.Pair node = authority.issue("node");
        RedisServer redis = RedisServer.start("", List.of());
        try {
            int tls = parley.testkit.FreePort.next();
            configure(redis, "tls-cert-file " + pair.certificate());
            configure(redis, "tls-key-file " + pair.privateKey());
            configure(redis, "tls-ca-cert-file " + authority.authority());
            // As it comes: a client must show a certificate.
            configure(redis, "tls-auth-clients yes");
            configure(redis, "tls-port " + tls);
            assertEquals(
                    "+OK",
                    redis.command(
                            "ACL SETUSER parley on >hush ~cluster:* +@read +@write +@scripting" + " +@connection"));
            assertEquals("+OK", redis.command("ACL SETUSER default off"));
            RedisConfig server = new RedisConfig(
                    RedisPlace.parse("rediss://127.0.0.1:" + tls),
                    new RedisLogin(Optional.of("parley"), Optional.of(new Secret("hush"))),
                    RedisLogin.NONE,
                    new RedisTls(
                            Optional.of(authority.authority()),
                            Optional.of(node.certificate()),
                            Optional.of(node.privateKey())),
                    RedisConfig.COMMAND_TIMEOUT);
            nodes.add(new BusNode("a", server));
            nodes.add(new BusNode("b", server));
            BusNode.awaitSteady(nodes);
            assertCarries();
            end();
            nodes.clear();
        } finally {
            redis.close();
        }
    }

    @Test
    void sentinelsMayWantAPasswordOfTheirOwn() throws Exception {
        // S21: with one for Redis and another one for the sentinels the master is found; with the wrong one it is not.
        try (RedisServer redis = RedisServer.start("of-redis");
                RedisSentinel sentinel = RedisSentinel.start("main", redis.port(), "of-redis", "of-sentinels")) {
            Await.until(
                    "the master is found",
                    () -> ping(sentinel.url(), new Secret("of-sentinels")).equals("PONG"));
            assertThrows(RuntimeException.class, () -> ping(sentinel.url(), new Secret("of-redis")));
        }
    }

    private static String ping(String url, Secret ofSentinels) throws Exception {
        RedisConfig server = new RedisConfig(
                RedisPlace.parse(url),
                new RedisLogin(Optional.empty(), Optional.of(new Secret("of-redis"))),
                new RedisLogin(Optional.empty(), Optional.of(ofSentinels)),
                RedisTls.NONE,
                RedisConfig.COMMAND_TIMEOUT);
        try (RedisClients clients = new RedisClients(server);
                RedisConnection connection = clients.connectBlocking()) {
            return connection.commands().ping().get(10, TimeUnit.SECONDS);
        }
    }

    private static void configure(RedisServer redis, String setting) {
        assertEquals("+OK", redis.command("CONFIG SET " + setting));
    }

    @Tag("faults")
    @Test
    void aFailoverWithTheOldMasterStillWritableIsToldAndHealed() {
        // I5, split brain: what one node writes to the old master is not lost unseen, and all meet again.
        try (RedisFailover redis = RedisFailover.start()) {
            nodes.addAll(BusNode.patient(redis.url(), 2));
            assertCarries();
            redis.first().freeze();
            redis.awaitFailover();
            nodes.forEach(node -> Await.until("it is told", () -> node.missed.get() > 0));
            redis.first().thaw();
            Await.until(
                    HEALED_WITHIN,
                    "all meet on the new master",
                    () -> nodes.stream()
                            .allMatch(node -> node.cluster.nodes().size() == 2
                                    && node.cluster.bus().isSteady()));
            assertCarries();
            redis.first().kill9();
            assertCarries();
            end();
            nodes.clear();
        }
    }

    @Tag("faults")
    @Test
    void aMasterThatIsKilledIsReplaced() {
        // Reliability: write outage of some seconds, then the bus carries again through the new master.
        try (RedisFailover redis = RedisFailover.start()) {
            nodes.addAll(BusNode.patient(redis.url(), 2));
            assertCarries();
            redis.first().kill9();
            nodes.forEach(node -> Await.until("it is told", () -> node.missed.get() > 0));
            Await.until(
                    HEALED_WITHIN,
                    "the bus carries again",
                    () -> nodes.stream()
                            .allMatch(node -> node.cluster.nodes().size() == 2
                                    && node.cluster.bus().isSteady()));
            assertCarries();
            end();
            nodes.clear();
        }
    }

    private void assertCarries() {
        for (BusNode from : nodes) {
            for (BusNode to : nodes) {
                Await.until(HEALED_WITHIN, "hints arrive", () -> from.arrivesAt(to, NUMBERS.incrementAndGet()));
            }
        }
    }
}
