package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every route of `/openapi.json` with every wrong credential, and every other method on its path. A
/// route of the document that has no line here fails the test.
class RouteMatrixIT {
    /// Whom a route lets in, as the contract says.
    private enum Door {
        EVERYBODY,
        SIGNED_IN,
        OPERATORS
    }

    private static final Map<String, Door> CONTRACT = Map.ofEntries(
            Map.entry("GET /health/ready", Door.EVERYBODY),
            Map.entry("GET /health/live", Door.EVERYBODY),
            Map.entry("GET /health/started", Door.EVERYBODY),
            Map.entry("GET /metrics", Door.OPERATORS),
            Map.entry("GET /openapi.json", Door.OPERATORS),
            Map.entry("GET /.well-known/jwks.json", Door.EVERYBODY),
            Map.entry("POST /api/v1/accounts", Door.EVERYBODY),
            Map.entry("GET /api/v1/accounts", Door.SIGNED_IN),
            Map.entry("GET /api/v1/accounts/me", Door.SIGNED_IN),
            Map.entry("PATCH /api/v1/accounts/me", Door.SIGNED_IN),
            Map.entry("PUT /api/v1/accounts/me/password", Door.SIGNED_IN),
            Map.entry("GET /api/v1/devices", Door.SIGNED_IN),
            Map.entry("DELETE /api/v1/devices/{id}", Door.SIGNED_IN),
            Map.entry("POST /api/v1/tokens", Door.EVERYBODY),
            Map.entry("POST /api/v1/tokens/refresh", Door.EVERYBODY),
            Map.entry("DELETE /api/v1/tokens/current", Door.SIGNED_IN),
            Map.entry("GET /admin/v1/node", Door.OPERATORS),
            Map.entry("GET /admin/v1/nodes", Door.OPERATORS),
            Map.entry("POST /admin/v1/nodes/{name}/drain", Door.OPERATORS),
            Map.entry("GET /admin/v1/sessions", Door.OPERATORS),
            Map.entry("DELETE /admin/v1/sessions/{id}", Door.OPERATORS),
            Map.entry("GET /admin/v1/accounts", Door.OPERATORS),
            Map.entry("GET /admin/v1/accounts/{id}", Door.OPERATORS),
            Map.entry("DELETE /admin/v1/accounts/{id}", Door.OPERATORS),
            Map.entry("PUT /admin/v1/accounts/{id}/ban", Door.OPERATORS),
            Map.entry("DELETE /admin/v1/accounts/{id}/ban", Door.OPERATORS),
            Map.entry("POST /admin/v1/accounts/{id}/sign-out", Door.OPERATORS),
            Map.entry("GET /admin/v1/conversations/{id}", Door.OPERATORS),
            Map.entry("GET /admin/v1/conversations/{id}/entries", Door.OPERATORS),
            Map.entry("GET /admin/v1/audit", Door.OPERATORS));

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @TempDir
    static Path folder;

    private static WholeStack stack;
    private static Rest.Person person;
    private static Rest.Person other;
    private static JsonObject document;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of());
        person = stack.rest().newPerson("alice");
        other = stack.rest().newPerson("bob");
        Reply reply = stack.node().admin().get("openapi.json", stack.adminKey());
        assertEquals(200, reply.status());
        document = reply.json().getJsonObject("paths");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void theDocumentHasTheRoutesOfTheContractAndNoOther() {
        // A route in the document that this matrix does not know is a route that nobody looked at.
        Set<String> described = new TreeSet<>();
        document.forEach((path, operations) -> operations
                .asJsonObject()
                .keySet()
                .forEach(method -> {
                    boolean isNew = described.add(method.toUpperCase(Locale.ROOT) + " " + path);
                    assertTrue(isNew, path);
                }));
        assertEquals(String.join("\n", new TreeSet<>(CONTRACT.keySet())), String.join("\n", described));
    }

    @Test
    void noRouteOpensToAWrongCredential() {
        // No credential, another one's kind, a wrong one: 401 (or 403), a problem document, and not one row changes.
        Map<String, String> before = Rows.checksums(stack.database());
        CONTRACT.forEach((route, door) -> {
            if (door != Door.EVERYBODY) {
                wrongCredentials(door).forEach(credential -> {
                    Reply reply = call(route, credential);
                    assertTrue(reply.status() == 401 || reply.status() == 403, route + " " + reply);
                    BadInputIT.assertProblem(reply.status(), reply);
                });
            }
        });
        assertEquals(before, Rows.checksums(stack.database()));
        assertEquals(
                200,
                stack.rest().get("api/v1/accounts/me", person.accessToken()).status());
    }

    /// Null stands for none.
    private static List<@Nullable String> wrongCredentials(Door door) {
        String forged = person.accessToken().substring(0, person.accessToken().length() - 8) + "AAAAAAAA";
        return Arrays.asList(
                null,
                "x",
                forged,
                person.refreshToken(),
                stack.adminKey() + "x",
                door == Door.OPERATORS ? person.accessToken() : stack.adminKey());
    }

    @Test
    void thingsOfOthersAreAsIfTheyWereNotThere() {
        // Somebody else's device: 404, and it stays signed in.
        String device = stack.rest()
                .get("api/v1/devices", other.accessToken())
                .json()
                .getJsonArray("devices")
                .getJsonObject(0)
                .getString("id");
        BadInputIT.assertProblem(
                404, stack.rest().call("DELETE", "api/v1/devices/" + device, person.accessToken(), null));
        assertEquals(
                200, stack.rest().get("api/v1/accounts/me", other.accessToken()).status());
    }

    @Test
    void otherMethodsAreNotAllowed() {
        // A method that the document does not name for a path: 405 with Allow, also with a good credential.
        document.forEach((path, operations) -> {
            Set<String> known = operations.asJsonObject().keySet();
            for (String method : METHODS) {
                if (!known.contains(method.toLowerCase(Locale.ROOT))) {
                    Reply reply = call(method + " " + path, isPublic(path) ? person.accessToken() : stack.adminKey());
                    BadInputIT.assertProblem(405, reply);
                    String allow = reply.headers().firstValue("Allow").orElse("");
                    known.forEach(one -> assertTrue(allow.contains(one.toUpperCase(Locale.ROOT)), path + " " + allow));
                }
            }
        });
    }

    @Test
    void whatIsUnknownIsNotFound() {
        // Ids of nothing and ids that are none: 404; parameters that a route does not know: 400.
        List<String> wrong = new ArrayList<>();
        for (String id : List.of("1", "x", "-1", "9223372036854775808", "%00", "..%2f..")) {
            for (String path : List.of(
                    "GET /admin/v1/accounts/{id}",
                    "DELETE /admin/v1/accounts/{id}",
                    "PUT /admin/v1/accounts/{id}/ban",
                    "POST /admin/v1/accounts/{id}/sign-out",
                    "GET /admin/v1/conversations/{id}",
                    "GET /admin/v1/conversations/{id}/entries")) {
                Reply reply = call(path.replace("{id}", id), stack.adminKey());
                if (reply.status() != 404 && reply.status() != 400) {
                    wrong.add(path + " with " + id + ": " + reply.status() + " " + reply.text());
                }
            }
        }
        assertEquals(List.of(), wrong);
        for (String query : List.of(
                "sessions?x=1", "sessions?limit=0", "sessions?limit=201", "audit?cursor=!", "accounts?cursor=x")) {
            BadInputIT.assertProblem(400, call("GET /admin/v1/" + query, stack.adminKey()));
        }
    }

    private static boolean isPublic(String path) {
        return path.startsWith("/api/") || path.startsWith("/.well-known/");
    }

    /// `route` is a method and a path; ids in it are those of nobody.
    private static Reply call(String route, @Nullable String credential) {
        String[] parts = route.split(" ", 2);
        String path = parts[1].substring(1).replace("{id}", "1").replace("{name}", "nobody");
        boolean body = !parts[0].equals("GET")
                && !parts[0].equals("DELETE")
                && !path.endsWith("drain")
                && !path.endsWith("sign-out");
        Rest rest = isPublic(parts[1]) ? stack.node().rest() : stack.node().admin();
        return rest.call(parts[0], path, credential, body ? "{\"reason\":\"x\"}" : null);
    }
}
