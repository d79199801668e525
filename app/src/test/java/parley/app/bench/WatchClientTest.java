package parley.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One watcher against a server of a few lines, on a clock of the test.
final class WatchClientTest {
    private static final String CONNECTED =
            "{\"connect\":{\"subs\":{\"c:9\":{\"epoch\":\"e\",\"offset\":2,\"recovered\":true}}}}";

    private final FakeTime time = new FakeTime();
    private final List<String> asked = new ArrayList<>();
    private final List<String> posted = new ArrayList<>();
    private int refreshStatus = 200;
    private boolean isRestAway;
    private final WatchTokens tokens = new WatchTokens(this::post, "ada", "secret", time::nanos);

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private WatchTokens.Answer post(String path, JsonObject body) throws IOException {
        posted.add(path);
        if (isRestAway) {
            throw new IOException("away");
        }
        int status = path.equals("tokens/refresh") ? refreshStatus : 201;
        String device = path.equals("tokens/refresh") ? "1" : "" + posted.size();
        return new WatchTokens.Answer(
                status,
                json("{\"accessToken\":\"t" + posted.size() + "\",\"device\":\"" + device
                        + "\",\"refreshToken\":\"r\",\"expiresIn\":900}"));
    }

    /// Answers by `server`; ends with `code` when that has no answer.
    private final class Link implements WatchLink {
        private final Function<String, @Nullable String> server;
        private final int code;
        private boolean isOver;

        Link(int code, Function<String, @Nullable String> server) {
            this.code = code;
            this.server = server;
        }

        @Override
        public JsonObject ask(String part) {
            asked.add(part);
            String answer = server.apply(part);
            if (answer == null) {
                isOver = true;
                throw new CompletionException(new IllegalStateException("ended"));
            }
            return json(answer);
        }

        @Override
        public boolean isOpen() {
            return !isOver;
        }

        @Override
        public int closeCode() {
            return isOver ? code : 0;
        }

        @Override
        public void close() {
            isOver = true;
        }
    }

    /// Runs one until `longest` is over on the clock.
    private WatchTally run(Duration longest, int code, Function<String, @Nullable String> server) {
        WatchClient client = new WatchClient(onPush -> new Link(code, server), tokens, time, "ada", "9");
        time.onRest(() -> {
            if (time.nanos() > longest.toNanos()) {
                client.end();
            }
        });
        client.run();
        return client.record().end(0, time.nanos());
    }

    private static @Nullable String goodServer(String part) {
        return part.startsWith("\"connect\"")
                ? CONNECTED
                : part.startsWith("\"rpc\"") ? "{\"rpc\":{\"data\":{\"seq\":2}}}" : "{\"refresh\":{}}";
    }

    @Test
    void aConnectThatIsRefusedForGoodIsAFault() {
        // Nobody is out in silence: a connect that is answered with an error that does not pass is told.
        WatchTally seen = run(Duration.ofSeconds(5), 0, part -> "{\"error\":{\"code\":103}}");
        assertTrue(seen.faults().getFirst().contains("a connect was answered"), seen.toString());
        assertTrue(seen.longestPauseMillis() >= 5_000, seen.toString());
    }

    @Test
    void whoIsToldToGoForGoodDoesNotComeBack() {
        // SDKs do not come back after codes 3500 to 3999 and 4500 to 4999.
        WatchTally seen = run(Duration.ofHours(1), 4502, part -> part.startsWith("\"connect\"") ? CONNECTED : null);
        assertTrue(seen.faults().contains("ada: was closed with 4502, after which nobody comes back"), seen.toString());
        assertEquals(0, time.seconds());
    }

    @Test
    void whoLosesItsConnectionComesBackWhereItWas() {
        // 3001 is a node that drains: no fault; the way back names the position.
        WatchTally seen = run(Duration.ofSeconds(5), 3001, part -> part.startsWith("\"connect\"") ? CONNECTED : null);
        assertTrue(asked.get(2).contains("\"recover\":true,\"offset\":2"), asked.toString());
        assertEquals(
                List.of("ada: is not connected at the end", "ada: its last message has no number at the end"),
                seen.faults());
    }

    @Test
    void whatIsPushedBeforeTheReplyWasLookedAtIsNoFault() {
        // One thread reads what comes, another one connects: entry 3 is in the reply, 4 was pushed behind it.
        List<Consumer<JsonObject>> pushes = new ArrayList<>();
        WatchClient client = new WatchClient(
                onPush -> {
                    pushes.add(onPush);
                    return new Link(0, part -> {
                        if (!part.startsWith("\"connect\"")) {
                            return goodServer(part);
                        }
                        pushes.getFirst().accept(json("{\"channel\":\"c:9\",\"pub\":{\"offset\":4}}"));
                        return "{\"connect\":{\"subs\":{\"c:9\":{\"epoch\":\"e\",\"offset\":2,\"publications\":[{\"offset\":3}]}}}}";
                    });
                },
                tokens,
                time,
                "ada",
                "9");
        time.onRest(client::end);
        client.run();
        assertEquals(
                List.of("ada: is not connected at the end"),
                client.record().end(4, time.nanos()).faults());
    }

    @Test
    void aWatchMayBeLongerThanATokenLives() {
        // Sessions end with their token: it is renewed in time, for the same device.
        WatchTally seen = run(Duration.ofMinutes(20), 0, WatchClientTest::goodServer);
        assertEquals(List.of("ada: is not connected at the end"), seen.faults(), "it was ended");
        assertEquals(
                1, asked.stream().filter(part -> part.startsWith("\"connect\"")).count());
        assertEquals(
                2, asked.stream().filter(part -> part.startsWith("\"refresh\"")).count());
        assertEquals(List.of("tokens", "tokens/refresh"), posted.subList(0, 2));
    }

    @Test
    void aTokenThatCannotBeRenewedInItsWayIsFetchedAnew() {
        // A refresh token that is used up: sign in again, with another session.
        refreshStatus = 401;
        WatchTally seen = run(Duration.ofMinutes(10), 0, WatchClientTest::goodServer);
        assertEquals(List.of("tokens", "tokens/refresh", "tokens"), posted);
        assertEquals(
                2, asked.stream().filter(part -> part.startsWith("\"connect\"")).count());
        assertEquals(List.of("ada: is not connected at the end"), seen.faults(), "it was ended");
    }

    @Test
    void anExpiredTokenIsReplacedWhateverTheClockSays() {
        // Error 109 is answered with another token, not with the same one for ever.
        WatchTally seen = run(
                Duration.ofSeconds(5),
                0,
                part -> part.contains("\"token\":\"t1\"") ? "{\"error\":{\"code\":109}}" : goodServer(part));
        assertEquals(List.of("tokens", "tokens"), posted);
        assertTrue(seen.sends() > 0, seen.toString());
    }

    @Test
    void aTokenIsKeptWhileNobodyRenewsIt() {
        // While tokens cannot be had the old one serves, until it is over.
        assertEquals("t1", tokens.pass().token());
        isRestAway = true;
        time.pass(Duration.ofMinutes(14));
        assertEquals("t1", tokens.pass().token());
        isRestAway = false;
        assertEquals("t3", tokens.pass().token());
    }
}
