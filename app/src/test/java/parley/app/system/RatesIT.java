package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// I7, limits of rates and of addresses: what is over gets the promised answer with advice, who goes on
/// is cut off, nobody else notices, and the meter of the limit counts it.
@Tag("alone")
class RatesIT {
    private static final int PER_ADDRESS_MAX = 4;
    private static final int HANDSHAKES_PER_ADDRESS_MAX = 3;

    @TempDir
    static Path folder;

    private static SystemNode node;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>();
        Map.of(
                        "PER_ADDRESS_MAX", PER_ADDRESS_MAX,
                        "HANDSHAKES_PER_ADDRESS_MAX", HANDSHAKES_PER_ADDRESS_MAX,
                        "CONNECTS_PER_SECOND", 1,
                        "CONNECTS_BURST", 3,
                        "COMMANDS_PER_SECOND", 10,
                        "COMMANDS_BURST", 100,
                        "BYTES_PER_SECOND", 10_000,
                        "BYTES_BURST", 300_000,
                        "REFUSALS_MAX", 40)
                .forEach((key, value) -> settings.put("PARLEY_SESSIONS_LIMITS_" + key, value.toString()));
        Map.of(
                        "HISTORY_READS_PER_SECOND", 1,
                        "HISTORY_READS_BURST", 5,
                        "PRESENCE_READS_PER_SECOND", 1,
                        "PRESENCE_READS_BURST", 5,
                        "EPHEMERAL_PER_SECOND", 1,
                        "EPHEMERAL_BURST", 5,
                        "CONVERSATION_SENDS_PER_SECOND", 1,
                        "CONVERSATION_SENDS_BURST", 20,
                        "REQUESTS_PER_SECOND", 1,
                        "REQUESTS_BURST", 30)
                .forEach((key, value) -> settings.put("PARLEY_SESSIONS_LIMITS_" + key, value.toString()));
        settings.put("PARLEY_HTTP_TRUSTED_PROXIES", "127.0.0.1");
        settings.put("PARLEY_ADMIN_METRICS_OPEN", "true");
        node = SystemNode.embedded(folder, settings);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// A connection that was cut keeps its place of this address until the node has put it down.
    @AfterEach
    void awaitRoom() {
        Rest admin = node.admin();
        Await.until(
                "no connection is left",
                () -> admin.get("metrics", null).text().lines().anyMatch("parley_connections 0.0"::equals));
    }

    @Test
    void commandsBeyondTheirRateAreRefusedAndWhoGoesOnIsCutOff() {
        // commands-per-second of a connection: 111 with advice; more than refusals-max of them: 3013.
        try (RawClient client = connected(person("commands"))) {
            // A frame is taken or refused as a whole, so that no time passes between its commands.
            List<CompletableFuture<JsonObject>> asked = frame(client, 98);
            asked.addAll(frame(client, 38));
            List<JsonObject> refused = refused(joined(asked));
            assertEquals(38, refused.size());
            assertAdvice(refused, "commands on this connection");
            assertTrue(client.isOpen());
            List<CompletableFuture<JsonObject>> unused = frame(client, 95);
            assertEquals(3013, client.awaitClose());
        }
        assertCounted("commands");
        assertCounted("refusals");
    }

    @Test
    void bytesBeyondTheirRateAreRefused() {
        // bytes-per-second of a connection: the commands of what is over get 111 with advice.
        try (RawClient client = connected(person("bytes"))) {
            String big = "{\"after\":\"" + "x".repeat(100_000) + "\"}";
            List<JsonObject> replies = all(client, 4, "conversation.list", big);
            assertAdvice(List.of(replies.getLast()), "bytes on this connection");
            assertEquals(107, code(replies.getFirst()));
        }
        assertCounted("bytes");
    }

    @Test
    void pagesOfHistoryBeyondTheirRateAreRefused() {
        // history-reads-per-second of an account, over all its connections.
        Rest.Person person = person("reader");
        try (RawClient one = connected(person);
                RawClient other = connected(person)) {
            String conversation = group(one);
            String history = "\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":1}";
            for (int i = 0; i < 5; i++) {
                JsonObject reply = (i % 2 == 0 ? one : other).command(history);
                assertTrue(reply.containsKey("history"), reply::toString);
            }
            List<JsonObject> refused = new ArrayList<>();
            // Each second brings one more.
            for (int i = 0; i < 30 && refused.size() < 2; i++) {
                JsonObject reply = other.command(history);
                if (reply.containsKey("error")) {
                    refused.add(reply);
                }
            }
            assertEquals(2, refused.size());
            assertAdvice(refused, "reads of history");
        }
        assertCounted("history-reads");
    }

    @Test
    void questionsWhoIsPresentBeyondTheirRateAreRefused() {
        // presence-reads-per-second of an account, over all its connections and both commands.
        Rest.Person person = person("curious");
        try (RawClient one = connected(person);
                RawClient other = connected(person)) {
            String channel = "{\"channel\":\"c:" + group(one) + "\"}";
            List<JsonObject> refused = new ArrayList<>();
            for (int i = 0; i < 30 && refused.size() < 2; i++) {
                JsonObject reply = (i % 2 == 0 ? one : other)
                        .command((i % 3 == 0 ? "\"presence\":" : "\"presence_stats\":") + channel);
                assertTrue(i >= 5 || !reply.containsKey("error"), reply::toString);
                if (reply.containsKey("error")) {
                    refused.add(reply);
                }
            }
            assertEquals(2, refused.size());
            assertAdvice(refused, "reads of presence");
        }
        assertCounted("presence-reads");
    }

    @Test
    void passingEventsBeyondTheirRateAreDropped() {
        // ephemeral-per-second of an account: what is over it is lost, and nothing else of the sender is.
        Rest.Person person = person("typist");
        try (RawClient one = connected(person);
                RawClient other = connected(person)) {
            String conversation = group(one);
            String typing = "{\"send\":{\"data\":{\"type\":\"typing\",\"conversation\":\"" + conversation + "\"}}}";
            for (int i = 0; i < 20; i++) {
                (i % 2 == 0 ? one : other).send(typing);
            }
            assertTrue(one.rpc("message.send", message(conversation, 1)).containsKey("rpc"));
            assertTrue(other.rpc("message.send", message(conversation, 2)).containsKey("rpc"));
        }
        assertCounted("ephemeral");
    }

    @Test
    void messagesOfOneConversationBeyondTheirRateAreRefused() {
        // conversation-sends-per-second over all members; whoever is no member uses nothing of it up.
        try (RawClient owner = connected(person("owner"));
                RawClient stranger = connected(person("stranger"))) {
            String conversation = group(owner);
            for (int i = 0; i < 40; i++) {
                assertEquals(1001, code(stranger.rpc("message.send", message(conversation, i))));
            }
            List<JsonObject> refused = new ArrayList<>();
            for (int i = 0; i < 90 && refused.size() < 5; i++) {
                JsonObject reply = owner.rpc("message.send", message(conversation, i));
                assertTrue(i >= 20 || reply.containsKey("rpc"), reply::toString);
                if (!reply.containsKey("rpc")) {
                    refused.add(reply);
                }
            }
            assertEquals(5, refused.size());
            assertAdvice(refused, "messages in this conversation");
            String elsewhere = owner.call(
                            "conversation.create", "{\"id\":\"h\",\"kind\":\"group\",\"title\":\"H\",\"members\":[]}")
                    .getString("conversation");
            assertTrue(owner.rpc("message.send", message(elsewhere, 1)).containsKey("rpc"));
        }
        assertCounted("conversation-sends");
    }

    @Test
    void sessionsBegunTooOftenAreRefused() {
        // connects-per-second of an account: error 111, temporary, on connect; an SDK waits and comes back.
        Rest.Person person = person("restless");
        JsonObject reply = JsonObject.EMPTY_JSON_OBJECT;
        // Each second brings one more.
        for (int i = 0; i < 30 && !reply.containsKey("error"); i++) {
            awaitRoom();
            try (RawClient client = RawClient.open(node.webSocketAddress())) {
                reply = client.command("\"connect\":{\"token\":\"" + person.accessToken() + "\"}");
                assertTrue(i >= 3 || reply.containsKey("connect"), reply.toString());
            }
        }
        assertAdvice(List.of(reply), "connects of this account");
        assertCounted("connects");
    }

    @Test
    void connectionsOfOneAddressAreLimited() {
        // handshakes-per-address-max: 429 with Retry-After, for this address only; an address is what a trusted
        // proxy says last, not what the client says.
        List<RawHttp> clients = new ArrayList<>();
        try {
            for (int i = 0; i < HANDSHAKES_PER_ADDRESS_MAX; i++) {
                assertTrue(upgraded(clients, "6.6.6." + i + ", 203.0.113.5").startsWith("HTTP/1.1 101 "));
            }
            String refused = upgraded(clients, "6.6.6.9, 203.0.113.5");
            assertTrue(refused.startsWith("HTTP/1.1 429 "), refused);
            assertTrue(refused.contains("\r\nRetry-After: "), refused);
            assertTrue(upgraded(clients, "203.0.113.5, 203.0.113.6").startsWith("HTTP/1.1 101 "));
            assertTrue(upgraded(clients, "2001:db8:1:2::1").startsWith("HTTP/1.1 101 "));
            assertTrue(upgraded(clients, "2001:db8:1:2::2").startsWith("HTTP/1.1 101 "));
            assertTrue(upgraded(clients, "2001:db8:1:2:3::3").startsWith("HTTP/1.1 101 "));
            assertTrue(upgraded(clients, "2001:db8:1:2:4::4").startsWith("HTTP/1.1 429 "), "the same /64");
        } finally {
            clients.forEach(RawHttp::close);
        }
        assertCounted("handshakes-per-address");
    }

    @Test
    void requestsOfOneAddressAreLimited() {
        // requests-per-second of an address: 429 with Retry-After; another address is answered.
        Reply refused = devices("198.51.100.7");
        for (int i = 0; i < 60 && refused.status() == 401; i++) {
            refused = devices("198.51.100.7");
        }
        assertEquals(429, refused.status());
        assertEquals("urn:parley:problem:too-many-requests", refused.json().getString("type"));
        assertTrue(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()) >= 1);
        assertEquals(401, devices("198.51.100.8").status());
        assertCounted("requests");
        assertBodyIsNoRequest(node.address(), "POST /api/v1/tokens HTTP/1.1\r\nX-Forwarded-For: 198.51.100.7\r\n", 429);
    }

    @Test
    void aBodyThatNobodyReadIsNoRequest() {
        // S22, where an operators' key is missing: refused before the body is looked at.
        assertBodyIsNoRequest(node.adminAddress(), "POST /admin/v1/accounts HTTP/1.1\r\n", 401);
    }

    private static void assertBodyIsNoRequest(String address, String refused, int status) {
        String inner = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        String head = refused + "Host: a\r\nContent-Length: " + inner.length() + "\r\n";
        long began = System.nanoTime();
        assertEquals(List.of(status), refused(address, status, head + "Connection: close\r\n\r\n" + inner));
        String both = head + "\r\n" + inner + inner.replace("live", "ready");
        assertEquals(List.of(status, 200), refused(address, status, both));
        assertTrue(System.nanoTime() - began < 9_000_000_000L, "connections end after their last answer");
    }

    /// The statuses of the answers to `requests`, the first of which is `status`: asked again where a
    /// second has brought one more, or health was found bad for a moment.
    private static List<Integer> refused(String address, int status, String requests) {
        return Await.value("the answer " + status, () -> {
            try (RawHttp client = new RawHttp(address)) {
                List<Integer> answers = statuses(client.send(requests));
                return answers.getFirst() == status && answers.getLast() != 503
                        ? Optional.of(answers)
                        : Optional.<List<Integer>>empty();
            }
        });
    }

    private static List<Integer> statuses(RawHttp client) {
        return Pattern.compile("HTTP/1.1 ([0-9]{3})")
                .matcher(client.all())
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    private static Reply devices(String address) {
        return node.rest()
                .send(HttpRequest.newBuilder(URI.create(node.address() + "api/v1/devices"))
                        .header("X-Forwarded-For", address)
                        .build());
    }

    private static String upgraded(List<RawHttp> clients, String forwardedFor) {
        RawHttp client = new RawHttp(node.address());
        clients.add(client);
        return client.send(RawHttp.upgrade("X-Forwarded-For: " + forwardedFor + "\r\n"))
                .head();
    }

    private static Rest.Person person(String name) {
        return node.rest().newPerson(name);
    }

    private static RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    private static String group(RawClient client) {
        return client.call("conversation.create", "{\"id\":\"g\",\"kind\":\"group\",\"title\":\"G\",\"members\":[]}")
                .getString("conversation");
    }

    private static String message(String conversation, int number) {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"" + number + "\",\"body\":{\"text\":\"x\"}}";
    }

    private static List<JsonObject> all(RawClient client, int count, String method, String data) {
        List<CompletableFuture<JsonObject>> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(client.rpcAsync(method, data));
        }
        return joined(replies);
    }

    private static List<JsonObject> joined(List<CompletableFuture<JsonObject>> replies) {
        return replies.stream()
                .map(reply -> reply.orTimeout(10, TimeUnit.SECONDS).join())
                .toList();
    }

    /// Asks so many times, in one frame.
    private static List<CompletableFuture<JsonObject>> frame(RawClient client, int count) {
        StringBuilder frame = new StringBuilder();
        List<CompletableFuture<JsonObject>> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(client.expect(frame, "\"rpc\":{\"method\":\"conversation.list\",\"data\":{}}"));
        }
        client.send(frame.toString());
        return replies;
    }

    private static List<JsonObject> refused(List<JsonObject> replies) {
        return replies.stream().filter(reply -> code(reply) == 111).toList();
    }

    private static int code(JsonObject reply) {
        return reply.containsKey("error") ? reply.getJsonObject("error").getInt("code") : 0;
    }

    private static void assertAdvice(List<JsonObject> refused, String what) {
        for (JsonObject reply : refused) {
            assertEquals(111, code(reply), reply::toString);
            JsonObject error = reply.getJsonObject("error");
            assertTrue(error.getBoolean("temporary"), reply::toString);
            String message = error.getString("message");
            assertTrue(
                    message.matches("too many requests: " + what + "; try again in [1-9][0-9]* ms"), reply::toString);
        }
    }

    private static void assertCounted(String limit) {
        String metrics = node.admin().get("metrics", null).text();
        assertTrue(
                metrics.lines()
                        .anyMatch(line -> line.startsWith("parley_limits_refused_total{limit=\"" + limit + "\"}")
                                && !line.endsWith(" 0.0")),
                limit);
    }
}
