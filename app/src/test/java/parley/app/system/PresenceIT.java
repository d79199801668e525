package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Who is online and was when, over real sockets.
class PresenceIT {
    private static final int MEMBERS_MAX = 4;
    private static final Duration GRACE = Duration.ofSeconds(3);

    @TempDir
    static Path folder;

    private static SystemNode node;
    private static EventPeople people;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(
                folder,
                Map.of(
                        "PARLEY_SESSIONS_LIMITS_PRESENCE_MEMBERS_MAX", Integer.toString(MEMBERS_MAX),
                        "PARLEY_SESSIONS_LIMITS_PRESENCE_GRACE_SECONDS", Long.toString(GRACE.toSeconds())));
        people = new EventPeople(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void comingAndGoingIsToldOncePerSessionHoweverMuchIsShared() {
        // C31: online with the first session, offline a grace after the last; told once, in one shared conversation.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna)) {
            List<String> shared = new ArrayList<>();
            shared.add(people.direct(a, ben));
            for (int i = 0; i < 5; i++) {
                shared.add(people.group(a, "g" + i, ben));
            }
            RawClient b = people.connected(ben);
            RawClient phone = people.connected(ben);
            String online = "{\"type\":\"presence\",\"account\":\"" + ben.id() + "\",\"online\":true}";
            Await.until("Anna sees Ben", () -> people.presence(a, ben).equals(List.of(online)));
            b.close();
            phone.close();
            RawClient again = people.connected(ben);
            assertEquals("{\"online\":true}", people.sight(a, ben), "who reconnects within the grace was never away");
            Await.stays(
                    GRACE.plusMillis(500),
                    "nothing is told",
                    () -> people.presence(a, ben).size() == 1);
            long before = System.currentTimeMillis();
            again.close();
            Await.until("Anna sees Ben go", () -> people.presence(a, ben).size() == 2);
            JsonObject offline = JsonFields.object(people.presence(a, ben).get(1));
            assertFalse(offline.getBoolean("online"));
            long seen = offline.getJsonNumber("lastSeen").longValue();
            assertTrue(seen >= before - 1_000 && seen <= System.currentTimeMillis() + 1_000, offline::toString);
            assertEquals("{\"online\":false,\"lastSeen\":" + seen + "}", people.sight(a, ben));
            try (RawClient c = people.connected(people.person("cora"))) {
                assertEquals("{}", people.sight(c, ben), "who shares nothing sees nothing");
            }
            assertTrue(shared.contains(people.presenceConversation(a, ben)));
        }
    }

    @Test
    void lastSeenSurvivesTheNode() {
        // C32: last seen is kept durably: written behind, and before the node ends.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna)) {
            String unused = people.direct(a, ben);
            people.connected(ben).close();
            Await.until("Ben has left", () -> people.sight(a, ben).contains("lastSeen"));
            String seen = people.sight(a, ben);
            a.cut();
            node.process().terminate();
            assertEquals(
                    0,
                    node.process().awaitExit(Duration.ofSeconds(20)),
                    () -> node.process().tail());
            node.restart();
            try (RawClient back = people.connected(anna)) {
                assertEquals(seen, people.sight(back, ben));
            }
        }
    }

    @Test
    void aLargeGroupGetsCounts() {
        // C34: above the configured size nobody is named: counts of who is online and who types, no markers.
        List<Rest.Person> all = new ArrayList<>();
        for (int i = 0; i <= MEMBERS_MAX; i++) {
            all.add(people.person("p" + i));
        }
        try (RawClient first = people.connected(all.get(0));
                RawClient second = people.connected(all.get(1))) {
            String conversation =
                    people.group(first, "large", all.subList(1, all.size()).toArray(Rest.Person[]::new));
            Await.until(
                    "all are subscribed",
                    () -> !second.entries("c:" + conversation).isEmpty());
            try (RawClient third = people.connected(all.get(2))) {
                people.typing(second, conversation);
                people.typing(third, conversation);
                Await.until(
                        "how many type",
                        () -> people.events(first, conversation, "typing").contains("{\"type\":\"typing\",\"count\":1}")
                                || people.events(first, conversation, "typing")
                                        .contains("{\"type\":\"typing\",\"count\":2}"));
                Await.until(
                        "how many are online",
                        () -> people.events(first, conversation, "presence")
                                .contains("{\"type\":\"presence\",\"count\":3}"));
                people.read(second, conversation, 1);
                String channel = "{\"channel\":\"c:" + conversation + "\"}";
                assertEquals(108, people.error(first.command("\"presence\":" + channel)));
                JsonObject stats =
                        first.command("\"presence_stats\":" + channel).getJsonObject("presence_stats");
                assertEquals(3, stats.getInt("num_clients"));
                assertEquals(3, stats.getInt("num_users"));
            }
            assertEquals(List.of(), people.named(first, conversation));
            assertEquals(List.of(), people.events(first, conversation, "read"));
        }
    }

    @Test
    void presenceNamesTheSessionsOfMembers() {
        // C35: presence is a map of client ids to members with a session now; presence_stats counts both.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna);
                RawClient b = RawClient.open(node.webSocketAddress());
                RawClient phone = RawClient.open(node.webSocketAddress())) {
            String conversation = people.group(a, "g", ben, people.person("absent"));
            String first = b.connect(ben.accessToken()).getString("client");
            // One who subscribes by itself, and to nothing, is online all the same.
            String second = phone.connect(ben.accessToken(), Map.of(), "{\"subscriptions\":\"client\"}")
                    .getString("client");
            String channel = "{\"channel\":\"c:" + conversation + "\"}";
            // Who is answered is there a moment later.
            JsonObject present = Await.value(
                    "all three",
                    () -> Optional.of(a.command("\"presence\":" + channel)
                                    .getJsonObject("presence")
                                    .getJsonObject("presence"))
                            .filter(all -> all.size() == 3));
            assertEquals(
                    "{\"user\":\"" + ben.id() + "\",\"client\":\"" + first + "\"}",
                    present.getJsonObject(first).toString());
            assertEquals(ben.id(), present.getJsonObject(second).getString("user"));
            JsonObject stats = a.command("\"presence_stats\":" + channel).getJsonObject("presence_stats");
            assertEquals(3, stats.getInt("num_clients"));
            assertEquals(2, stats.getInt("num_users"));
            assertEquals(102, people.error(a.command("\"presence\":{\"channel\":\"x\"}")));
            assertEquals(108, people.error(a.command("\"presence\":{\"channel\":\"u:" + anna.id() + "\"}")));
        }
    }
}
