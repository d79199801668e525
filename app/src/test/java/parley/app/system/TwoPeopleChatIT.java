package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// The first walk through the whole: two people, one conversation, the embedded database.
class TwoPeopleChatIT {
    private static final int MESSAGES = 50;

    @Test
    void bothSeeEveryEntryInOrderOnce(@TempDir Path folder) {
        // I2, I4: numbers 1, 2, 3 ..., and every member device sees each of them once, in order.
        try (SystemNode node = SystemNode.embedded(folder);
                RawClient alice = RawClient.open(node.webSocketAddress());
                RawClient bob = RawClient.open(node.webSocketAddress())) {
            Rest.Person a = node.rest().newPerson("alice");
            Rest.Person b = node.rest().newPerson("bob");
            JsonObject connected = alice.connect(a.accessToken());
            assertEquals(a.id(), connected.getJsonObject("data").getString("account"));
            JsonObject unused = bob.connect(b.accessToken());

            String conversation = alice.call(
                            "conversation.create", "{\"id\":\"1\",\"kind\":\"direct\",\"with\":\"" + b.id() + "\"}")
                    .getString("conversation");
            for (int i = 0; i < MESSAGES; i++) {
                RawClient sender = i % 2 == 0 ? alice : bob;
                JsonObject sent = sender.call("message.send", message(conversation, i));
                assertEquals(3 + i, sent.getInt("seq"));
            }

            String channel = "c:" + conversation;
            List<Long> all = LongStream.rangeClosed(1, 2 + MESSAGES).boxed().toList();
            for (RawClient client : List.of(alice, bob)) {
                Await.until("all entries arrived", () -> client.entries(channel).size() >= all.size());
                assertEquals(all, seqs(client.entries(channel)));
            }
        }
    }

    @Test
    void whoComesBackGetsWhatWasMissed(@TempDir Path folder) {
        // I4: a device that was away presents its position and gets every later entry, in order.
        try (SystemNode node = SystemNode.embedded(folder)) {
            Rest.Person a = node.rest().newPerson("alice");
            Rest.Person b = node.rest().newPerson("bob");
            try (RawClient alice = RawClient.open(node.webSocketAddress())) {
                JsonObject unused = alice.connect(a.accessToken());
                String conversation = alice.call(
                                "conversation.create", "{\"id\":\"1\",\"kind\":\"direct\",\"with\":\"" + b.id() + "\"}")
                        .getString("conversation");
                IntStream.range(0, MESSAGES).forEach(i -> {
                    JsonObject sent = alice.call("message.send", message(conversation, i));
                    assertTrue(sent.getInt("seq") > 0);
                });
                String channel = "c:" + conversation;
                try (RawClient bob = RawClient.open(node.webSocketAddress())) {
                    JsonObject first =
                            bob.connect(b.accessToken()).getJsonObject("subs").getJsonObject(channel);
                    assertEquals(2 + MESSAGES, first.getInt("offset"));
                    String epoch = first.getString("epoch");
                    JsonObject resumed = RawClient.open(node.webSocketAddress())
                            .connect(b.accessToken(), Map.of(channel, "10:" + epoch), null)
                            .getJsonObject("subs")
                            .getJsonObject(channel);
                    assertTrue(resumed.getBoolean("recovered"));
                    assertEquals(
                            LongStream.rangeClosed(11, 2 + MESSAGES).boxed().toList(),
                            resumed.getJsonArray("publications").getValuesAs(JsonObject.class).stream()
                                    .map(publication ->
                                            publication.getJsonNumber("offset").longValue())
                                    .toList());
                }
            }
        }
    }

    private static String message(String conversation, int number) {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"m" + number + "\",\"body\":{\"text\":\"hello "
                + number + "\"}}";
    }

    private static List<Long> seqs(List<JsonObject> entries) {
        return entries.stream()
                .map(entry -> entry.getJsonNumber("seq").longValue())
                .toList();
    }
}
