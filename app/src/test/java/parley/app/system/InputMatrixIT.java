package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Every route that takes a body, and every rpc method, with bodies that want more than they may or that
/// speak to the database: refused in plain words, nothing changed, nothing internal told.
class InputMatrixIT {
    /// A good body for each route that takes one. A route of the document without a line fails.
    private static final Map<String, String> BODIES = Map.of(
            "POST /api/v1/accounts", "{\"handle\":\"in.put\",\"displayName\":\"I\",\"password\":\"long enough\"}",
            "PATCH /api/v1/accounts/me", "{\"displayName\":\"I\"}",
            "PUT /api/v1/accounts/me/password", "{\"current\":\"long enough\",\"new\":\"longer still\"}",
            "POST /api/v1/tokens", "{\"handle\":\"in.put\",\"password\":\"long enough\",\"device\":\"d\"}",
            "POST /api/v1/tokens/refresh", "{\"refreshToken\":\"x\"}",
            "PUT /admin/v1/accounts/{id}/ban", "{\"reason\":\"x\"}");

    /// What a client might wish to set.
    private static final List<String> WISHES = List.of(
            "role",
            "admin",
            "isAdmin",
            "scopes",
            "id",
            "account",
            "passwordHash",
            "created",
            "banned",
            "__proto__",
            "constructor",
            "prototype");

    private static final List<String> SQL = List.of(
            "' or '1'='1",
            "'; drop table accounts_account; -- ",
            "\\' or 1=1 -- ",
            "x' union select password_hash from accounts_account -- ",
            "x' and sleep(5) -- ",
            "1); select benchmark(50000000, sha1(1)); -- ",
            "${jndi:ldap://127.0.0.1/x}",
            "%' or handle like '%",
            "0x27 or 1=1",
            "\u02bc or 1=1 -- ");

    private static final String PEOPLE = "select count(*) from accounts_account";
    private static final long ANSWER_MILLIS_MAX =
            Await.promised(Duration.ofSeconds(4)).toMillis();

    @TempDir
    static Path folder;

    private static WholeStack stack;
    private static Rest.Person person;
    private static Rest.Person banned;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of("PARLEY_ACCOUNTS_ATTEMPTS_PER_ADDRESS", "100000"));
        person = stack.rest().newPerson("alice");
        banned = stack.rest().newPerson("mallory");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void everyRouteThatTakesABodyIsHere() {
        // S10: a new route with a body that nobody tried fails.
        JsonObject paths = stack.node()
                .admin()
                .get("openapi.json", stack.adminKey())
                .json()
                .getJsonObject("paths");
        TreeSet<String> described = new TreeSet<>();
        paths.forEach((path, operations) -> operations.asJsonObject().forEach((method, operation) -> {
            if (operation.asJsonObject().containsKey("requestBody")) {
                boolean unused = described.add(method.toUpperCase(Locale.ROOT) + " " + path);
            }
        }));
        assertEquals(described, new TreeSet<>(BODIES.keySet()));
    }

    @Test
    void fieldsThatNobodyAskedForAreRefused() {
        // S10, S30: an unknown field, also one that other languages treat as their own: 400 that names it, no row
        // changes.
        Map<String, String> before = Rows.checksums(stack.database());
        BODIES.forEach((route, good) -> WISHES.forEach(wish -> {
            for (String value : List.of("true", "{\"admin\":true}")) {
                String body = JsonFields.with(JsonFields.object(good), wish, value);
                Reply reply = call(route, body);
                BadInputIT.assertProblem(400, reply);
                assertTrue(reply.text().contains("\"field\":\"" + wish + "\""), route + " " + reply.text());
            }
        }));
        assertEquals(before, Rows.checksums(stack.database()));
    }

    @Test
    void jsonThatIsMadeToHurtIsRefused() {
        // S11, S29: doubled names, depth, very long numbers, many names, what follows the end: 400 in plain words.
        Map<String, String> before = Rows.checksums(stack.database());
        String many =
                IntStream.range(0, 4_000).mapToObj(i -> "\"k" + i + "\":1").collect(Collectors.joining(","));
        BODIES.forEach((route, good) -> {
            JsonObject fields = JsonFields.object(good);
            String first = fields.keySet().iterator().next();
            List<String> bad = new ArrayList<>(List.of(
                    good.replaceFirst("\\{", "{\"" + first + "\":\"twice\","),
                    good + good,
                    good + "x",
                    "[" + good + "]",
                    "{" + many + "}",
                    "\ufeff" + good,
                    good.substring(0, good.length() - 1),
                    good.replace("\"", "'"),
                    "[".repeat(30_000),
                    "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)));
            for (String value :
                    List.of("1e999", "1e999999999", "-0", "NaN", "9".repeat(5_000), "[[[]]]", "{\"$ne\":1}")) {
                bad.add(JsonFields.with(fields, first, value));
            }
            for (String body : bad) {
                Reply reply = call(route, body);
                assertEquals(400, reply.status(), () -> route + " " + shown(body) + ": " + reply.text());
                assertPlain(reply);
            }
        });
        assertEquals(before, Rows.checksums(stack.database()));
    }

    @Test
    void compressedBodiesAreNotTaken() throws IOException {
        // S12: whatever the encoding, and 10 MB of zeros in 10 KB: 415 without looking inside.
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(bomb)) {
            zip.write(new byte[10_000_000]);
        }
        for (String route : BODIES.keySet()) {
            for (String encoding : List.of("gzip", "deflate", "br", "zstd", "gzip, gzip")) {
                Reply reply = rest(route)
                        .send(request(route)
                                .header("Content-Encoding", encoding)
                                .method(
                                        route.split(" ", -1)[0],
                                        HttpRequest.BodyPublishers.ofByteArray(bomb.toByteArray()))
                                .build());
                BadInputIT.assertProblem(415, reply);
            }
        }
    }

    @Test
    void textsForTheDatabaseAreTexts() {
        // S23, S29: statements in every text field, every query parameter and every id: never a 500, never slow, no
        // other row appears or goes.
        long people = Rows.number(stack.database(), PEOPLE);
        Map<String, String> slow = new LinkedHashMap<>();
        for (String text : SQL) {
            BODIES.forEach((route, good) -> {
                JsonObject fields = JsonFields.object(good);
                fields.forEach((name, value) -> {
                    if (value instanceof JsonString && !route.startsWith("PATCH")) {
                        String body = JsonFields.with(fields, name, quoted(text));
                        timed(route + " " + body, slow, () -> call(route, body));
                    }
                });
            });
            String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
            for (String path : List.of(
                    "GET /api/v1/accounts?handle=",
                    "GET /admin/v1/accounts?handle=",
                    "GET /admin/v1/accounts?cursor=",
                    "GET /admin/v1/accounts/",
                    "GET /admin/v1/sessions?account=",
                    "GET /admin/v1/sessions?node=",
                    "DELETE /admin/v1/sessions/",
                    "GET /admin/v1/conversations/",
                    "GET /admin/v1/audit?cursor=",
                    "DELETE /api/v1/devices/")) {
                timed(path, slow, () -> call(path + encoded.replace("+", "%20"), null));
            }
        }
        assertEquals(Map.of(), slow);
        // Signing up as "in.put" with such a display name is allowed, once.
        assertEquals(people + 1, Rows.number(stack.database(), PEOPLE));
    }

    @Test
    void textsForTheDatabaseAreTextsInEveryRpc() {
        // S23 over WebSocket: statements in every text field of every method, on a conversation of one's own: an answer
        // in time, and what is kept is the text itself.
        try (RawClient client = RawClient.open(stack.node().webSocketAddress())) {
            Rest.Person bob = stack.rest().newPerson("bob");
            assertTrue(client.connect(bob.accessToken()).containsKey("data"));
            String own = client.call(
                            "conversation.create", "{\"id\":\"own\",\"kind\":\"group\",\"title\":\"T\",\"members\":[]}")
                    .getString("conversation");
            Map<String, String> wrong = new LinkedHashMap<>();
            for (String text : SQL) {
                for (RpcTable.Method method : RpcTable.METHODS) {
                    JsonObject fields =
                            JsonFields.object(method.data().replace("%c", own).replace("%a", bob.id()));
                    fields.forEach((name, value) -> {
                        if (value instanceof JsonString && !method.name().equals("conversation.leave")) {
                            JsonObject reply = client.rpc(method.name(), JsonFields.with(fields, name, quoted(text)));
                            if (BadInputIT.INTERNAL.matcher(reply.toString()).find()
                                    || reply.toString().contains("\"code\":100,")) {
                                wrong.put(method.name() + " " + name + " " + text, reply.toString());
                            }
                        }
                    });
                }
                assertTrue(client.call(
                                "conversation.rename",
                                "{\"conversation\":\"" + own + "\",\"title\":" + quoted(text) + "}")
                        .containsKey("seq"));
                assertEquals(
                        text,
                        client.call("conversation.get", "{\"conversation\":\"" + own + "\"}")
                                .getString("title"));
            }
            assertEquals(Map.of(), wrong);
            assertTrue(Rows.number(stack.database(), PEOPLE) >= 3, "the tables are there");
        }
    }

    private static void timed(String what, Map<String, String> wrong, Supplier<Reply> call) {
        long began = System.nanoTime();
        Reply reply = call.get();
        long millis = (System.nanoTime() - began) / 1_000_000;
        if (reply.status() >= 500 || reply.status() < 200 || millis > ANSWER_MILLIS_MAX) {
            wrong.put(what, reply.status() + " in " + millis + " ms: " + reply.text());
        }
        assertPlain(reply);
    }

    /// Nothing of the inside in the body, and no header that names a product.
    private static void assertPlain(Reply reply) {
        assertFalse(BadInputIT.INTERNAL.matcher(reply.text()).find(), reply.text());
        for (String header : List.of("Server", "X-Powered-By", "Via")) {
            assertEquals(List.of(), reply.headers().allValues(header));
        }
    }

    private static Rest rest(String route) {
        return route.contains("/admin/") ? stack.node().admin() : stack.node().rest();
    }

    private static HttpRequest.Builder request(String route) {
        boolean isAdmin = route.contains("/admin/");
        String base = isAdmin ? stack.node().adminAddress() : stack.node().address();
        String path = route.split(" ", 2)[1].substring(1).replace("{id}", banned.id());
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + (isAdmin ? stack.adminKey() : person.accessToken()));
    }

    private static Reply call(String route, @Nullable String body) {
        return rest(route)
                .send(request(route)
                        .method(
                                route.split(" ", 2)[0],
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static String quoted(String text) {
        return Json.createValue(text).toString();
    }

    private static String shown(String body) {
        return body.substring(0, Math.min(80, body.length()));
    }
}
