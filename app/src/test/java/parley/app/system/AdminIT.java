package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// What an operator sees and does through the admin listener, and what people notice of it.
class AdminIT {
    private static final long END_MILLIS_MAX =
            Await.promised(Duration.ofSeconds(2)).toMillis();

    @TempDir
    static Path folder;

    private static SystemNode node;
    private static String key;

    private Rest.Person a;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(folder, Map.of("PARLEY_NODE_DRAIN_TIME", "1s", "PARLEY_NODE_NAME", "first"));
        key = node.adminKey();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void signUp() {
        a = node.rest().newPerson("alice");
    }

    @Test
    void sessionsAreListedAndEnded() {
        // GET sessions?account=, DELETE sessions/{id}: seen, ended once, idempotent, in the audit.
        try (RawClient first = connected(a);
                RawClient second = connected(a)) {
            List<JsonObject> sessions = sessions(a);
            assertEquals(2, sessions.size());
            JsonObject session = sessions.getFirst();
            assertEquals("127.0.0.1", session.getString("address"));
            assertEquals("first", session.getString("node"));
            String id = session.getString("id");
            assertEquals(204, admin("DELETE", "admin/v1/sessions/" + id, null).status());
            assertEquals(3503, first.awaitClose());
            Await.until("one session is left", () -> sessions(a).size() == 1);
            // Only now it is over for the server, too; until then another call would end it again.
            assertEquals(204, admin("DELETE", "admin/v1/sessions/" + id, null).status());
            assertTrue(second.isOpen());
            assertEquals(1, audited("session-ended", "session:" + id));
            assertEquals(
                    1, get("admin/v1/sessions?limit=1").getJsonArray("sessions").size());
        }
    }

    @Test
    void aBanEndsSessionsAndRefusesTokens() {
        // PUT and DELETE ban are idempotent; sessions end with 4502 within 2 s; tokens are refused while it lasts.
        try (RawClient client = connected(a)) {
            String ban = "admin/v1/accounts/" + a.id() + "/ban";
            long begin = System.nanoTime();
            assertEquals(204, admin("PUT", ban, "{\"reason\":\"spam\"}").status());
            assertEquals(4502, client.awaitClose());
            long took = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(took < END_MILLIS_MAX, took + " ms");
            assertEquals(204, admin("PUT", ban, "{\"reason\":\"spam\"}").status());
            assertEquals(
                    "spam",
                    get("admin/v1/accounts/" + a.id()).getJsonObject("ban").getString("reason"));
            assertEquals(
                    403, node.rest().get("api/v1/accounts/me", a.accessToken()).status());
            assertEquals(403, signIn().status());
            assertEquals(403, refresh().status());
            try (RawClient refused = RawClient.open(node.webSocketAddress())) {
                refused.send("{\"id\":1,\"connect\":{\"token\":\"" + a.accessToken() + "\"}}");
                assertEquals(4502, refused.awaitClose());
            }
            assertEquals(204, admin("DELETE", ban, null).status());
            assertEquals(204, admin("DELETE", ban, null).status());
            assertEquals(201, signIn().status());
            assertTrue(audited("account-banned", "account:" + a.id()) >= 1, AdminIT::audit);
            assertTrue(audited("account-unbanned", "account:" + a.id()) >= 1, AdminIT::audit);
        }
    }

    @Test
    void aSignOutEndsEveryDevice() {
        // POST accounts/{id}/sign-out: sessions end with 4501 within 2 s, all tokens are over, sign-in works.
        Rest.Person other = node.rest().signIn(a.id(), a.handle(), a.password());
        try (RawClient first = connected(a);
                RawClient second = connected(other)) {
            long begin = System.nanoTime();
            assertEquals(
                    204,
                    admin("POST", "admin/v1/accounts/" + a.id() + "/sign-out", null)
                            .status());
            assertEquals(4501, first.awaitClose());
            assertEquals(4501, second.awaitClose());
            long took = (System.nanoTime() - begin) / 1_000_000;
            assertTrue(took < END_MILLIS_MAX, took + " ms");
            assertEquals(
                    401,
                    node.rest().get("api/v1/accounts/me", other.accessToken()).status());
            assertEquals(401, refresh().status());
            assertEquals(201, signIn().status());
            assertTrue(audited("account-signed-out", "account:" + a.id()) >= 1, AdminIT::audit);
        }
    }

    @Test
    void whoSignsOutEndsTheOwnSessions() {
        // DELETE /api/v1/tokens/current: this device's sessions end with 4501, the other device's stay.
        Rest.Person other = node.rest().signIn(a.id(), a.handle(), a.password());
        try (RawClient gone = connected(a);
                RawClient stays = connected(other)) {
            assertEquals(
                    204,
                    node.rest()
                            .call("DELETE", "api/v1/tokens/current", a.accessToken(), null)
                            .status());
            assertEquals(4501, gone.awaitClose());
            assertEquals(
                    "a",
                    stays.call("account.get", "{\"account\":\"" + a.id() + "\"}")
                            .getString("handle")
                            .substring(0, 1));
        }
    }

    @Test
    void conversationsAndTheirEntriesAreShown() {
        // GET conversations/{id} and its entries, page by page; accounts by handle and page by page.
        Rest.Person b = node.rest().newPerson("bob");
        try (RawClient client = connected(a)) {
            String conversation = client.call(
                            "conversation.create",
                            "{\"id\":\"1\",\"kind\":\"group\",\"title\":\"Harbour\",\"members\":[\"" + b.id() + "\"]}")
                    .getString("conversation");
            for (int i = 0; i < 5; i++) {
                JsonObject unused = client.call(
                        "message.send",
                        "{\"conversation\":\"" + conversation + "\",\"id\":\"" + i + "\",\"body\":{\"text\":\"t" + i
                                + "\"}}");
            }
            JsonObject shown = get("admin/v1/conversations/" + conversation);
            assertEquals("Harbour", shown.getString("title"));
            assertEquals(8, shown.getInt("head"));
            assertEquals(2, shown.getJsonArray("members").size());
            String entries = "admin/v1/conversations/" + conversation + "/entries";
            JsonObject page = get(entries + "?limit=6");
            assertEquals(6, page.getJsonArray("entries").size());
            JsonObject rest = get(entries + "?after=" + page.getString("next"));
            assertEquals(
                    List.of(7, 8),
                    rest.getJsonArray("entries").getValuesAs(JsonObject.class).stream()
                            .map(entry -> entry.getInt("seq"))
                            .toList());
            assertFalse(rest.containsKey("next"));
            assertEquals(404, admin("GET", "admin/v1/conversations/1", null).status());
            JsonObject found = get("admin/v1/accounts?handle=" + b.handle());
            assertEquals(b.id(), found.getJsonArray("accounts").getJsonObject(0).getString("id"));
        }
    }

    @Test
    void theNodeTellsAboutItself() {
        // GET node, nodes; health names every check; metrics has the figures that are promised.
        assertEquals("first", get("admin/v1/node").getString("name"));
        assertEquals(1, get("admin/v1/nodes").getJsonArray("nodes").size());
        JsonObject health = node.admin().awaitReady().json();
        assertTrue(List.of("up", "degraded").contains(health.getString("status")), health::toString);
        health.getJsonArray("checks")
                .getValuesAs(JsonObject.class)
                .forEach(check -> assertTrue(
                        check.containsKey("name") && check.containsKey("status") && check.containsKey("duration"),
                        check::toString));
        String ready = node.rest().awaitReady().text();
        assertTrue(ready.matches("\\{\"status\":\"(up|degraded)\"}"), ready);
        try (RawClient client = connected(a)) {
            String conversation = client.call(
                            "conversation.create", "{\"id\":\"1\",\"kind\":\"group\",\"title\":\"M\",\"members\":[]}")
                    .getString("conversation");
            JsonObject unused = client.call(
                    "message.send",
                    "{\"conversation\":\"" + conversation + "\",\"id\":\"1\",\"body\":{\"text\":\"x\"}}");
            String metrics = node.admin().get("metrics", key).text();
            for (String figure : List.of(
                    "parley_connections",
                    "parley_sessions",
                    "parley_messaging_sends_total{",
                    "parley_sends_acknowledged_seconds_bucket{",
                    "parley_history_batch_appends_count",
                    "parley_history_lane_depth{",
                    "parley_history_entries_read_total{",
                    "parley_history_redis_",
                    "hikaricp_connections_active",
                    "jvm_memory_used_bytes")) {
                assertTrue(metrics.lines().anyMatch(line -> line.startsWith(figure)), figure);
            }
        }
    }

    @Test
    void anOperatorDrainsThisNode(@TempDir Path own) {
        // POST nodes/{name}/drain: clients told to go elsewhere (3001), audited, exit code 0, as with SIGTERM.
        try (SystemNode draining = SystemNode.embedded(own, Map.of("PARLEY_NODE_DRAIN_TIME", "1s"))) {
            Rest.Person person = draining.rest().newPerson("carol");
            RawClient client = RawClient.open(draining.webSocketAddress());
            JsonObject unused = client.connect(person.accessToken());
            Rest admin = draining.admin();
            String bearer = draining.adminKey();
            String name = admin.get("admin/v1/node", bearer).json().getString("name");
            assertEquals(
                    404,
                    admin.call("POST", "admin/v1/nodes/other/drain", bearer, null)
                            .status());
            assertEquals(
                    202,
                    admin.call("POST", "admin/v1/nodes/" + name + "/drain", bearer, null)
                            .status());
            assertEquals(3001, client.awaitClose());
            assertEquals(0, draining.process().awaitExit(Duration.ofSeconds(20)));
            draining.restart();
            assertTrue(draining.admin().get("admin/v1/audit", bearer).text().contains("node-drained"));
        }
    }

    @Test
    void sigtermTellsClientsAndEndsWithZero(@TempDir Path own) {
        // I8: SIGTERM: clients get 3001 within the drain time, what was acknowledged is there afterwards, exit code 0.
        try (SystemNode ending = SystemNode.embedded(own, Map.of("PARLEY_NODE_DRAIN_TIME", "1s"))) {
            Rest.Person person = ending.rest().newPerson("dora");
            RawClient client = RawClient.open(ending.webSocketAddress());
            JsonObject unused = client.connect(person.accessToken());
            String conversation = client.call(
                            "conversation.create", "{\"id\":\"1\",\"kind\":\"group\",\"title\":\"End\",\"members\":[]}")
                    .getString("conversation");
            String send = "{\"conversation\":\"" + conversation + "\",\"id\":\"1\",\"body\":{\"text\":\"last\"}}";
            int seq = client.call("message.send", send).getInt("seq");
            ending.process().terminate();
            assertEquals(3001, client.awaitClose());
            assertEquals(0, ending.process().awaitExit(Duration.ofSeconds(20)));
            assertEquals(2, ending.process().stdout().lines().count(), "standard output has the two ready lines alone");
            ending.restart();
            try (RawClient again = RawClient.open(ending.webSocketAddress())) {
                JsonObject connected = again.connect(person.accessToken());
                assertEquals(
                        seq,
                        connected
                                .getJsonObject("subs")
                                .getJsonObject("c:" + conversation)
                                .getInt("offset"));
                assertTrue(again.call("message.send", send).getBoolean("repeated"));
            }
        }
    }

    private static RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    private static List<JsonObject> sessions(Rest.Person person) {
        return get("admin/v1/sessions?account=" + person.id())
                .getJsonArray("sessions")
                .getValuesAs(JsonObject.class);
    }

    private Reply signIn() {
        return node.rest()
                .call(
                        "POST",
                        "api/v1/tokens",
                        null,
                        "{\"handle\":\"" + a.handle() + "\",\"password\":\"" + a.password() + "\",\"device\":\"x\"}");
    }

    private Reply refresh() {
        return node.rest()
                .call("POST", "api/v1/tokens/refresh", null, "{\"refreshToken\":\"" + a.refreshToken() + "\"}");
    }

    private static String audit() {
        return get("admin/v1/audit?limit=50").toString();
    }

    /// How many of the last lines of the audit say so.
    private static long audited(String action, String target) {
        return get("admin/v1/audit?limit=200").getJsonArray("audit").getValuesAs(JsonObject.class).stream()
                .filter(line -> line.getString("action").equals(action)
                        && line.getString("target").equals(target)
                        && line.getString("actor").startsWith("key:"))
                .count();
    }

    private static JsonObject get(String path) {
        Reply reply = admin("GET", path, null);
        assertEquals(200, reply.status(), () -> path + " " + reply.text());
        return reply.json();
    }

    private static Reply admin(String method, String path, @Nullable String body) {
        return node.admin().call(method, path, key, body);
    }
}
