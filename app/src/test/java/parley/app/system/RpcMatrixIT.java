package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every rpc method of the contract against conversations that are not the caller's, and against input
/// that is wrong in one thing each: the code that is promised, and not one row changed.
class RpcMatrixIT {
    /// Methods about one conversation, with `%c` for it and `%a` for an account; all fields are right.
    private static final Map<String, String> ABOUT_ONE = Map.of(
            "message.send", "{\"conversation\":\"%c\",\"id\":\"m\",\"body\":{\"text\":\"x\"}}",
            "conversation.get", "{\"conversation\":\"%c\"}",
            "conversation.rename", "{\"conversation\":\"%c\",\"title\":\"Mine now\"}",
            "conversation.leave", "{\"conversation\":\"%c\"}",
            "members.list", "{\"conversation\":\"%c\",\"limit\":10}",
            "members.add", "{\"conversation\":\"%c\",\"accounts\":[\"%a\"]}",
            "members.remove", "{\"conversation\":\"%c\",\"account\":\"%a\"}",
            "members.role", "{\"conversation\":\"%c\",\"account\":\"%a\",\"role\":\"owner\"}",
            "read", "{\"conversation\":\"%c\",\"seq\":1}");

    /// The others, right in all fields.
    private static final Map<String, String> OTHERS = Map.of(
            "conversation.create", "{\"id\":\"new\",\"kind\":\"group\",\"title\":\"T\",\"members\":[\"%a\"]}",
            "conversation.list", "{\"limit\":10}",
            "sync", "{\"limit\":10}",
            "account.get", "{\"account\":\"%a\"}",
            "account.find", "{\"handle\":\"alice.x\"}");

    @TempDir
    static Path folder;

    private static WholeStack stack;
    private static Rest.Person owner;
    private static Rest.Person stranger;
    private static RawClient client;
    private static String foreign;
    private static String left;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of());
        owner = stack.rest().newPerson("owner");
        stranger = stack.rest().newPerson("stranger");
        client = RawClient.open(stack.node().webSocketAddress());
        JsonObject unused = client.connect(stranger.accessToken());
        try (RawClient other = RawClient.open(stack.node().webSocketAddress())) {
            JsonObject connected = other.connect(owner.accessToken());
            assertTrue(connected.containsKey("data"));
            foreign = other.call(
                            "conversation.create",
                            "{\"id\":\"f\",\"kind\":\"group\",\"title\":\"Foreign\",\"members\":[]}")
                    .getString("conversation");
            left = other.call(
                            "conversation.create",
                            "{\"id\":\"l\",\"kind\":\"group\",\"title\":\"Left\",\"members\":[\"" + stranger.id()
                                    + "\"]}")
                    .getString("conversation");
        }
        JsonObject gone = client.call("conversation.leave", "{\"conversation\":\"" + left + "\"}");
        assertTrue(gone.getInt("seq") > 3);
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @Test
    void aConversationOfOthersIsAsIfItWereNotThere() {
        // Every rpc x {unknown, foreign, left}: 1001 and the same words; history, publish, subscribe: 103; no row
        // changes.
        Map<String, String> before = Rows.checksums(stack.database());
        List<String> wrong = new ArrayList<>();
        for (String conversation : List.of("1", foreign, left)) {
            ABOUT_ONE.forEach((method, data) -> expect(
                    1001, client.rpc(method, filled(data, conversation)), method + " on " + conversation, wrong));
            String channel = "\"channel\":\"c:" + conversation + "\"";
            for (String command : List.of(
                    "\"history\":{" + channel + ",\"limit\":10}",
                    "\"publish\":{" + channel + ",\"data\":{\"text\":\"x\"}}",
                    "\"subscribe\":{" + channel + "}")) {
                expect(103, client.command(command), command, wrong);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(before, Rows.checksums(stack.database()));
    }

    @Test
    void inputThatIsWrongInOneThingNamesIt() {
        // Each field of each method missing, of a wrong type, or out of its range, and one field too many: 107 "field:
        // rule".
        Map<String, String> before = Rows.checksums(stack.database());
        List<String> wrong = new ArrayList<>();
        List<Map<String, String>> methods = List.of(ABOUT_ONE, OTHERS);
        methods.forEach(some -> some.forEach((method, data) -> {
            String good = filled(data, foreign);
            JsonObject fields = JsonFields.object(good);
            for (String field : fields.keySet()) {
                boolean optional = field.equals("limit");
                if (!optional) {
                    named(field, method, JsonFields.without(fields, field), wrong);
                    named(field, method, JsonFields.with(fields, field, "null"), wrong);
                }
                for (String value : wrongValues(field)) {
                    named(field, method, JsonFields.with(fields, field, value), wrong);
                }
            }
            named("surplus", method, JsonFields.with(fields, "surplus", "1"), wrong);
            for (String data2 : List.of("[]", "7", "\"x\"", "{\"a\":{\"a\":1,\"a\":2}}")) {
                expect(107, client.rpc(method, data2), method + " " + data2, wrong);
            }
        }));
        expect(104, client.rpc("message.nothing", "{}"), "an unknown method", wrong);
        assertEquals(List.of(), wrong);
        assertEquals(before, Rows.checksums(stack.database()));
    }

    /// Values that a field may not have, of other types first.
    private static List<String> wrongValues(String field) {
        List<String> values = new ArrayList<>(List.of("true", "{\"x\":[]}"));
        switch (field) {
            case "limit" -> values.addAll(List.of("0", "-1", "100000", "1.5", "1e999", "\"5\""));
            case "seq" -> values.addAll(List.of("-1", "1.5", "1e999", "99999999999999999999", "\"5\""));
            case "body" -> {
                values.removeLast();
                values.addAll(List.of("[]", "7", "\"x\""));
            }
            case "accounts", "members" -> values.addAll(List.of("7", "\"x\"", "[7]", "[\"x\"]", "[\"-1\"]", "[[]]"));
            case "title" -> values.addAll(List.of("7", "\"\"", "\"" + "t".repeat(65) + "\"", "\"a\\nb\""));
            case "id" -> values.addAll(List.of("7", "\"\"", "\"" + "i".repeat(65) + "\""));
            case "kind", "role" -> values.addAll(List.of("7", "\"\"", "\"boss\""));
            case "handle" -> values.add("7");
            default -> values.addAll(List.of("7", "\"\"", "\"x\"", "\"-1\"", "\"01\"", "\"99999999999999999999\""));
        }
        return values;
    }

    private static void named(String field, String method, String data, List<String> wrong) {
        JsonObject reply = client.rpc(method, data);
        expect(107, reply, method + " " + data, wrong);
        if (reply.containsKey("error")) {
            String message = reply.getJsonObject("error").getString("message");
            if (!message.contains(field) || !message.contains(": ")) {
                wrong.add(method + " " + data + " does not name " + field + ": " + message);
            }
        }
    }

    private static void expect(int code, JsonObject reply, String what, List<String> wrong) {
        assertFalse(BadInputIT.INTERNAL.matcher(reply.toString()).find(), reply::toString);
        int got = reply.containsKey("error") ? reply.getJsonObject("error").getInt("code") : 0;
        if (got != code) {
            wrong.add(what + " was answered " + reply + ", not " + code);
        }
    }

    private static String filled(String data, String conversation) {
        return data.replace("%c", conversation).replace("%a", owner.id());
    }
}
