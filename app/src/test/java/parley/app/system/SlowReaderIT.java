package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

class SlowReaderIT {
    private static final int MESSAGES = 2_000;
    private static final int WINDOW = 50;
    private static final String TEXT = "x".repeat(8_000);
    private static final Duration STALL = Duration.ofSeconds(12);

    @Test
    void whoReadsNothingForAWhileIsKeptAndReadLevel(@TempDir Path folder) {
        // I6: a slow reader costs only itself; it is kept, fed from the log in order, and gets everything once it
        // reads.
        try (SystemNode node = SystemNode.embedded(folder, Map.of("PARLEY_HISTORY_QUEUE_WAIT_MAX", "10s"));
                RawClient quick = RawClient.open(node.webSocketAddress());
                RawClient slow = RawClient.open(node.webSocketAddress())) {
            Rest.Person q = node.rest().newPerson("quick");
            Rest.Person s = node.rest().newPerson("slow");
            JsonObject unused = quick.connect(q.accessToken());
            unused = slow.connect(s.accessToken());
            String conversation = quick.call(
                            "conversation.create", "{\"id\":\"1\",\"kind\":\"direct\",\"with\":\"" + s.id() + "\"}")
                    .getString("conversation");
            String channel = "c:" + conversation;
            Await.until(
                    "the slow one is subscribed", () -> slow.entries(channel).size() == 2);
            slow.pause();
            long began = System.nanoTime();
            send(quick, conversation);
            Await.until("the quick one has all", () -> quick.entries(channel).size() == 2 + MESSAGES);
            Duration left = STALL.minusNanos(System.nanoTime() - began);
            if (left.isPositive()) {
                Await.stays(left, "the slow one is connected", slow::isOpen);
            }
            assertTrue(slow.isOpen());
            assertTrue(slow.entries(channel).size() < MESSAGES, "the reader was not slow");
            slow.resume();
            Await.until(
                    Duration.ofSeconds(30),
                    "the slow one has all",
                    () -> slow.entries(channel).size() >= 2 + MESSAGES);
            assertEquals(LongStream.rangeClosed(1, 2 + MESSAGES).boxed().toList(), seqs(slow.entries(channel)));
        }
    }

    private static void send(RawClient from, String conversation) {
        for (int first = 0; first < MESSAGES; first += WINDOW) {
            int start = first;
            LongStream.range(start, start + WINDOW)
                    .mapToObj(i -> from.rpcAsync(
                            "message.send",
                            "{\"conversation\":\"" + conversation + "\",\"id\":\"m" + i + "\",\"body\":{\"text\":\""
                                    + TEXT + "\"}}"))
                    .toList()
                    .forEach(reply -> assertTrue(reply.join().containsKey("rpc")));
        }
    }

    private static List<Long> seqs(List<JsonObject> entries) {
        return entries.stream()
                .map(entry -> entry.getJsonNumber("seq").longValue())
                .toList();
    }
}
