package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Mutes, blocks, bans, mentions and receipts, as people and their clients see them.
class PeopleIT {
    @TempDir
    static Path folder;

    private static SystemNode node;

    private Rest.Person ann;
    private Rest.Person bob;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(folder, Map.of());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void signUp() {
        ann = node.rest().newPerson("ann");
        bob = node.rest().newPerson("bob");
    }

    private static RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    private static String group(RawClient owner, Rest.Person... members) {
        List<String> ids = new ArrayList<>();
        for (Rest.Person member : members) {
            ids.add("\"" + member.id() + "\"");
        }
        return owner.call(
                        "conversation.create",
                        "{\"id\":\"" + System.nanoTime() + "\",\"kind\":\"group\",\"title\":\"G\",\"members\":" + ids
                                + "}")
                .getString("conversation");
    }

    private static String direct(RawClient one, Rest.Person other) {
        return one.call(
                        "conversation.create",
                        "{\"id\":\"" + System.nanoTime() + "\",\"kind\":\"direct\",\"with\":\"" + other.id() + "\"}")
                .getString("conversation");
    }

    private static String in(String conversation, String more) {
        return "{\"conversation\":\"" + conversation + "\"" + more + "}";
    }

    private static JsonObject send(RawClient client, String conversation, String more) {
        return client.rpc("message.send", in(conversation, ",\"id\":\"" + System.nanoTime() + "\",\"body\":{}" + more));
    }

    private static int code(JsonObject reply) {
        return reply.containsKey("error") ? reply.getJsonObject("error").getInt("code") : 0;
    }

    private static long seq(JsonObject reply) {
        assertEquals(0, code(reply), reply::toString);
        return reply.getJsonObject("rpc")
                .getJsonObject("data")
                .getJsonNumber("seq")
                .longValue();
    }

    private static JsonObject last(RawClient client, String conversation, long seq) {
        Await.until(
                "entry " + seq + " is there",
                () -> client.entries("c:" + conversation).stream().anyMatch(entry -> entry.getInt("seq") == seq));
        return client.entries("c:" + conversation).stream()
                .filter(entry -> entry.getInt("seq") == seq)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void repliesMentionsAndReceipts() {
        // Contract: replyTo and mentions of a message, `mentions` in conversation.list, receipts.
        try (RawClient one = connected(ann);
                RawClient other = connected(bob)) {
            String group = group(one, bob);
            long first = seq(send(one, group, ""));
            long second = seq(send(one, group, ",\"replyTo\":" + first + ",\"mentions\":[\"" + bob.id() + "\"]"));
            JsonObject entry = last(other, group, second);
            assertEquals(first, entry.getInt("replyTo"));
            assertEquals(bob.id(), entry.getJsonArray("mentions").getString(0));
            assertEquals(107, code(send(one, group, ",\"replyTo\":" + (second + 9))));
            assertEquals(107, code(send(one, group, ",\"mentions\":[\"1\"]")));
            assertEquals(1, other.call("conversation.get", in(group, "")).getInt("mentions"));
            String receipts = in(group, ",\"seq\":" + second);
            assertEquals(1, one.call("receipts", receipts).getInt("count"));
            assertEquals(
                    second, other.call("read", in(group, ",\"seq\":" + second)).getInt("read"));
            JsonObject read = one.call("receipts", receipts);
            assertEquals(2, read.getInt("count"));
            assertEquals(
                    List.of(second, second),
                    read.getJsonArray("accounts").getValuesAs(JsonObject.class).stream()
                            .map(each -> each.getJsonNumber("seq").longValue())
                            .toList());
            assertEquals(0, other.call("conversation.get", in(group, "")).getInt("mentions"));
            long third = seq(send(one, group, ",\"mentions\":[\"" + bob.id() + "\"]"));
            assertEquals(1, other.call("conversation.get", in(group, "")).getInt("mentions"));
            JsonObject unused = one.call("message.recall", in(group, ",\"seq\":" + third));
            assertEquals(0, other.call("conversation.get", in(group, "")).getInt("mentions"));
            assertEquals(0, code(send(one, group, ",\"replyTo\":" + third)));
        }
    }

    @Test
    void whoIsMutedWritesNothingUntilItEnds() {
        // Contract 1004 to sends, edits and reactions; the entry tells everybody; an own message is recalled.
        try (RawClient owner = connected(ann);
                RawClient guest = connected(bob)) {
            String group = group(owner, bob);
            long own = seq(send(guest, group, ""));
            long until = System.currentTimeMillis() + 3_000_000;
            String mute = "{\"conversation\":\"" + group + "\",\"account\":\"" + bob.id() + "\",\"until\":";
            long muted = owner.call("members.mute", mute + until + "}").getInt("seq");
            JsonObject entry = last(guest, group, muted);
            assertEquals("muted", entry.getString("change"));
            assertEquals(until, entry.getJsonNumber("until").longValue());
            assertEquals(1004, code(send(guest, group, "")));
            assertEquals(1004, code(guest.rpc("message.edit", in(group, ",\"seq\":" + own + ",\"body\":{\"a\":1}"))));
            assertEquals(
                    1004,
                    code(guest.rpc("message.react", in(group, ",\"seq\":" + own + ",\"emoji\":\"x\",\"on\":true"))));
            assertEquals(
                    1004,
                    code(guest.command("\"publish\":{\"channel\":\"c:" + group + "\",\"data\":{\"text\":\"x\"}}")));
            assertEquals(0, code(guest.rpc("message.recall", in(group, ",\"seq\":" + own))));
            assertEquals(1002, code(guest.rpc("members.mute", mute + "0}")));
            JsonObject unused = owner.call("members.mute", mute + "0}");
            assertEquals(0, code(send(guest, group, "")));
        }
    }

    @Test
    void aBlockIsSeenByTheOneWhoBlocksAlone() {
        // A blocked person's direct messages and invitations get the same answer as a stranger's would.
        try (RawClient shy = connected(ann);
                RawClient pest = connected(bob)) {
            String direct = direct(pest, ann);
            long first = seq(send(pest, direct, ""));
            assertEquals(first, last(shy, direct, first).getInt("seq"));
            assertTrue(shy.call("account.block", "{\"account\":\"" + bob.id() + "\"}")
                    .isEmpty());
            Await.until(
                    "the blocker is unsubscribed",
                    () -> shy.pushes().stream()
                            .anyMatch(push -> push.containsKey("unsubscribe")
                                    && push.getString("channel").equals("c:" + direct)));
            String seen = pest.call("account.get", "{\"account\":\"" + ann.id() + "\"}")
                    .toString();
            long second = seq(send(pest, direct, ""));
            assertEquals(first + 1, second);
            long third = seq(send(pest, direct, ""));
            assertEquals(third, last(pest, direct, third).getInt("seq"));
            String invited = group(pest, ann);
            assertEquals(
                    2,
                    pest.call("members.list", in(invited, ""))
                            .getJsonArray("members")
                            .size());
            assertEquals(1008, code(send(shy, direct, "")));
            assertEquals(1001, code(shy.rpc("conversation.get", in(direct, ""))));
            assertEquals(103, code(shy.command("\"history\":{\"channel\":\"c:" + direct + "\",\"limit\":10}")));
            assertEquals(
                    0,
                    shy.call("conversation.list", "{}")
                            .getJsonArray("conversations")
                            .size());
            assertEquals(ann.id(), pest.call("conversation.get", in(direct, "")).getString("with"));
            assertEquals(
                    bob.id(),
                    shy.call("account.blocked", "{}")
                            .getJsonArray("accounts")
                            .getJsonObject(0)
                            .getString("id"));
            assertTrue(seen.contains("\"online\":true"), seen);
            assertFalse(shy.entries("c:" + direct).stream().anyMatch(entry -> entry.getInt("seq") > first));
            JsonObject unused = shy.call("account.unblock", "{\"account\":\"" + bob.id() + "\"}");
            assertEquals(
                    1,
                    shy.call("conversation.list", "{}")
                            .getJsonArray("conversations")
                            .size());
            long fourth = seq(send(pest, direct, ""));
            assertEquals(fourth, last(shy, direct, fourth).getInt("seq"));
        }
    }

    @Test
    void aBanThatEndsLetsThemInAgain() {
        // A ban with `until` refuses every token while it lasts, and ends by itself.
        ban(Instant.now().plusSeconds(3_600));
        assertEquals(4502, closeOfConnect());
        assertEquals(
                403, node.rest().get("api/v1/accounts/me", bob.accessToken()).status());
        Instant until = Instant.now().plusSeconds(3);
        ban(until);
        Await.until(
                "the ban is over",
                () -> node.rest()
                                .call(
                                        "POST",
                                        "api/v1/tokens",
                                        null,
                                        "{\"handle\":\"" + bob.handle() + "\",\"password\":\"" + bob.password()
                                                + "\",\"device\":\"x\"}")
                                .status()
                        == 201);
        assertFalse(Instant.now().isBefore(until));
    }

    @Test
    void aBanThatRacesWithConnectsLeavesNoSession() {
        // Ban ends sessions: also those that connect while it is made.
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(RawClient.open(node.webSocketAddress()));
        }
        Thread banning = Thread.ofVirtual()
                .start(() -> assertEquals(
                        204,
                        node.admin()
                                .call(
                                        "PUT",
                                        "admin/v1/accounts/" + bob.id() + "/ban",
                                        node.adminKey(),
                                        "{\"reason\":\"r\"}")
                                .status()));
        for (RawClient client : clients) {
            // Answered or not, before or after the ban.
            CompletableFuture<JsonObject> unused =
                    client.commandAsync("\"connect\":{\"token\":\"" + bob.accessToken() + "\"}");
        }
        for (RawClient client : clients) {
            assertEquals(4502, client.awaitClose());
        }
        assertFalse(banning.isInterrupted());
        Await.until(
                "no session is left",
                () -> node.admin()
                        .get("admin/v1/sessions?account=" + bob.id(), node.adminKey())
                        .json()
                        .getJsonArray("sessions")
                        .isEmpty());
    }

    private void ban(Instant until) {
        assertEquals(
                204,
                node.admin()
                        .call(
                                "PUT",
                                "admin/v1/accounts/" + bob.id() + "/ban",
                                node.adminKey(),
                                "{\"reason\":\"r\",\"until\":\"" + until + "\"}")
                        .status());
    }

    private int closeOfConnect() {
        try (RawClient refused = RawClient.open(node.webSocketAddress())) {
            refused.send("{\"id\":1,\"connect\":{\"token\":\"" + bob.accessToken() + "\"}}");
            return refused.awaitClose();
        }
    }
}
