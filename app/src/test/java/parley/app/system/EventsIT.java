package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Typing and markers of others, over real sockets.
class EventsIT {
    private static final int SLOW_MESSAGES = 1_500;
    private static final int WINDOW = 50;

    @TempDir
    static Path folder;

    private static SystemNode node;
    private static EventPeople people;

    @BeforeAll
    static void start() {
        node = SystemNode.embedded(folder, Map.of("PARLEY_HISTORY_QUEUE_WAIT_MAX", "10s"));
        people = new EventPeople(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void typingIsHeardByTheOthersAndKeptNowhere() {
        // C30: typing goes to the other members' sessions, not to any of the own, once in three seconds; no reply.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna);
                RawClient tablet = people.connected(anna);
                RawClient b = people.connected(ben)) {
            String conversation = people.direct(a, ben);
            Await.until(
                    "Ben is subscribed", () -> b.entries("c:" + conversation).size() == 2);
            long began = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                people.typing(a, conversation);
            }
            Await.until(
                    "Ben hears it",
                    () -> !people.events(b, conversation, "typing").isEmpty());
            JsonObject head = a.command("\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":10}")
                    .getJsonObject("history");
            assertEquals(2, head.getJsonArray("publications").size(), "nothing was stored");
            List<String> heard = people.events(b, conversation, "typing");
            String typing = "{\"type\":\"typing\",\"account\":\"" + anna.id() + "\"}";
            // However long the machine took.
            long most = 1 + Duration.ofNanos(System.nanoTime() - began).toSeconds() / 3;
            assertTrue(heard.size() <= most && heard.stream().allMatch(typing::equals), heard::toString);
            assertEquals(List.of(), people.events(a, conversation, "typing"));
            assertEquals(List.of(), people.events(tablet, conversation, "typing"));
        }
    }

    @Test
    void typingOfAStrangerIsHeardByNobodyAndBreaksNothing() {
        // C30: only who may send is heard; what cannot be read is ignored.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna);
                RawClient b = people.connected(ben);
                RawClient c = people.connected(people.person("cora"))) {
            String conversation = people.direct(a, ben);
            Await.until(
                    "Ben is subscribed", () -> b.entries("c:" + conversation).size() == 2);
            people.typing(c, conversation);
            people.typing(c, "1");
            for (String data : List.of("[]", "7", "{}", "{\"type\":\"typing\"}", "{\"type\":\"dance\"}", "null")) {
                c.send("{\"send\":{\"data\":" + data + "}}");
            }
            c.send("{\"send\":{}}");
            assertTrue(c.call("conversation.list", "{}").containsKey("conversations"), "the session goes on");
            people.typing(a, conversation);
            Await.until(
                    "Ben hears Anna",
                    () -> !people.events(b, conversation, "typing").isEmpty());
            assertEquals(
                    List.of("{\"type\":\"typing\",\"account\":\"" + anna.id() + "\"}"),
                    people.events(b, conversation, "typing"));
        }
    }

    @Test
    void markersOfOthersAreTold() {
        // C33: when a member reads, the others hear how far, the newest only; the own devices by their own event.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna);
                RawClient b = people.connected(ben)) {
            String conversation = people.direct(a, ben);
            for (int i = 0; i < 10; i++) {
                people.send(a, conversation, i);
            }
            long began = System.nanoTime();
            for (int seq = 3; seq <= 12; seq++) {
                people.read(b, conversation, seq);
            }
            String last = "{\"type\":\"read\",\"account\":\"" + ben.id() + "\",\"seq\":12}";
            Await.until(
                    "Anna knows", () -> people.events(a, conversation, "read").contains(last));
            List<String> told = people.events(a, conversation, "read");
            // One in two seconds, however long the machine took.
            long most = 3 + Duration.ofNanos(System.nanoTime() - began).toSeconds() / 2;
            assertTrue(told.size() <= most, () -> "coalesced: " + told);
            assertEquals(List.of(), people.events(b, conversation, "read"));
        }
    }

    @Test
    void aSlowReaderLosesEventsAndNoEntry() {
        // I6: with a full way out events are dropped and counted, entries all come, in order.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        try (RawClient a = people.connected(anna);
                RawClient b = people.connected(ben)) {
            String conversation = people.direct(a, ben);
            Await.until(
                    "Ben is subscribed", () -> b.entries("c:" + conversation).size() == 2);
            b.pause();
            for (int first = 0; first < SLOW_MESSAGES; first += WINDOW) {
                flood(a, conversation, first);
            }
            Await.until("events are dropped and counted", () -> {
                people.typing(a, conversation);
                return dropped() > 0;
            });
            b.resume();
            Await.until(
                    Duration.ofSeconds(30),
                    "Ben has all",
                    () -> b.entries("c:" + conversation).size() == 2 + SLOW_MESSAGES);
            assertEquals(
                    LongStream.rangeClosed(1, 2 + SLOW_MESSAGES).boxed().toList(),
                    b.entries("c:" + conversation).stream()
                            .map(entry -> entry.getJsonNumber("seq").longValue())
                            .toList());
            Await.until("Ben hears Anna again", () -> {
                people.typing(a, conversation);
                return !people.events(b, conversation, "typing").isEmpty();
            });
        }
    }

    private static void flood(RawClient from, String conversation, int first) {
        List<CompletableFuture<JsonObject>> replies = new ArrayList<>();
        for (int i = first; i < first + WINDOW; i++) {
            replies.add(from.rpcAsync(
                    "message.send",
                    "{\"conversation\":\"" + conversation + "\",\"id\":\"m" + i + "\",\"body\":{\"text\":\""
                            + "x".repeat(8_000) + "\"}}"));
        }
        replies.forEach(reply -> assertTrue(reply.join().containsKey("rpc")));
    }

    private static double dropped() {
        String name = "parley_hub_ephemeral_dropped_total ";
        return node.admin()
                .get("metrics", node.adminKey())
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    @Test
    void whoLeftHearsNothingMore() {
        // C30: no event reaches a former member, and none comes of one.
        Rest.Person anna = people.person("anna");
        Rest.Person ben = people.person("ben");
        Rest.Person cora = people.person("cora");
        try (RawClient a = people.connected(anna);
                RawClient b = people.connected(ben);
                RawClient c = people.connected(cora)) {
            String conversation = people.group(a, "g", ben, cora);
            Await.until(
                    "Ben is subscribed", () -> !b.entries("c:" + conversation).isEmpty());
            Await.until(
                    "Cora is subscribed", () -> !c.entries("c:" + conversation).isEmpty());
            JsonObject gone = b.call("conversation.leave", "{\"conversation\":\"" + conversation + "\"}");
            assertTrue(gone.getInt("seq") > 0);
            Await.until("Ben is out", () -> b.pushes().stream().anyMatch(push -> push.containsKey("unsubscribe")));
            people.typing(a, conversation);
            people.typing(b, conversation);
            Await.until(
                    "Cora hears Anna",
                    () -> !people.events(c, conversation, "typing").isEmpty());
            people.read(c, conversation, 4);
            Await.until(
                    "Anna hears of Cora",
                    () -> !people.events(a, conversation, "read").isEmpty());
            assertEquals(List.of(), people.events(b, conversation, "typing"));
            assertEquals(List.of(), people.events(b, conversation, "read"));
            assertEquals(List.of(), people.events(a, conversation, "typing"));
            assertEquals(1, people.events(c, conversation, "typing").size());
        }
    }
}
