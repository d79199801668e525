package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// I7: everything has a limit, and what is over it gets the answer that is promised.
@Tag("alone")
class LimitsIT {
    private static final int CONNECTIONS_MAX = 12;
    private static final int PER_ACCOUNT_MAX = 3;
    private static final int ROOM = 6;
    private static final int BURST = 200;

    @TempDir
    static Path folder;

    private static SystemNode node;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(
                folder,
                Map.of(
                        "PARLEY_HISTORY_QUEUE_WAIT_MAX",
                        "10s",
                        "PARLEY_SESSIONS_LIMITS_CONNECTIONS_MAX",
                        Integer.toString(CONNECTIONS_MAX),
                        "PARLEY_SESSIONS_LIMITS_PER_ACCOUNT_MAX",
                        Integer.toString(PER_ACCOUNT_MAX),
                        "PARLEY_SESSIONS_LIMITS_SUBSCRIPTIONS_MAX",
                        "2",
                        "PARLEY_SESSIONS_LIMITS_IN_FLIGHT_MAX",
                        "8",
                        "PARLEY_SESSIONS_LIMITS_SENDS_PER_SECOND",
                        "1",
                        "PARLEY_SESSIONS_LIMITS_SENDS_BURST",
                        Integer.toString(BURST)));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /// The node hears a moment later that a test's connections ended: the next test finds room.
    @AfterEach
    void awaitRoom() {
        Await.until("connections of the test before have ended", () -> {
            List<RawHttp> clients = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS_MAX - ROOM; i++) {
                    clients.add(new RawHttp(node.address()));
                }
                return clients.stream()
                        .allMatch(client ->
                                client.send(RawHttp.upgrade("")).head().startsWith("HTTP/1.1 101 "));
            } finally {
                clients.forEach(RawHttp::close);
            }
        });
    }

    @Test
    void sendsBeyondTheBurstAreRefused() {
        // Sends over the burst of an account: 111, temporary; refused ones take no number.
        Rest.Person person = node.rest().newPerson("fast");
        try (RawClient client = connected(person)) {
            String conversation = group(client);
            List<CompletableFuture<JsonObject>> sends = new ArrayList<>();
            for (int i = 0; i < BURST + 100; i++) {
                sends.add(client.rpcAsync("message.send", message(conversation, i)));
            }
            List<JsonObject> replies = sends.stream()
                    .map(send -> send.orTimeout(30, TimeUnit.SECONDS).join())
                    .toList();
            List<Integer> seqs = replies.stream()
                    .filter(reply -> reply.containsKey("rpc"))
                    .map(reply ->
                            reply.getJsonObject("rpc").getJsonObject("data").getInt("seq"))
                    .toList();
            // One a second is allowed beyond the burst.
            assertTrue(seqs.size() >= BURST && seqs.size() < BURST + 20, seqs.size() + " were taken");
            assertEquals(seqs.size() + 2, seqs.getLast());
            replies.stream().filter(reply -> !reply.containsKey("rpc")).forEach(reply -> {
                assertEquals(111, reply.getJsonObject("error").getInt("code"), reply::toString);
                assertTrue(reply.getJsonObject("error").getBoolean("temporary"), reply::toString);
            });
        }
    }

    @Test
    void commandsThatWaitBeyondTheLimitAreRefused() {
        // 1,024 commands may wait per connection; a further one is answered 111 at once, and all are answered.
        Rest.Person person = node.rest().newPerson("many");
        try (RawClient client = connected(person)) {
            StringBuilder frame = new StringBuilder();
            int commands = 1_800;
            List<CompletableFuture<JsonObject>> replies = new ArrayList<>();
            String conversation = group(client);
            for (int i = 0; i < commands; i++) {
                replies.add(client.expect(
                        frame,
                        "\"rpc\":{\"method\":\"conversation.get\",\"data\":{\"conversation\":\"" + conversation
                                + "\"}}"));
            }
            client.send(frame.toString());
            long refused = 0;
            for (CompletableFuture<JsonObject> reply : replies) {
                JsonObject answer = reply.orTimeout(30, TimeUnit.SECONDS).join();
                if (answer.containsKey("error")) {
                    // On a starved machine some that waited are answered in time instead of at their turn.
                    assertTrue(answer.getJsonObject("error").getBoolean("temporary"), answer::toString);
                    if (answer.getJsonObject("error").getString("message").contains("commands that wait")) {
                        assertEquals(111, answer.getJsonObject("error").getInt("code"), answer::toString);
                        refused++;
                    }
                }
            }
            assertTrue(refused > 0 && refused <= commands - 1_024, refused + " of " + commands + " were refused");
            assertTrue(client.isOpen());
        }
        assertCounted("parley_limits_refused_total{limit=\"commands-waiting\"}");
    }

    @Test
    void commandsBeyondThoseUnderWayWait() {
        // in-flight-max: further ones wait for their turn, all are answered in order, and the meter shows it.
        try (RawClient client = connected(node.rest().newPerson("patient"))) {
            String conversation = group(client);
            StringBuilder frame = new StringBuilder();
            List<CompletableFuture<JsonObject>> replies = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                replies.add(client.expect(
                        frame, "\"rpc\":{\"method\":\"message.send\",\"data\":" + message(conversation, i) + "}"));
            }
            client.send(frame.toString());
            for (int i = 0; i < replies.size(); i++) {
                JsonObject reply =
                        replies.get(i).orTimeout(30, TimeUnit.SECONDS).join();
                assertEquals(
                        i + 3, reply.getJsonObject("rpc").getJsonObject("data").getInt("seq"));
            }
        }
        assertCounted("parley_limits_waited_total{limit=\"in-flight\"}");
    }

    @Test
    void conversationsBeyondTheSubscriptionsTakeTheQuietOnesPlace() {
        // subscriptions-max (C6): one more active conversation pushes the quietest out, which is said and counted;
        // asking for one more (C7) is refused with 106.
        Rest.Person person = node.rest().newPerson("busy");
        try (RawClient client = connected(person)) {
            String first = group(client, "a");
            String unused = group(client, "b") + group(client, "c");
            Await.until(
                    "the push that ends the first",
                    () -> client.pushes().stream()
                            .anyMatch(push -> push.getString("channel").equals("c:" + first)
                                    && push.containsKey("unsubscribe")
                                    && push.getJsonObject("unsubscribe").getInt("code") == 2100));
            assertCounted("parley_limits_refused_total{limit=\"subscriptions\"} 1.0");
        }
        try (RawClient client = RawClient.open(node.webSocketAddress())) {
            JsonObject unused = client.connect(person.accessToken(), Map.of(), "{\"subscriptions\":\"client\"}");
            String list = client.call("conversation.list", "{}").toString();
            List<Integer> codes = new ArrayList<>();
            Matcher id = Pattern.compile("\"id\":\"([0-9]+)\",\"kind\"").matcher(list);
            while (id.find()) {
                JsonObject reply = client.command("\"subscribe\":{\"channel\":\"c:" + id.group(1) + "\"}");
                codes.add(
                        reply.containsKey("error")
                                ? reply.getJsonObject("error").getInt("code")
                                : 0);
            }
            assertEquals(List.of(0, 0, 106), codes, list);
        }
        assertCounted("parley_limits_refused_total{limit=\"subscriptions\"} 2.0");
    }

    /// The meter whose line begins so shows more than 0.
    private static void assertCounted(String line) {
        String metrics = node.admin().get("metrics", node.adminKey()).text();
        assertTrue(metrics.lines().anyMatch(one -> one.startsWith(line) && !one.endsWith(" 0.0")), line);
    }

    @Test
    void sessionsOfOneAccountAreLimited() {
        // A session over the limit of its account is closed with 3504; the others stay.
        Rest.Person person = node.rest().newPerson("spread");
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < PER_ACCOUNT_MAX; i++) {
                clients.add(connected(person));
            }
            try (RawClient more = RawClient.open(node.webSocketAddress())) {
                more.send("{\"id\":1,\"connect\":{\"token\":\"" + person.accessToken() + "\"}}");
                assertEquals(3504, more.awaitClose());
            }
            clients.forEach(client -> assertTrue(client.isOpen()));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void connectionsOfTheNodeAreLimited() {
        // An upgrade over connections-max: 503 with Retry-After; REST is still answered.
        List<RawHttp> clients = new ArrayList<>();
        try {
            int refused = 0;
            for (int i = 0; i < CONNECTIONS_MAX + 3; i++) {
                RawHttp client = new RawHttp(node.address());
                clients.add(client);
                String head = client.send(RawHttp.upgrade("")).head();
                if (head.startsWith("HTTP/1.1 503 ")) {
                    assertTrue(head.contains("\r\nRetry-After: "), head);
                    refused++;
                } else {
                    assertTrue(head.startsWith("HTTP/1.1 101 "), head);
                }
            }
            assertTrue(refused >= 3, refused + " were refused");
            assertEquals(200, node.rest().awaitReady().status());
        } finally {
            clients.forEach(RawHttp::close);
        }
    }

    private static RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    private static String group(RawClient client) {
        return group(client, "g");
    }

    private static String group(RawClient client, String id) {
        return client.call(
                        "conversation.create",
                        "{\"id\":\"" + id + "\",\"kind\":\"group\",\"title\":\"G\",\"members\":[]}")
                .getString("conversation");
    }

    private static String message(String conversation, int number) {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"" + number + "\",\"body\":{\"text\":\"x\"}}";
    }
}
