package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Events that may be lost, over real sockets: typing, presence, markers of others.
class EventsIT {
    private static final int MEMBERS_MAX = 4;
    private static final Duration GRACE = Duration.ofSeconds(2);

    @TempDir
    static Path folder;

    private static SystemNode node;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(
                folder,
                Map.of(
                        "PARLEY_SESSIONS_LIMITS_PRESENCE_MEMBERS_MAX", Integer.toString(MEMBERS_MAX),
                        "PARLEY_SESSIONS_LIMITS_PRESENCE_GRACE_SECONDS", Long.toString(GRACE.toSeconds())));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void typingIsHeardByTheOthersAndKeptNowhere() {
        // C30: typing goes to the other members' sessions, not to any of the own, once in three seconds; no reply.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        try (RawClient a = connected(anna);
                RawClient tablet = connected(anna);
                RawClient b = connected(ben)) {
            String conversation = direct(a, ben);
            Await.until(
                    "Ben is subscribed", () -> b.entries("c:" + conversation).size() == 2);
            for (int i = 0; i < 20; i++) {
                typing(a, conversation);
            }
            Await.until("Ben hears it", () -> !events(b, conversation, "typing").isEmpty());
            JsonObject head = a.command("\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":10}")
                    .getJsonObject("history");
            assertEquals(2, head.getJsonArray("publications").size(), "nothing was stored");
            assertEquals(
                    List.of("{\"type\":\"typing\",\"account\":\"" + anna.id() + "\"}"),
                    events(b, conversation, "typing"));
            assertEquals(List.of(), events(a, conversation, "typing"));
            assertEquals(List.of(), events(tablet, conversation, "typing"));
        }
    }

    @Test
    void typingOfAStrangerIsHeardByNobodyAndBreaksNothing() {
        // C30: only who may send is heard; what cannot be read is ignored.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        try (RawClient a = connected(anna);
                RawClient b = connected(ben);
                RawClient c = connected(person("cora"))) {
            String conversation = direct(a, ben);
            typing(c, conversation);
            typing(c, "1");
            for (String data : List.of("[]", "7", "{}", "{\"type\":\"typing\"}", "{\"type\":\"dance\"}", "null")) {
                c.send("{\"send\":{\"data\":" + data + "}}");
            }
            c.send("{\"send\":{}}");
            assertTrue(c.call("conversation.list", "{}").containsKey("conversations"), "the session goes on");
            typing(a, conversation);
            Await.until(
                    "Ben hears Anna", () -> !events(b, conversation, "typing").isEmpty());
            assertEquals(
                    List.of("{\"type\":\"typing\",\"account\":\"" + anna.id() + "\"}"),
                    events(b, conversation, "typing"));
        }
    }

    @Test
    void comingAndGoingIsToldOncePerSessionHoweverMuchIsShared() {
        // C31: online with the first session, offline a grace after the last; told once, in one shared conversation.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        try (RawClient a = connected(anna)) {
            List<String> shared = new ArrayList<>();
            shared.add(direct(a, ben));
            for (int i = 0; i < 5; i++) {
                shared.add(group(a, "g" + i, ben));
            }
            RawClient b = connected(ben);
            RawClient phone = connected(ben);
            String online = "{\"type\":\"presence\",\"account\":\"" + ben.id() + "\",\"online\":true}";
            Await.until("Anna sees Ben", () -> presence(a, ben).equals(List.of(online)));
            b.close();
            phone.close();
            RawClient again = connected(ben);
            assertEquals("{\"online\":true}", sight(a, ben), "who reconnects within the grace was never away");
            Await.stays(
                    GRACE.plusMillis(500),
                    "nothing is told",
                    () -> presence(a, ben).size() == 1);
            long before = System.currentTimeMillis();
            again.close();
            Await.until("Anna sees Ben go", () -> presence(a, ben).size() == 2);
            JsonObject offline = JsonFields.object(presence(a, ben).get(1));
            assertFalse(offline.getBoolean("online"));
            long seen = offline.getJsonNumber("lastSeen").longValue();
            assertTrue(seen >= before - 1_000 && seen <= System.currentTimeMillis() + 1_000, offline::toString);
            assertEquals("{\"online\":false,\"lastSeen\":" + seen + "}", sight(a, ben));
            try (RawClient c = connected(person("cora"))) {
                assertEquals("{}", sight(c, ben), "who shares nothing sees nothing");
            }
            assertTrue(shared.contains(presenceConversation(a, ben)));
        }
    }

    @Test
    void lastSeenSurvivesTheNode() {
        // C32: last seen is kept durably: written behind, and before the node ends.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        try (RawClient a = connected(anna)) {
            String unused = direct(a, ben);
            connected(ben).close();
            Await.until("Ben has left", () -> sight(a, ben).contains("lastSeen"));
            String seen = sight(a, ben);
            a.cut();
            node.process().terminate();
            assertEquals(
                    0,
                    node.process().awaitExit(Duration.ofSeconds(20)),
                    () -> node.process().tail());
            node.restart();
            try (RawClient back = connected(anna)) {
                assertEquals(seen, sight(back, ben));
            }
        }
    }

    @Test
    void markersOfOthersAreTold() {
        // C33: when a member reads, the others hear how far, the newest only; the own devices by their own event.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        try (RawClient a = connected(anna);
                RawClient b = connected(ben)) {
            String conversation = direct(a, ben);
            for (int i = 0; i < 10; i++) {
                send(a, conversation, i);
            }
            for (int seq = 3; seq <= 12; seq++) {
                read(b, conversation, seq);
            }
            String last = "{\"type\":\"read\",\"account\":\"" + ben.id() + "\",\"seq\":12}";
            Await.until("Anna knows", () -> events(a, conversation, "read").contains(last));
            assertTrue(
                    events(a, conversation, "read").size() <= 3, () -> "coalesced: " + events(a, conversation, "read"));
            assertEquals(List.of(), events(b, conversation, "read"));
        }
    }

    @Test
    void aLargeGroupGetsCounts() {
        // C34: above the configured size nobody is named: counts of who is online and who types, no markers.
        List<Rest.Person> people = new ArrayList<>();
        for (int i = 0; i <= MEMBERS_MAX; i++) {
            people.add(person("p" + i));
        }
        try (RawClient first = connected(people.get(0));
                RawClient second = connected(people.get(1))) {
            String conversation =
                    group(first, "large", people.subList(1, people.size()).toArray(Rest.Person[]::new));
            Await.until(
                    "all are subscribed",
                    () -> !second.entries("c:" + conversation).isEmpty());
            try (RawClient third = connected(people.get(2))) {
                typing(second, conversation);
                typing(third, conversation);
                Await.until(
                        "how many type",
                        () -> events(first, conversation, "typing").contains("{\"type\":\"typing\",\"count\":1}")
                                || events(first, conversation, "typing").contains("{\"type\":\"typing\",\"count\":2}"));
                Await.until(
                        Duration.ofSeconds(15),
                        "how many are online",
                        () -> events(first, conversation, "presence").contains("{\"type\":\"presence\",\"count\":3}"));
                read(second, conversation, 1);
                String channel = "{\"channel\":\"c:" + conversation + "\"}";
                assertEquals(108, error(first.command("\"presence\":" + channel)));
                JsonObject stats =
                        first.command("\"presence_stats\":" + channel).getJsonObject("presence_stats");
                assertEquals(3, stats.getInt("num_clients"));
                assertEquals(3, stats.getInt("num_users"));
            }
            assertEquals(List.of(), named(first, conversation));
            assertEquals(List.of(), events(first, conversation, "read"));
        }
    }

    @Test
    void presenceNamesTheSessionsOfMembers() {
        // C35: presence is a map of client ids to members with a session now; presence_stats counts both.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        try (RawClient a = connected(anna);
                RawClient b = RawClient.open(node.webSocketAddress());
                RawClient phone = RawClient.open(node.webSocketAddress())) {
            String conversation = group(a, "g", ben, person("absent"));
            String first = b.connect(ben.accessToken()).getString("client");
            // One who subscribes by itself, and to nothing, is online all the same.
            String second = phone.connect(ben.accessToken(), Map.of(), "{\"subscriptions\":\"client\"}")
                    .getString("client");
            String channel = "{\"channel\":\"c:" + conversation + "\"}";
            JsonObject present = a.command("\"presence\":" + channel)
                    .getJsonObject("presence")
                    .getJsonObject("presence");
            assertEquals(3, present.size());
            assertEquals(
                    "{\"user\":\"" + ben.id() + "\",\"client\":\"" + first + "\"}",
                    present.getJsonObject(first).toString());
            assertEquals(ben.id(), present.getJsonObject(second).getString("user"));
            JsonObject stats = a.command("\"presence_stats\":" + channel).getJsonObject("presence_stats");
            assertEquals(3, stats.getInt("num_clients"));
            assertEquals(2, stats.getInt("num_users"));
            assertEquals(102, error(a.command("\"presence\":{\"channel\":\"x\"}")));
            assertEquals(108, error(a.command("\"presence\":{\"channel\":\"u:" + anna.id() + "\"}")));
        }
    }

    @Test
    void whoLeftHearsNothingMore() {
        // C30: no event reaches a former member, and none comes of one.
        Rest.Person anna = person("anna");
        Rest.Person ben = person("ben");
        Rest.Person cora = person("cora");
        try (RawClient a = connected(anna);
                RawClient b = connected(ben);
                RawClient c = connected(cora)) {
            String conversation = group(a, "g", ben, cora);
            Await.until(
                    "Ben is subscribed", () -> !b.entries("c:" + conversation).isEmpty());
            JsonObject gone = b.call("conversation.leave", "{\"conversation\":\"" + conversation + "\"}");
            assertTrue(gone.getInt("seq") > 0);
            Await.until("Ben is out", () -> b.pushes().stream().anyMatch(push -> push.containsKey("unsubscribe")));
            typing(a, conversation);
            typing(b, conversation);
            Await.until(
                    "Cora hears Anna", () -> !events(c, conversation, "typing").isEmpty());
            read(c, conversation, 4);
            Await.until(
                    "Anna hears of Cora", () -> !events(a, conversation, "read").isEmpty());
            assertEquals(List.of(), events(b, conversation, "typing"));
            assertEquals(List.of(), events(b, conversation, "read"));
            assertEquals(List.of(), events(a, conversation, "typing"));
            assertEquals(1, events(c, conversation, "typing").size());
        }
    }

    private static Rest.Person person(String name) {
        return node.rest().newPerson(name);
    }

    private static RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    private static String direct(RawClient from, Rest.Person with) {
        return from.call(
                        "conversation.create",
                        "{\"id\":\"d" + with.id() + "\",\"kind\":\"direct\",\"with\":\"" + with.id() + "\"}")
                .getString("conversation");
    }

    private static String group(RawClient from, String id, Rest.Person... members) {
        String list = Arrays.stream(members)
                .map(member -> "\"" + member.id() + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        return from.call(
                        "conversation.create",
                        "{\"id\":\"" + id + "\",\"kind\":\"group\",\"title\":\"G\",\"members\":" + list + "}")
                .getString("conversation");
    }

    private static void typing(RawClient from, String conversation) {
        from.send("{\"send\":{\"data\":{\"type\":\"typing\",\"conversation\":\"" + conversation + "\"}}}");
    }

    private static void read(RawClient from, String conversation, int seq) {
        JsonObject moved = from.call("read", "{\"conversation\":\"" + conversation + "\",\"seq\":" + seq + "}");
        assertTrue(moved.containsKey("read"), moved::toString);
    }

    private static void send(RawClient from, String conversation, int number) {
        JsonObject sent = from.call(
                "message.send",
                "{\"conversation\":\"" + conversation + "\",\"id\":\"" + number + "\",\"body\":{\"text\":\"x\"}}");
        assertTrue(sent.containsKey("seq"), sent::toString);
    }

    private static int error(JsonObject reply) {
        return reply.getJsonObject("error").getInt("code");
    }

    /// Events of `type` that `client` got on the conversation's channel.
    private static List<String> events(RawClient client, String conversation, String type) {
        return allEvents(client).stream()
                .filter(push -> push.getString("channel").equals("c:" + conversation))
                .map(push -> push.getJsonObject("pub").getJsonObject("data"))
                .filter(data -> data.getString("type").equals(type))
                .map(JsonObject::toString)
                .toList();
    }

    private static List<String> named(RawClient client, String conversation) {
        return allEvents(client).stream()
                .filter(push -> push.getString("channel").equals("c:" + conversation))
                .map(push -> push.getJsonObject("pub").getJsonObject("data"))
                .filter(data -> data.containsKey("account"))
                .map(JsonObject::toString)
                .toList();
    }

    private static List<String> presence(RawClient client, Rest.Person of) {
        return allEvents(client).stream()
                .map(push -> push.getJsonObject("pub").getJsonObject("data"))
                .filter(data -> data.getString("type").equals("presence"))
                .filter(data -> data.getString("account", "").equals(of.id()))
                .map(JsonObject::toString)
                .toList();
    }

    private static String presenceConversation(RawClient client, Rest.Person of) {
        return allEvents(client).stream()
                .filter(push -> push.toString().contains(of.id()))
                .filter(push -> push.toString().contains("presence"))
                .findFirst()
                .orElseThrow()
                .getString("channel")
                .substring(2);
    }

    private static List<JsonObject> allEvents(RawClient client) {
        return client.pushes().stream()
                .filter(push -> push.getString("channel", "").startsWith("c:"))
                .filter(push ->
                        push.containsKey("pub") && !push.getJsonObject("pub").containsKey("offset"))
                .toList();
    }

    /// What `account.get` adds to the profile.
    private static String sight(RawClient viewer, Rest.Person of) {
        String answer =
                viewer.call("account.get", "{\"account\":\"" + of.id() + "\"}").toString();
        int at = answer.indexOf(",\"online\"");
        return at < 0 ? "{}" : "{" + answer.substring(at + 1);
    }
}
