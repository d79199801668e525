package parley.app.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.Method;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import parley.accounts.wiring.AccountsConfig;
import parley.app.http.Route;
import parley.app.rest.RestServer.Answer;
import parley.app.rest.RestServer.Person;

/// Broken, foreign and hostile input: a clear problem document, nothing changed, nothing internal shown.
final class RestInputIT {
    private static final String ACCOUNTS = "/api/v1/accounts";
    private static final String INVALID = "urn:parley:problem:invalid-input";
    private static final String MALFORMED = "urn:parley:problem:malformed";

    /// What would tell of the inside (S29).
    private static final Pattern INTERNAL =
            Pattern.compile("Exception|at java|at parley|select |insert |\\bSQL|jdbc|yasson|helidon|hibernate|parsson");

    private static RestServer server;

    @BeforeAll
    static void start() {
        server = new RestServer(AccountsConfig.defaults(), List.of(RestServer.ALLOWED_ORIGIN));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aBrokenFieldIsNamedWithRuleAndValue() {
        // Promise: errors:[{field, rule, value}]; a password is never repeated.
        Answer answer = server.post(ACCOUNTS, RestServer.signUp("No Handle", "a\u0007", "short"));

        assertProblem(answer, 400, INVALID);
        assertEquals("No Handle", error(answer, "handle").getString("value"));
        assertTrue(error(answer, "handle").getString("rule").contains("3 to 32"));
        assertEquals("a\u0007", error(answer, "displayName").getString("value"));
        assertEquals("", error(answer, "password").getString("value"));
        assertFalse(answer.response().body().contains("short"));
    }

    @TestFactory
    Stream<DynamicTest> bodiesThatBreakTheFormAre400() {
        // Promise: broken input 400, unknown fields refused with 400, wrong types 400, repeated names 400.
        String good = RestServer.signUp("form_test", "Anna", RestServer.PASSWORD);
        Map<String, String> bodies = Map.ofEntries(
                Map.entry("unknown field", good.replace("{", "{\"role\":\"admin\",")),
                Map.entry("unknown field __proto__", good.replace("{", "{\"__proto__\":{},")),
                Map.entry("number for text", good.replace("\"Anna\"", "7")),
                Map.entry("object for text", good.replace("\"Anna\"", "{\"$ne\":1}")),
                Map.entry("array for text", good.replace("\"Anna\"", "[\"Anna\"]")),
                Map.entry("null for text", good.replace("\"Anna\"", "null")),
                Map.entry("missing field", "{\"handle\":\"form_test\"}"),
                Map.entry("repeated field", good.replace("{", "{\"handle\":\"other\",")),
                Map.entry("array", "[" + good + "]"),
                Map.entry("text", "\"hello\""),
                Map.entry("empty", ""),
                Map.entry("cut short", good.substring(0, good.length() - 1)),
                Map.entry("two documents", good + good),
                Map.entry("comment", good + "// x"),
                Map.entry("single quotes", good.replace('"', '\'')),
                Map.entry("NUL", good + "\u0000"),
                Map.entry("raw control character", good.replace("Anna", "An\u0001na")),
                Map.entry("half of a pair", good.replace("Anna", "\\uD83D")),
                Map.entry("deep", "{\"handle\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"),
                Map.entry("huge number", good.replace("\"Anna\"", "1e999999999")),
                Map.entry("many keys", manyKeys()));
        return bodies.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    Answer answer = server.post(ACCOUNTS, row.getValue());
                    assertEquals(400, answer.status(), () -> answer.response().body());
                    assertProblem(answer, 400, answer.text("type").equals(INVALID) ? INVALID : MALFORMED);
                }));
    }

    @Test
    void nothingOfARefusedSignUpRemains() {
        // Promise: refused input changes nothing.
        Person person = server.newPerson();

        Answer found = server.get(ACCOUNTS + "?handle=form_test", RestServer.as(person));

        assertEquals(0, found.body().getJsonArray("accounts").size());
    }

    @Test
    void bodiesThatAreNoUtf8Are400() throws IOException {
        // Promise: text is UTF-8; other bytes are refused, not replaced.
        byte[] body =
                RestServer.signUp("latin_one", "Ann\u00e4", RestServer.PASSWORD).getBytes(StandardCharsets.ISO_8859_1);

        String answer = raw(
                "POST " + ACCOUNTS + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length + "\r\n\r\n",
                body);

        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertFalse(INTERNAL.matcher(answer).find(), answer);
    }

    @Test
    void bodiesOverTheLimitAre413() throws IOException {
        // Promise: bodies are limited to 64 KiB, announced or not.
        String large = RestServer.signUp("large", "x".repeat(70_000), RestServer.PASSWORD);
        String megabyte = RestServer.signUp("large", "x".repeat(1 << 20), RestServer.PASSWORD);

        assertEquals(413, server.post(ACCOUNTS, large).status());
        assertEquals(413, server.post(ACCOUNTS, megabyte).status());
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        String answer = raw(
                "POST " + ACCOUNTS + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n",
                (chunk + chunk + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }

    @Test
    void otherContentTypesAndEncodingsAre415() {
        // Promise: JSON in; S12: no compressed bodies.
        String good = RestServer.signUp(RestServer.newHandle(), "Anna", RestServer.PASSWORD);

        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "application/xml", "text/json")) {
            assertEquals(415, server.post(ACCOUNTS, good, "Content-Type", type).status(), type);
        }
        assertEquals(
                201,
                server.post(ACCOUNTS, good, "Content-Type", "application/json; charset=utf-8")
                        .status());
        Answer gzip = server.post(ACCOUNTS, good, "Content-Encoding", "gzip");
        assertEquals(415, gzip.status());
        assertProblem(gzip, 415, "urn:parley:problem:unsupported-encoding");
        assertEquals(415, server.post(ACCOUNTS, good, "Content-Encoding", "br").status());
    }

    @Test
    void unknownAddressesAre404AndUnknownMethods405WithAllow() {
        // Promise: any other path is 404; another method on a known path is 405 with Allow.
        for (String path :
                List.of("/api/v1", "/api/v1/nothing", "/api/v2/accounts", "/admin/v1/accounts", ACCOUNTS + "/7")) {
            Answer answer = server.get(path);
            assertEquals(404, answer.status(), path);
            assertProblem(answer, 404, "urn:parley:problem:not-found");
        }
        Answer answer = server.send("DELETE", ACCOUNTS, null);
        assertProblem(answer, 405, "urn:parley:problem:method-not-allowed");
        assertEquals("POST, GET", answer.header("Allow"));
        assertEquals(405, server.get("/api/v1/tokens/current").status());
        assertEquals(405, server.send("TRACE", ACCOUNTS, null).status());
        assertEquals(405, server.send("PUT", "/.well-known/jwks.json", "{}").status());
    }

    @TestFactory
    Stream<DynamicTest> routesThatNeedATokenRefuseEverythingElse() {
        // Promise (S2, S3, S16): Authorization: Bearer and nothing else; 401 says nothing more.
        Person person = server.newPerson();
        String token = person.accessToken();
        List<String[]> credentials = List.of(
                new String[] {},
                new String[] {"Authorization", "Bearer"},
                new String[] {"Authorization", "Bearer "},
                new String[] {"Authorization", "Basic " + token},
                new String[] {"Authorization", token},
                new String[] {"Authorization", "Bearer " + token + "x"},
                new String[] {"Authorization", "Bearer " + "x".repeat(5_000)},
                new String[] {"Authorization", "Bearer " + person.refreshToken()},
                new String[] {"Cookie", "access_token=" + token + "; parley_refresh=" + person.refreshToken()},
                new String[] {"Authorization", "Bearer " + token, "Authorization", "Bearer " + token});
        List<DynamicTest> tests = new ArrayList<>();
        for (Route route : server.routes().all()) {
            boolean open = route.path().startsWith("/.well-known/")
                    || (route.method().equals(Method.POST) && !route.path().contains("{"));
            if (!open) {
                String path = route.path().replace("{id}", person.device());
                tests.add(DynamicTest.dynamicTest(route.method() + " " + route.path(), () -> {
                    for (String[] headers : credentials) {
                        refusedWithoutToken(route.method().text(), path, headers);
                    }
                    String query = "?access_token=" + token + "&token=" + token;
                    refusedWithoutToken(route.method().text(), path + query);
                }));
            }
        }
        assertTrue(tests.size() >= 7, "routes that need a token: " + tests.size());
        return tests.stream();
    }

    private static void refusedWithoutToken(String method, String path, String... headers) {
        Answer answer = server.send(method, path, method.equals("GET") ? null : "{}", headers);
        assertProblem(answer, 401, "urn:parley:problem:unauthorized");
        assertTrue(answer.header("WWW-Authenticate").startsWith("Bearer"));
    }

    @Test
    void hostileTextIsKeptAsText() {
        // Promise (S18, S23): what looks like code is a name, or breaks a rule, and nothing else.
        Person person = server.newPerson();
        for (String name : List.of(
                "'; drop table accounts_account; --",
                "<script>alert(1)</script>",
                "${jndi:ldap://x}",
                "%s%n",
                "\\u0000")) {
            Answer renamed = server.send(
                    "PATCH",
                    ACCOUNTS + "/me",
                    "{\"displayName\":\"" + name.replace("\\", "\\\\") + "\"}",
                    RestServer.as(person));
            assertEquals(200, renamed.status(), name);
            assertEquals(
                    name, server.get(ACCOUNTS + "/me", RestServer.as(person)).text("displayName"));
            Answer found = server.get(
                    ACCOUNTS + "?handle=" + URLEncoder.encode(name, StandardCharsets.UTF_8), RestServer.as(person));
            assertEquals(0, found.body().getJsonArray("accounts").size());
        }
    }

    @Test
    void aDeleteTakesNoBody() {
        // Promise: broken input is refused, also where a body is not expected.
        Person person = server.newPerson();

        assertEquals(
                400,
                server.send("DELETE", "/api/v1/tokens/current", "{\"device\":\"1\"}", RestServer.as(person))
                        .status());
        assertEquals(200, server.get(ACCOUNTS + "/me", RestServer.as(person)).status());
    }

    private static void assertProblem(Answer answer, int status, String type) {
        RestIT.assertProblem(answer, status, type);
        assertFalse(
                INTERNAL.matcher(answer.response().body()).find(),
                () -> answer.response().body());
    }

    private static JsonObject error(Answer answer, String field) {
        return answer.body().getJsonArray("errors").getValuesAs(JsonObject.class).stream()
                .filter(error -> error.getString("field").equals(field))
                .findFirst()
                .orElseThrow();
    }

    private static String manyKeys() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < 5_000; i++) {
            text.append("\"k").append(i).append("\":1,");
        }
        return text.append("\"handle\":\"x\"}").toString();
    }

    private static String raw(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            try {
                out.write(body);
            } catch (IOException refusedEarly) {
                // The answer may come before the body was read.
            }
            socket.shutdownOutput();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                long unused = socket.getInputStream().transferTo(answer);
            } catch (IOException noEnd) {
                throw new AssertionError("no end after: " + answer, noEnd);
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
