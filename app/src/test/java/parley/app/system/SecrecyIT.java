package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// I9: after a walk with known secrets, none of them stands where an operator or a stranger reads.
class SecrecyIT {
    private static final String ADMIN_REASON = "reason-9f1c-of-the-ban";

    @TempDir
    private Path folder;

    @Test
    void noSecretAndNoMessageIsLoggedOrMeasured() {
        // I9: passwords, tokens, bodies, names and titles are in no log, metric, health answer or problem.
        try (WholeStack stack = WholeStack.start(folder, Map.of("PARLEY_LOG_LEVEL", "debug"))) {
            Map<String, String> secrets = new LinkedHashMap<>();
            walk(stack, secrets);
            mistakes(stack, secrets);
            Map<String, String> places = new LinkedHashMap<>();
            Rest admin = stack.node().admin();
            places.put("metrics", admin.get("metrics", stack.adminKey()).text());
            places.put("health", admin.get("health/ready", null).text());
            places.put(
                    "the public health", stack.rest().get("health/ready", null).text());
            stack.node().process().terminate();
            int code = stack.node().process().awaitExit(Duration.ofSeconds(20));
            assertEquals(0, code);
            places.put("standard output", stack.node().process().stdout());
            places.put("standard error", stack.node().process().stderr());
            places.put("nginx's access log", String.join("\n", stack.nginx().accessLog()));
            places.put("nginx's error log", String.join("\n", stack.nginx().errorLog()));
            places.forEach((place, text) -> secrets.forEach(
                    (what, secret) -> assertFalse(text.contains(secret), what + " stands in " + place)));
            assertEveryLineIsJson(stack.node().process().stderr());
        }
    }

    /// What people do, with secrets that are found again.
    private static void walk(WholeStack stack, Map<String, String> secrets) {
        Rest.Person a = stack.rest().newPerson("alice");
        Rest.Person b = stack.rest().newPerson("bob");
        for (Rest.Person person : List.of(a, b)) {
            secrets.put("the password of " + person.handle(), person.password());
            secrets.put("the access token of " + person.handle(), person.accessToken());
            secrets.put(
                    "the signature of the token of " + person.handle(),
                    person.accessToken().split("\\.", -1)[2]);
            secrets.put("the refresh token of " + person.handle(), person.refreshToken());
        }
        secrets.put("the admin key", stack.adminKey());
        secrets.put("the secret of the cluster", "of the cluster, only for tests");
        secrets.put("a message", "body-7d2e-of-a-message");
        secrets.put("a title", "title-4b8a-of-a-group");
        secrets.put("a display name", "name-3c9f-of-a-person");
        rename(stack, a, "name-3c9f-of-a-person");
        try (RawClient alice = RawClient.open(WholeStack.webSocket(stack.steadyAddress()));
                RawClient bob = RawClient.open(WholeStack.webSocket(stack.steadyAddress()))) {
            assertTrue(alice.connect(a.accessToken()).containsKey("data"));
            assertTrue(bob.connect(b.accessToken()).containsKey("data"));
            String conversation = alice.call(
                            "conversation.create",
                            "{\"id\":\"1\",\"kind\":\"group\",\"title\":\"title-4b8a-of-a-group\",\"members\":[\""
                                    + b.id() + "\"]}")
                    .getString("conversation");
            String send = "{\"conversation\":\"" + conversation
                    + "\",\"id\":\"1\",\"body\":{\"text\":\"body-7d2e-of-a-message\"}}";
            assertEquals(4, alice.call("message.send", send).getInt("seq"));
            assertTrue(alice.rpc("message.send", send.replace("of-a", "of-another"))
                    .containsKey("error"));
            // A frame that breaks the protocol, with a message in it.
            bob.send("{\"id\":9,\"rpc\":{\"method\":\"message.send\",\"data\":" + send);
            assertEquals(3501, bob.awaitClose());
        }
        Reply banned = stack.node()
                .admin()
                .call(
                        "PUT",
                        "admin/v1/accounts/" + b.id() + "/ban",
                        stack.adminKey(),
                        "{\"reason\":\"" + ADMIN_REASON + "\"}");
        assertEquals(204, banned.status(), banned::text);
        secrets.put("the reason of a ban", ADMIN_REASON);
    }

    private static void rename(WholeStack stack, Rest.Person person, String name) {
        Reply renamed = stack.rest()
                .call("PATCH", "api/v1/accounts/me", person.accessToken(), "{\"displayName\":\"" + name + "\"}");
        assertEquals(200, renamed.status(), renamed::text);
        // Line breaks and terminal commands in a name are refused, and reach no log either.
        Reply refused = stack.rest()
                .call(
                        "PATCH",
                        "api/v1/accounts/me",
                        person.accessToken(),
                        "{\"displayName\":\"" + name + "\\r\\nforged line\\u001b[31m\"}");
        assertEquals(400, refused.status(), refused::text);
    }

    /// What goes wrong, with secrets where they do not belong.
    private static void mistakes(WholeStack stack, Map<String, String> secrets) {
        Rest rest = stack.rest();
        secrets.put("a wrong password", "wrong-5e6b-password");
        String wrong = "{\"handle\":\"nobody.x\",\"password\":\"wrong-5e6b-password\",\"device\":\"device-8a7d\"}";
        assertEquals(401, rest.call("POST", "api/v1/tokens", null, wrong).status());
        assertEquals(
                400,
                rest.call("POST", "api/v1/tokens", null, wrong.replace("device\":", "gadget\":"))
                        .status());
        assertEquals(401, rest.get("api/v1/accounts/me", "token-1f2e-forged").status());
        secrets.put("a forged token", "token-1f2e-forged");
        secrets.put("a part of a query", "query-6c5d");
        assertEquals(401, rest.get("api/v1/accounts?token=query-6c5d", "x").status());
        try (RawHttp raw = new RawHttp(stack.steadyAddress())) {
            int status = raw.send(RawHttp.upgrade("").replace("websocket HTTP", "websocket?token=query-6c5d HTTP"))
                    .status();
            assertEquals(401, status);
        }
        try (RawClient client = RawClient.open(WholeStack.webSocket(stack.steadyAddress()))) {
            client.send("{\"id\":1,\"connect\":{\"token\":\"token-1f2e-forged\"}}");
            assertEquals(3500, client.awaitClose());
        }
    }

    /// The log of a process that goes on may end in the middle of a line.
    static void assertEveryLineIsJson(String log) {
        log.substring(0, log.lastIndexOf('\n') + 1).lines().forEach(line -> {
            try (JsonReader reader = Json.createReader(new StringReader(line))) {
                JsonObject entry = reader.readObject();
                assertTrue(
                        entry.containsKey("time") && entry.containsKey("level") && entry.containsKey("message"), line);
            } catch (JsonException broken) {
                throw new AssertionError("a line that is no JSON object: " + line, broken);
            }
        });
    }
}
