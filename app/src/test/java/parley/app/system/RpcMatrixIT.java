package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.app.system.RpcTable.Method;
import parley.app.system.RpcTable.Reach;
import parley.sessions.internal.protocol.message.Request;

/// Every rpc method of the contract against conversations that are not the caller's, and against input
/// that is wrong in one thing each: the code that is promised, and not one row changed.
class RpcMatrixIT {
    /// Commands that ask for what the product has for no channel: refused before anybody looks whose it is.
    private static final Pattern OPEN_TO_NOBODY = Pattern.compile("sub_refresh");

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
    void everyCommandOfTheProtocolIsInTheTable() {
        // S9: a new command of the protocol that nobody tried with another one's channel fails here.
        assertEquals(Set.of(Request.class.getPermittedSubclasses()), RpcTable.COMMANDS.keySet());
    }

    @Test
    void aConversationOfOthersIsAsIfItWereNotThere() {
        // Every rpc x {unknown, foreign, left}: 1001 and the same words; no row changes.
        Map<String, String> before = Rows.checksums(stack.database());
        List<String> wrong = new ArrayList<>();
        for (Method method : RpcTable.METHODS) {
            if (method.reach() == Reach.CONVERSATION) {
                Set<String> answers = new HashSet<>();
                for (String conversation : List.of("1", foreign, left)) {
                    JsonObject reply = client.rpc(method.name(), filled(method.data(), conversation));
                    expect(1001, reply, method + " on " + conversation, wrong);
                    answers.add(String.valueOf(reply.get("error")));
                }
                assertEquals(1, answers.size(), method + ": " + answers);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(before, Rows.checksums(stack.database()));
    }

    @Test
    void aChannelOfOthersIsClosedToEveryCommand() {
        // Every command that names a channel x {unknown, foreign, left, somebody's own, no such kind}: an error, the
        // same for each kind of channel, and no row changes.
        Map<String, String> before = Rows.checksums(stack.database());
        List<String> wrong = new ArrayList<>();
        RpcTable.COMMANDS.values().stream().filter(text -> !text.isEmpty()).forEach(text -> {
            Set<String> answers = new HashSet<>();
            for (String channel : List.of("c:1", "c:" + foreign, "c:" + left)) {
                JsonObject reply = client.command(text.replace("%s", channel));
                answers.add(String.valueOf(reply.get("error")));
                if (!OPEN_TO_NOBODY.matcher(text).find()) {
                    expect(103, reply, text + " on " + channel, wrong);
                }
            }
            assertTrue(answers.size() == 1 && !answers.contains("null"), text + " " + answers);
            for (String channel : List.of("u:" + owner.id(), "u:1", "x:1", "c:x", "u:", "c:" + foreign + "x")) {
                JsonObject reply = client.command(text.replace("%s", channel));
                if (!reply.containsKey("error")) {
                    wrong.add(text + " on " + channel + " was answered " + reply);
                }
            }
        });
        assertEquals(List.of(), wrong);
        assertEquals(before, Rows.checksums(stack.database()));
    }

    @Test
    void inputThatIsWrongInOneThingNamesIt() {
        // Each field of each method missing, of a wrong type, or out of its range, and one field too many: 107 "field:
        // rule".
        Map<String, String> before = Rows.checksums(stack.database());
        List<String> wrong = new ArrayList<>();
        for (Method method : RpcTable.METHODS) {
            String name = method.name();
            JsonObject fields = JsonFields.object(filled(method.data(), foreign));
            for (String field : fields.keySet()) {
                if (!method.optional().contains(field)) {
                    named(field, name, JsonFields.without(fields, field), wrong);
                    named(field, name, JsonFields.with(fields, field, "null"), wrong);
                }
                for (String value : wrongValues(field)) {
                    named(field, name, JsonFields.with(fields, field, value), wrong);
                }
            }
            for (String surplus : List.of("surplus", "__proto__", "constructor")) {
                named(surplus, name, JsonFields.with(fields, surplus, "{\"admin\":true}"), wrong);
            }
            for (String data : List.of("[]", "7", "\"x\"", "{\"a\":{\"a\":1,\"a\":2}}")) {
                expect(107, client.rpc(name, data), name + " " + data, wrong);
            }
        }
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
            case "replyTo" -> values.addAll(List.of("0", "-1", "1.5", "1e999", "99999999999999999999", "\"5\""));
            case "until" -> values.addAll(List.of("-1", "1.5", "1e999", "9007199254740992", "\"5\""));
            case "body" -> {
                values.removeLast();
                values.addAll(List.of("[]", "7", "\"x\""));
            }
            case "on" -> values.set(0, "\"true\"");
            case "emoji" -> values.addAll(List.of("7", "\"\"", "\"a\\nb\"", "\"" + "e".repeat(33) + "\""));
            case "accounts", "members", "mentions" ->
                values.addAll(List.of("7", "\"x\"", "[7]", "[\"x\"]", "[\"-1\"]", "[[]]"));
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
