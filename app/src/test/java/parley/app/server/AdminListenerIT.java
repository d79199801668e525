package parley.app.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.app.server.Answers.assertProblem;
import static parley.app.server.Answers.json;

import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.app.server.LocalNode.Person;
import parley.testkit.Await;

final class AdminListenerIT {
    private static final List<String> GUARDED = List.of(
            "GET /metrics",
            "GET /openapi.json",
            "GET /admin/v1/node",
            "GET /admin/v1/nodes",
            "POST /admin/v1/nodes/x/drain",
            "GET /admin/v1/sessions",
            "DELETE /admin/v1/sessions/1",
            "GET /admin/v1/accounts",
            "GET /admin/v1/accounts/1",
            "PUT /admin/v1/accounts/1/ban",
            "DELETE /admin/v1/accounts/1/ban",
            "POST /admin/v1/accounts/1/sign-out",
            "GET /admin/v1/conversations/1",
            "GET /admin/v1/conversations/1/entries",
            "GET /admin/v1/audit",
            "GET /nothing");

    private static LocalNode node;

    @BeforeAll
    static void start() {
        node = new LocalNode();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void everythingButHealthNeedsAKey() {
        // Authorization: Bearer <key> on the admin listener; health is open to the probes of the host.
        for (String route : GUARDED) {
            String[] parts = route.split(" ", 2);
            assertProblem(401, "unauthorized", node.adminAs(null, parts[0], parts[1]));
            assertProblem(401, "unauthorized", node.adminAs("x".repeat(43), parts[0], parts[1]));
        }
        for (String path : List.of("/health/live", "/health/ready", "/health/started")) {
            Await.until(path, () -> node.adminAs(null, "GET", path).statusCode() == 200);
        }
    }

    @Test
    void healthTellsEveryCheck() {
        // Every check's name, status, reason and duration.
        JsonObject health = Await.value(
                "the node is up",
                () -> Optional.of(json(node.adminAs(null, "GET", "/health/ready")))
                        .filter(found -> found.getString("status").equals("up")));
        Set<String> names = new HashSet<>();
        health.getJsonArray("checks").getValuesAs(JsonObject.class).forEach(check -> {
            assertTrue(check.containsKey("reason") && check.containsKey("duration"), check.toString());
            names.add(check.getString("name"));
        });
        assertTrue(names.containsAll(Set.of("node", "database", "history", "durability", "bus")), names.toString());
    }

    @Test
    void metricsAreInPrometheusForm() {
        // Metrics of the JVM, the pool, the process and the modules.
        String text = Await.value("all meters are bound", () -> {
            String now = node.admin("GET", "/metrics", null).body();
            return now.contains("hikaricp_connections_active") && now.contains("process_files_open_files")
                    ? Optional.of(now)
                    : Optional.<String>empty();
        });
        for (String meter : List.of("jvm_memory_used_bytes", "process_cpu_usage", "parley_history_lane_depth")) {
            assertTrue(text.contains("\n" + meter) || text.contains("# HELP " + meter), meter);
        }
        assertFalse(text.contains(node.adminKey()));
    }

    @Test
    void aBanEndsSessionsAndIsInTheAudit() {
        // PUT ban is idempotent, ends sessions with 4502 within 2 s, and is in the audit; DELETE lifts it.
        Person person = node.newPerson("banned.one");
        TestSession session = node.connect(person);
        String ban = "/admin/v1/accounts/" + person.id() + "/ban";
        long begin = System.nanoTime();
        assertEquals(204, node.admin("PUT", ban, "{\"reason\":\"spam\"}").statusCode());
        assertEquals(4502, session.closeCode());
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertTrue(took.compareTo(Await.promised(Duration.ofSeconds(2))) < 0, took::toString);
        assertEquals(
                204,
                node.admin("PUT", ban, "{\"reason\":\"more spam\",\"until\":\"2099-01-01T00:00:00Z\"}")
                        .statusCode());
        JsonObject account = json(node.admin("GET", "/admin/v1/accounts/" + person.id(), null));
        assertEquals("more spam", account.getJsonObject("ban").getString("reason"));
        assertEquals("2099-01-01T00:00:00Z", account.getJsonObject("ban").getString("until"));
        assertEquals(
                403,
                node.call("GET", "/api/v1/accounts/me", person.accessToken(), null)
                        .statusCode());
        for (int i = 0; i < 2; i++) {
            assertEquals(204, node.admin("DELETE", ban, null).statusCode());
        }
        assertFalse(json(node.admin("GET", "/admin/v1/accounts/" + person.id(), null))
                .containsKey("ban"));
        List<JsonObject> audit = json(node.admin("GET", "/admin/v1/audit?limit=200", null))
                .getJsonArray("audit")
                .getValuesAs(JsonObject.class);
        assertTrue(
                audit.stream()
                        .anyMatch(line -> line.getString("target").equals("account:" + person.id())
                                && line.getString("actor").equals("key:first")),
                audit.toString());
    }

    @Test
    void aSignOutEndsSessionsAndTokens() {
        // POST sign-out ends sessions with 4501 within 2 s and refuses the tokens.
        Person person = node.newPerson("signed.out");
        TestSession session = node.connect(person);
        assertEquals(
                204,
                node.admin("POST", "/admin/v1/accounts/" + person.id() + "/sign-out", null)
                        .statusCode());
        assertEquals(4501, session.closeCode());
        assertProblem(401, "unauthorized", node.call("GET", "/api/v1/accounts/me", person.accessToken(), null));
    }

    @Test
    void sessionsAreListedPageByPageAndEnded() {
        // GET sessions?account=&node= with cursor paging, DELETE sessions/{id} idempotent.
        Person person = node.newPerson("looked.at");
        TestSession first = node.connect(person);
        TestSession second = node.connect(person);
        String ofPerson = "/admin/v1/sessions?account=" + person.id();
        JsonObject page = json(node.admin("GET", ofPerson + "&limit=1", null));
        JsonObject next = json(node.admin("GET", ofPerson + "&limit=1&cursor=" + page.getString("next"), null));
        assertFalse(next.containsKey("next"), next.toString());
        Set<String> ids = new HashSet<>();
        for (JsonObject part : List.of(page, next)) {
            JsonObject session = part.getJsonArray("sessions").getJsonObject(0);
            assertEquals(person.id(), session.getString("account"));
            assertEquals("127.0.0.1", session.getString("address"));
            ids.add(session.getString("id"));
        }
        assertEquals(2, ids.size());
        assertEquals(
                0,
                json(node.admin("GET", "/admin/v1/sessions?node=elsewhere", null))
                        .getJsonArray("sessions")
                        .size());
        for (String id : ids) {
            assertEquals(
                    204, node.admin("DELETE", "/admin/v1/sessions/" + id, null).statusCode());
            assertEquals(
                    204, node.admin("DELETE", "/admin/v1/sessions/" + id, null).statusCode());
        }
        assertEquals(3503, first.closeCode());
        assertEquals(3503, second.closeCode());
    }

    @Test
    void accountsComePageByPageAndByHandle() {
        // Cursor paging: limit, cursor, next.
        for (int i = 0; i < 3; i++) {
            node.newPerson("paged." + i);
        }
        Set<String> seen = new HashSet<>();
        String path = "/admin/v1/accounts?limit=2";
        JsonObject page = json(node.admin("GET", path, null));
        while (true) {
            page.getJsonArray("accounts")
                    .getValuesAs(JsonObject.class)
                    .forEach(a -> assertTrue(seen.add(a.getString("id")), "none twice"));
            if (!page.containsKey("next")) {
                break;
            }
            page = json(node.admin("GET", path + "&cursor=" + page.getString("next"), null));
        }
        assertTrue(seen.size() >= 3);
        JsonObject one = json(node.admin("GET", "/admin/v1/accounts?handle=paged.1", null));
        assertEquals(1, one.getJsonArray("accounts").size());
        assertEquals(
                0,
                json(node.admin("GET", "/admin/v1/accounts?handle=nobody.here", null))
                        .getJsonArray("accounts")
                        .size());
    }

    @Test
    void badInputIsNamedAndChangesNothing() {
        // Broken input 400, unknown fields and parameters refused with 400, nothing changed.
        Person person = node.newPerson("left.alone");
        String ban = "/admin/v1/accounts/" + person.id() + "/ban";
        for (String body : List.of(
                "{\"reason\":\"x\",\"more\":1}",
                "{\"reason\":5}",
                "{}",
                "{\"reason\":\"\"}",
                "{\"reason\":\"" + "x".repeat(501) + "\"}",
                "{\"reason\":\"x\",\"until\":\"tomorrow\"}",
                "{\"reason\":\"x\",\"until\":\"" + Instant.EPOCH + "\"}",
                "{\"reason\":\"a\\u0000b\"}")) {
            assertProblem(400, "invalid-input", node.admin("PUT", ban, body));
        }
        for (String body : List.of("", "[]", "{", "{\"reason\":\"x\"}{}", "{\"reason\":\"x\",\"reason\":\"y\"}")) {
            assertProblem(400, "malformed", node.admin("PUT", ban, body));
        }
        for (String query : List.of("limit=0", "limit=201", "limit=x", "cursor=zzz", "other=1", "limit=1&limit=2")) {
            assertProblem(400, "invalid-input", node.admin("GET", "/admin/v1/accounts?" + query, null));
        }
        assertFalse(json(node.admin("GET", "/admin/v1/accounts/" + person.id(), null))
                .containsKey("ban"));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        // Unknown ids: 404 for every route that names one.
        for (String id : List.of("1", "0", "x", "99999999999999999999", "-1")) {
            String account = "/admin/v1/accounts/" + id;
            assertProblem(404, "not-found", node.admin("GET", account, null));
            assertProblem(404, "not-found", node.admin("PUT", account + "/ban", "{\"reason\":\"x\"}"));
            assertProblem(404, "not-found", node.admin("DELETE", account + "/ban", null));
            assertProblem(404, "not-found", node.admin("POST", account + "/sign-out", null));
            assertProblem(404, "not-found", node.admin("GET", "/admin/v1/conversations/" + id, null));
            assertProblem(404, "not-found", node.admin("GET", "/admin/v1/conversations/" + id + "/entries", null));
        }
        assertProblem(404, "not-found", node.admin("POST", "/admin/v1/nodes/other/drain", null));
        assertProblem(404, "not-found", node.admin("GET", "/admin/v1/nothing", null));
        HttpResponse<String> wrongMethod = node.admin("POST", "/admin/v1/node", null);
        assertProblem(405, "method-not-allowed", wrongMethod);
    }
}
