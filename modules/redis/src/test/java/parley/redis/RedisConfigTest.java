package parley.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.kernel.Secret;
import parley.redis.RedisPlace.Address;
import parley.redis.RedisPlace.Mode;

/// What an operator writes to say where Redis is.
final class RedisConfigTest {
    @Test
    void allWaysToRunRedisAreNamedByOneAddress() {
        // RedisPlace: the table of forms; ports and database may be left out.
        assertEquals(place(Mode.STANDALONE, false, "", 0, "h:6379"), RedisPlace.parse("redis://h"));
        assertEquals(place(Mode.STANDALONE, true, "", 7, "[::1]:7000"), RedisPlace.parse("rediss://[::1]:7000/7"));
        assertEquals(
                place(Mode.SENTINEL, false, "main", 0, "a:26379", "b:1"),
                RedisPlace.parse("redis-sentinel://a,b:1#main"));
        assertEquals(place(Mode.SENTINEL, true, "main", 2, "a:26379"), RedisPlace.parse("rediss-sentinel://a/2#main"));
        assertEquals(
                place(Mode.CLUSTER, false, "", 0, "a:7000", "b:6379"), RedisPlace.parse("redis-cluster://a:7000,b"));
        assertEquals("rediss-cluster", RedisPlace.parse("rediss-cluster://a").scheme());
    }

    @Test
    void anythingElseIsRefusedWithTheKeyTheRuleAndTheValue() {
        // Conventions: a start-up error is a sentence that names the key, the bound and the value.
        for (String url : List.of(
                "localhost:6379",
                "http://h",
                "redis://",
                "redis://h:0",
                "redis://h:65536",
                "redis://a,b",
                "redis://h#main",
                "redis-sentinel://a",
                "redis-cluster://a/1",
                "redis-cluster://a,,b",
                "redis://h?ssl=true")) {
            String sentence = refusal(url);
            assertTrue(sentence.startsWith("redis.url must ") && sentence.endsWith("not '" + url + "'"), sentence);
        }
    }

    @Test
    void aPasswordInTheAddressIsRefusedAndNotPrinted() {
        // I9: nothing secret in a log; this sentence is printed.
        String sentence = refusal("redis://me:hush@h:6379");
        assertFalse(sentence.contains("hush"), sentence);
        assertTrue(sentence.endsWith("not 'redis://***@h:6379'"), sentence);
        RedisConfig config = new RedisConfig(
                RedisPlace.parse("redis://h"),
                new RedisLogin(Optional.of("me"), Optional.of(new Secret("hush"))),
                RedisLogin.NONE,
                RedisTls.NONE,
                RedisConfig.COMMAND_TIMEOUT);
        assertFalse(config.toString().contains("hush"));
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        // Conventions: one validated record; each sentence names its key.
        RedisLogin me = new RedisLogin(Optional.of("me"), Optional.empty());
        RedisLogin hush = new RedisLogin(Optional.empty(), Optional.of(new Secret("hush")));
        Duration usual = RedisConfig.COMMAND_TIMEOUT;
        assertEquals(
                "redis.password must be set when redis.user is, which is 'me'",
                refusal("redis://h", me, RedisLogin.NONE, RedisTls.NONE, usual));
        assertEquals(
                "redis.sentinel-password must be set when redis.sentinel-user is, which is 'me'",
                refusal("redis-sentinel://h#main", hush, me, RedisTls.NONE, usual));
        assertEquals(
                "redis.sentinel-password is for sentinels only: redis.url must begin with redis-sentinel, not 'redis'",
                refusal("redis://h", hush, hush, RedisTls.NONE, usual));
        assertEquals(
                "redis.command-timeout must be between 10 ms and 5000 ms, not 9 ms",
                refusal("redis://h", hush, RedisLogin.NONE, RedisTls.NONE, Duration.ofMillis(9)));
    }

    @Test
    void filesForTlsThatDoNotGoTogetherAreRefused(@TempDir Path folder) throws IOException {
        // Conventions: one validated record; each sentence names its key.
        Optional<Path> missing = Optional.of(Path.of("no/such.pem"));
        Optional<Path> there = Optional.of(Files.createFile(folder.resolve("a.pem")));
        Optional<Path> none = Optional.empty();
        assertEquals(
                "redis.trust-file is for TLS only: redis.url must begin with rediss, not 'redis'",
                refusal("redis://h", new RedisTls(missing, none, none)));
        assertEquals(
                "redis.trust-file must be a PEM file that can be read, not 'no/such.pem'",
                refusal("rediss://h", new RedisTls(missing, none, none)));
        assertEquals(
                "redis.certificate must be a PEM file that can be read, not 'no/such.pem'",
                refusal("rediss://h", new RedisTls(none, missing, there)));
        assertEquals(
                "redis.certificate and redis.private-key must both be set, or neither",
                refusal("rediss://h", new RedisTls(none, there, none)));
        assertEquals(
                "redis.private-key is for TLS only: redis.url must begin with rediss, not 'redis'",
                refusal("redis://h", new RedisTls(none, none, there)));
    }

    private static RedisPlace place(Mode mode, boolean isEncrypted, String master, int database, String... addresses) {
        List<Address> all = List.of(addresses).stream()
                .map(text -> new Address(
                        text.substring(0, text.lastIndexOf(':')),
                        Integer.parseInt(text.substring(text.lastIndexOf(':') + 1))))
                .toList();
        return new RedisPlace(mode, isEncrypted, all, master, database);
    }

    private static String refusal(String url) {
        return message(assertThrows(IllegalArgumentException.class, () -> RedisPlace.parse(url)));
    }

    private static String refusal(String url, RedisTls tls) {
        return refusal(url, RedisLogin.NONE, RedisLogin.NONE, tls, RedisConfig.COMMAND_TIMEOUT);
    }

    private static String refusal(
            String url, RedisLogin login, RedisLogin sentinelLogin, RedisTls tls, Duration timeout) {
        return message(assertThrows(
                IllegalArgumentException.class,
                () -> new RedisConfig(RedisPlace.parse(url), login, sentinelLogin, tls, timeout)));
    }

    private static String message(Throwable refused) {
        return String.valueOf(refused.getMessage());
    }
}
