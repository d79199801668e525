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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// I7: everything has a limit, and what is over it gets the answer that is promised.
class LimitsIT {
    private static final int CONNECTIONS_MAX = 12;
    private static final int PER_ACCOUNT_MAX = 3;
    private static final int BURST = 200;

    @TempDir
    static Path folder;

    private static SystemNode node;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(
                folder,
                Map.of(
                        "PARLEY_SESSIONS_LIMITS_CONNECTIONS_MAX", Integer.toString(CONNECTIONS_MAX),
                        "PARLEY_SESSIONS_LIMITS_PER_ACCOUNT_MAX", Integer.toString(PER_ACCOUNT_MAX),
                        "PARLEY_SESSIONS_LIMITS_SENDS_PER_SECOND", "1",
                        "PARLEY_SESSIONS_LIMITS_SENDS_BURST", Integer.toString(BURST)));
    }

    @AfterAll
    static void stop() {
        node.close();
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
                    .map(send -> send.orTimeout(10, TimeUnit.SECONDS).join())
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
                JsonObject answer = reply.orTimeout(10, TimeUnit.SECONDS).join();
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
            assertEquals(200, node.rest().get("health/ready", null).status());
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
        return client.call("conversation.create", "{\"id\":\"g\",\"kind\":\"group\",\"title\":\"G\",\"members\":[]}")
                .getString("conversation");
    }

    private static String message(String conversation, int number) {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"" + number + "\",\"body\":{\"text\":\"x\"}}";
    }
}
