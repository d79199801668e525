package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Broken, oversized and forged input at every door of the program: a clear problem or protocol error,
/// nothing internal shown, the node goes on.
class BadInputIT {
    /// What would tell of the inside.
    static final Pattern INTERNAL =
            Pattern.compile("Exception|java\\.|\\bSQL|jdbc|at parley|yasson|helidon|hibernate|jackson|parsson");

    private static final int BODY_BYTES_MAX = 16 * 1024;
    private static final int FRAME_BYTES_MAX = 256 * 1024;

    @TempDir
    static Path folder;

    private static WholeStack stack;
    private static Rest.Person person;
    private static RawClient client;
    private static String conversation;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of());
        person = stack.rest().newPerson("alice");
        client = RawClient.open(stack.node().webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        conversation = client.call(
                        "conversation.create", "{\"id\":\"g\",\"kind\":\"group\",\"title\":\"G\",\"members\":[]}")
                .getString("conversation");
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @TestFactory
    Stream<DynamicTest> tooLongFieldsNameFieldAndRule() {
        // Too long everything over REST: 400, the field and its rule are named.
        Map<String, String> rows = Map.of(
                "handle", account("h".repeat(33), "Anna", "long enough"),
                "displayName", account("anna.x", "n".repeat(65), "long enough"),
                "password", account("anna.x", "Anna", "p".repeat(257)));
        return rows.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    Reply reply = stack.rest().call("POST", "api/v1/accounts", null, row.getValue());
                    assertProblem(400, reply);
                    JsonObject error = reply.json().getJsonArray("errors").getJsonObject(0);
                    assertEquals(row.getKey(), error.getString("field"));
                    assertFalse(error.getString("rule").isEmpty());
                }));
    }

    @TestFactory
    Stream<DynamicTest> chunksThatCannotBeReadAreRefusedAtOnce() {
        // Garbage where the length of a chunk should be: 400, and nobody waits for what it seems to announce.
        return Stream.of("zz\r\nabc\r\n0\r\n\r\n", "-5\r\nabc\r\n0\r\n\r\n", "fffffffff\r\nabc\r\n", "\r\nabc\r\n")
                .map(chunks -> DynamicTest.dynamicTest(chunks.strip().replace("\r\n", " "), () -> {
                    try (RawHttp http = new RawHttp(stack.node().address())) {
                        String head = "POST /api/v1/tokens HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
                        assertEquals(
                                400,
                                http.send(head + "Transfer-Encoding: chunked\r\n\r\n" + chunks)
                                        .status());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> brokenBodiesAreRefused() {
        // Malformed JSON, unknown fields, wrong types, doubled keys, depth, huge numbers: 400.
        String good = account("anna.y", "Anna", "long enough");
        Map<String, String> rows = Map.of(
                "cut short", good.substring(0, 20),
                "unknown field", good.replace("{", "{\"role\":1,"),
                "wrong type", good.replace("\"Anna\"", "7"),
                "doubled key", good.replace("{", "{\"handle\":\"x\","),
                "huge number", good.replace("\"Anna\"", "1e999"),
                "deep", "{\"handle\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}",
                "not JSON", "hello",
                "array", "[]",
                "empty", "");
        return rows.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    assertProblem(400, stack.rest().call("POST", "api/v1/accounts", null, row.getValue()));
                    assertEquals(0, count("select count(*) from accounts_account where handle = 'anna.y'"));
                }));
    }

    @Test
    void otherKindsOfBodiesAreRefused() {
        // 1 MB: 413; a wrong content type or a compressed body: 415; an unknown route: 404, method: 405.
        String good = account("anna.z", "Anna", "long enough");
        Rest rest = stack.node().rest();
        assertProblem(413, rest.call("POST", "api/v1/accounts", null, account("anna.z", "x".repeat(1 << 20), "p")));
        assertEquals(
                413,
                stack.rest()
                        .call("POST", "api/v1/accounts", null, "x".repeat(1 << 20))
                        .status());
        assertProblem(415, rest.send(post(good, "Content-Type", "text/plain")));
        assertProblem(415, rest.send(post(good, "Content-Type", "application/json", "Content-Encoding", "gzip")));
        assertProblem(404, rest.get("api/v1/nothing", null));
        Reply method = rest.call("DELETE", "api/v1/accounts", null, null);
        assertProblem(405, method);
        assertTrue(method.headers().firstValue("Allow").isPresent());
        assertEquals(0, count("select count(*) from accounts_account where handle = 'anna.z'"));
    }

    private static HttpRequest post(String body, String... headers) {
        return HttpRequest.newBuilder(URI.create(stack.node().address() + "api/v1/accounts"))
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    @TestFactory
    Stream<DynamicTest> forgedTokensOpenNothing() {
        // A table of more than 20 forged tokens: 401 over REST, 3500 (or an error, where there is none) over WebSocket.
        Map<String, String> table =
                new LinkedHashMap<>(new TokenForge(stack.database()).forgeries(person.accessToken()));
        assertTrue(table.size() >= 20, table.size() + " rows");
        return table.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    Reply reply = stack.node().rest().get("api/v1/accounts/me", row.getValue());
                    assertTrue(reply.status() == 401 || reply.status() == 431 || reply.status() == 400, reply::text);
                    assertFalse(INTERNAL.matcher(reply.text()).find(), reply.text());
                    try (RawClient other = RawClient.open(stack.node().webSocketAddress())) {
                        other.send("{\"id\":1,\"connect\":{\"token\":\"" + row.getValue() + "\"}}");
                        assertEquals(3500, other.awaitClose());
                    }
                }));
    }

    @Test
    void anExpiredTokenIsToldApart() {
        // An expired token of our own: 401 over REST, error 109 over WebSocket; the table above starts from a good one.
        TokenForge forge = new TokenForge(stack.database());
        String expired = forge.expired(person.accessToken());
        assertProblem(401, stack.node().rest().get("api/v1/accounts/me", expired));
        try (RawClient other = RawClient.open(stack.node().webSocketAddress())) {
            JsonObject reply = other.command("\"connect\":{\"token\":\"" + expired + "\"}");
            assertEquals(109, reply.getJsonObject("error").getInt("code"), reply::toString);
        }
        assertEquals(
                200,
                stack.node()
                        .rest()
                        .get("api/v1/accounts/me", forge.resigned(person.accessToken()))
                        .status());
    }

    @Test
    void bodiesOfMessagesAreLimited() {
        // 16 KiB is taken, a byte more is 1003; a client id of 65 bytes, depth 17 and other bodies than objects are
        // 107.
        String longest = "{\"text\":\"" + "x".repeat(BODY_BYTES_MAX - 11) + "\"}";
        assertEquals(BODY_BYTES_MAX, longest.length());
        assertEquals(0, refusal(send("longest", longest)));
        assertEquals(1003, refusal(send("longer", longest.replace("\"}", "x\"}"))));
        assertEquals(1003, refusal(send("much", longest.replace("\"}", "x".repeat(100_000) + "\"}"))));
        assertEquals(107, refusal(send("i".repeat(65), "{\"text\":\"x\"}")));
        assertEquals(107, refusal(send("", "{\"text\":\"x\"}")));
        assertEquals(107, refusal(send("deep", "{\"a\":".repeat(17) + "1" + "}".repeat(17))));
        assertEquals(0, refusal(send("deepest", "{\"a\":".repeat(16) + "1" + "}".repeat(16))));
        assertEquals(107, refusal(send("array", "[]")));
        assertEquals(107, refusal(send("text", "\"x\"")));
        assertEquals(107, refusal(send("none", "null")));
    }

    @TestFactory
    Stream<DynamicTest> framesThatBreakTheProtocolEndTheConnection() {
        // P3, P8, P10, T18: nothing of a broken frame runs; the code says which rule.
        byte[] large = ("{\"id\":2,\"rpc\":{\"method\":\"sync\",\"data\":{\"cursor\":\"" + "x".repeat(FRAME_BYTES_MAX)
                        + "\"}}}")
                .getBytes(StandardCharsets.UTF_8);
        Map<String, byte[]> rows = new LinkedHashMap<>();
        for (String text : List.of(
                "hello",
                "{",
                "[]",
                "{\"id\":2,\"rpc\":7}",
                "{\"id\":2,\"id\":3,\"ping\":{}}",
                "{\"id\":1e999,\"ping\":{}}",
                "{\"rpc\":{\"method\":\"sync\"}}",
                "{\"id\":2}",
                "{\"id\":2,\"connect\":{}}",
                "{\"id\":2,\"rpc\":{\"method\":\"sync\",\"data\":" + "[".repeat(70) + "]".repeat(70) + "}}")) {
            rows.put(text.substring(0, Math.min(60, text.length())), text.getBytes(StandardCharsets.UTF_8));
        }
        Stream<DynamicTest> broken = rows.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.getKey(), () -> assertEquals(3501, closedBy(RawHttp.frame(0x81, row.getValue())))));
        return Stream.concat(
                broken,
                Stream.of(
                        DynamicTest.dynamicTest(
                                "257 KiB", () -> assertEquals(1009, closedBy(RawHttp.frame(0x81, large)))),
                        DynamicTest.dynamicTest(
                                "no UTF-8",
                                () -> assertEquals(1007, closedBy(RawHttp.frame(0x81, new byte[] {'{', (byte) 0xff})))),
                        DynamicTest.dynamicTest(
                                "binary in JSON",
                                () -> assertEquals(3501, closedBy(RawHttp.frame(0x82, new byte[5]))))));
    }

    /// The close code that `frame` brings to a connection that was in order.
    private static int closedBy(byte[] frame) {
        try (RawHttp raw = new RawHttp(stack.node().address())) {
            assertEquals(101, raw.send(RawHttp.upgrade("")).status());
            String connect = "{\"id\":1,\"connect\":{\"token\":\"" + person.accessToken() + "\"}}";
            return raw.send(RawHttp.frame(0x81, connect.getBytes(StandardCharsets.UTF_8)))
                    .send(frame)
                    .closeCode();
        }
    }

    private static JsonObject send(String id, String body) {
        return client.rpc(
                "message.send",
                "{\"conversation\":\"" + conversation + "\",\"id\":\"" + id + "\",\"body\":" + body + "}");
    }

    /// The code of the error in `reply`; 0 for none. It shows nothing internal.
    private static int refusal(JsonObject reply) {
        assertFalse(INTERNAL.matcher(reply.toString()).find(), reply::toString);
        return reply.containsKey("error") ? reply.getJsonObject("error").getInt("code") : 0;
    }

    private static String account(String handle, String displayName, String password) {
        return "{\"handle\":\"" + handle + "\",\"displayName\":\"" + displayName + "\",\"password\":\"" + password
                + "\"}";
    }

    private static long count(String sql) {
        return Rows.number(stack.database(), sql);
    }

    static void assertProblem(int status, Reply reply) {
        assertEquals(status, reply.status(), reply::text);
        assertEquals(
                "application/problem+json",
                reply.headers().firstValue("Content-Type").orElse(""));
        for (String member : List.of("type", "title", "detail", "errorId")) {
            assertFalse(reply.json().getString(member).isEmpty(), reply::text);
        }
        assertEquals(status, reply.json().getInt("status"));
        assertFalse(INTERNAL.matcher(reply.text()).find(), reply.text());
    }
}
