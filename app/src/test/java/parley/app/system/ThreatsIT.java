package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Threats of `modules/SECURITY.md` that show only on the whole program.
class ThreatsIT {
    private static final String CLUSTER_SECRET = "of the cluster, only for tests";

    @TempDir
    static Path folder;

    private static WholeStack stack;
    private static Rest.Person alice;
    private static Rest.Person bob;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of("PARLEY_LOG_LEVEL", "debug"));
        alice = stack.rest().newPerson("alice");
        bob = stack.rest().newPerson("bob");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void aTokenInAnAddressOpensNothing() {
        // S2: a good token in the query counts for nothing, at REST and at the WebSocket, and stands in no log.
        for (String name : List.of("token", "access_token", "authorization", "bearer")) {
            Reply reply = stack.rest().get("api/v1/accounts/me?" + name + "=" + alice.accessToken(), null);
            assertTrue(reply.status() == 401 || reply.status() == 400, reply::text);
        }
        for (String name : List.of("token", "access_token")) {
            try (RawHttp raw = new RawHttp(stack.steadyAddress())) {
                String request = RawHttp.upgrade("")
                        .replace("websocket HTTP", "websocket?" + name + "=" + alice.accessToken() + " HTTP");
                assertEquals(401, raw.send(request).status());
            }
        }
        String signature = alice.accessToken().split("\\.", -1)[2];
        Await.until(
                "nginx has logged", () -> stack.nginx().accessLog().stream().anyMatch(line -> line.contains(" 401 ")));
        assertFalse(String.join("\n", stack.nginx().accessLog()).contains(signature));
        assertFalse(String.join("\n", stack.nginx().errorLog()).contains(signature));
        assertFalse(stack.node().process().stderr().contains(signature));
    }

    @Test
    void whatPeopleWriteForgesNoLine() {
        // S19: line breaks and terminal commands in names, titles, bodies, headers and paths make no line of their own,
        // and what people write is in no log at all.
        String fake = "\\r\\nERROR fake-5521 \\u001b[31m";
        stack.rest()
                .call(
                        "POST",
                        "api/v1/tokens",
                        null,
                        "{\"handle\":\"" + fake + "\",\"password\":\"" + fake + "\",\"device\":\"" + fake + "\"}");
        stack.rest().call("PATCH", "api/v1/accounts/me", alice.accessToken(), "{\"displayName\":\"" + fake + "\"}");
        try (RawClient client = RawClient.open(WholeStack.webSocket(stack.steadyAddress()))) {
            client.command("\"connect\":{\"token\":\"" + alice.accessToken() + "\",\"name\":\"" + fake
                    + "\",\"version\":\"" + fake + "\"}");
            String own = client.call(
                            "conversation.create", "{\"id\":\"f\",\"kind\":\"group\",\"title\":\"T\",\"members\":[]}")
                    .getString("conversation");
            client.rpc("conversation.rename", "{\"conversation\":\"" + own + "\",\"title\":\"" + fake + "\"}");
            client.rpc(
                    "message.send",
                    "{\"conversation\":\"" + own + "\",\"id\":\"" + fake + "\",\"body\":{\"text\":\"" + fake + "\"}}");
            client.rpc(fake, "{}");
            client.command("\"history\":{\"channel\":\"" + fake + "\"}");
        }
        String raw = "ERROR fake-5521 \u001b[31m";
        for (String address : List.of(stack.steadyAddress(), stack.node().address())) {
            try (RawHttp http = new RawHttp(address)) {
                String head = http.send("GET /%0d%0aERROR%20fake-5521%1b[31m HTTP/1.1\r\nHost: x\r\nUser-Agent: " + raw
                                + "\r\nReferer: " + raw + "\r\nX-Request-Id: " + raw + "\r\n\r\n")
                        .head();
                assertTrue(head.startsWith("HTTP/1.1 4"), head);
            }
        }
        Await.until(
                "nginx has logged",
                () -> stack.nginx().accessLog().stream().anyMatch(line -> line.contains("fake-5521")));
        for (String line : stack.nginx().accessLog()) {
            assertTrue(line.matches("[0-9.]+ \\[[^]]+] [A-Z]+ \"[^\"]*\" \\d{3} .*"), line);
            assertFalse(line.contains("\u001b"), line);
        }
        String log = stack.node().process().stderr();
        assertFalse(log.contains("\u001b") || log.contains("fake-5521"), log);
        SecrecyIT.assertEveryLineIsJson(log);
    }

    @Test
    void nobodyWhoLooksAtTheProcessSeesASecret() throws IOException {
        // S20: not in the list of processes, in no answer of any GET route of either listener.
        Map<String, String> secrets = new LinkedHashMap<>(Map.of(
                "the secret of the cluster", CLUSTER_SECRET,
                "the admin key", stack.adminKey(),
                "a password", alice.password(),
                "a refresh token", alice.refreshToken(),
                "the signature of a token", alice.accessToken().split("\\.", -1)[2]));
        Path process = Path.of("/proc/" + stack.node().process().pid() + "/cmdline");
        Map<String, String> places = new LinkedHashMap<>();
        places.put("the list of processes", Files.readString(process, StandardCharsets.ISO_8859_1));
        JsonObject paths = stack.node()
                .admin()
                .get("openapi.json", stack.adminKey())
                .json()
                .getJsonObject("paths");
        paths.forEach((path, operations) -> {
            if (operations.asJsonObject().containsKey("get")) {
                String filled = path.substring(1).replace("{id}", alice.id());
                places.put(
                        "admin " + path,
                        stack.node().admin().get(filled, stack.adminKey()).text());
                places.put(
                        "public " + path,
                        stack.node().rest().get(filled, alice.accessToken()).text());
            }
        });
        assertTrue(places.size() > 20, places.keySet()::toString);
        places.forEach((place, text) ->
                secrets.forEach((what, secret) -> assertFalse(text.contains(secret), what + " stands in " + place)));
        String keys = places.getOrDefault("public /.well-known/jwks.json", "");
        for (String secretPart : List.of("\"d\"", "\"p\"", "\"q\"", "\"k\"")) {
            assertTrue(keys.contains("\"n\"") && !keys.contains(secretPart), keys);
        }
    }

    @Test
    void idsAreEachSendersOwnAndTheSenderIsTheSession() {
        // S24: somebody else's client id blocks nobody, and nobody sends in another's name.
        try (RawClient a = RawClient.open(stack.node().webSocketAddress());
                RawClient b = RawClient.open(stack.node().webSocketAddress())) {
            assertTrue(a.connect(alice.accessToken()).containsKey("data"));
            assertTrue(b.connect(bob.accessToken()).containsKey("data"));
            String both = a.call(
                            "conversation.create",
                            "{\"id\":\"b\",\"kind\":\"group\",\"title\":\"T\",\"members\":[\"" + bob.id() + "\"]}")
                    .getString("conversation");
            String send = "{\"conversation\":\"" + both + "\",\"id\":\"same\",\"body\":{\"text\":\"%s\"}}";
            assertEquals(4, a.call("message.send", send.formatted("of alice")).getInt("seq"));
            assertEquals(5, b.call("message.send", send.formatted("of bob")).getInt("seq"));
            for (String field : List.of("author", "account", "user", "from", "seq", "time")) {
                JsonObject reply = b.rpc(
                        "message.send",
                        JsonFields.with(JsonFields.object(send.formatted("forged")), field, "\"" + alice.id() + "\""));
                assertEquals(107, reply.getJsonObject("error").getInt("code"), reply::toString);
            }
            String entries = stack.node()
                    .admin()
                    .get("admin/v1/conversations/" + both + "/entries?after=3", stack.adminKey())
                    .text();
            assertTrue(
                    entries.matches("(?s).*\"author\":\"" + alice.id() + "\".*of alice.*\"author\":\"" + bob.id()
                            + "\".*of bob.*"),
                    entries);
            assertFalse(entries.contains("forged"), entries);
        }
    }

    @Test
    void aFloodOfSignInsStopsNoChat() throws Exception {
        // S5: 200 sign-ins at once: each is answered, none with a fault (200 hashes at once would need 3.8 GB, and the
        // node has 512 MB), and who chats hardly notices.
        try (RawClient client = RawClient.open(stack.node().webSocketAddress());
                ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            assertTrue(client.connect(alice.accessToken()).containsKey("data"));
            String own = client.call(
                            "conversation.create", "{\"id\":\"s\",\"kind\":\"group\",\"title\":\"T\",\"members\":[]}")
                    .getString("conversation");
            List<Long> quiet = acknowledged(client, own, "quiet", 60);
            List<Future<Integer>> flood = new ArrayList<>();
            Rest door = stack.node().rest();
            for (int i = 0; i < 200; i++) {
                String body = "{\"handle\":\"flood." + i + "\",\"password\":\"long enough\",\"device\":\"d\"}";
                flood.add(people.submit(
                        () -> door.call("POST", "api/v1/tokens", null, body).status()));
            }
            List<Long> busy = acknowledged(client, own, "busy", 60);
            for (Future<Integer> one : flood) {
                int status = one.get(60, TimeUnit.SECONDS);
                assertTrue(List.of(401, 429, 503).contains(status), () -> "a sign-in was answered " + status);
            }
            long limit = Math.max(3 * p90(quiet), TimeUnit.SECONDS.toNanos(2));
            assertTrue(
                    p90(busy) <= limit,
                    () -> "p90 of " + p90(busy) / 1_000_000 + " ms, quiet " + p90(quiet) / 1_000_000);
        }
    }

    /// Nanoseconds from each of `count` sends to its acknowledgement.
    private static List<Long> acknowledged(RawClient client, String conversation, String name, int count) {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            JsonObject unused = client.call(
                    "message.send",
                    "{\"conversation\":\"" + conversation + "\",\"id\":\"" + name + i
                            + "\",\"body\":{\"text\":\"x\"}}");
            took.add(System.nanoTime() - began);
        }
        return took;
    }

    private static long p90(List<Long> took) {
        return took.stream().sorted().toList().get(took.size() * 9 / 10);
    }
}
