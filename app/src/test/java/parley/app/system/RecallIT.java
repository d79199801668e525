package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// Messages that change, through the whole program: what each client sees, and that a recalled body is
/// in no answer that begins after the recall was acknowledged, and in no frame of a reader that was slow.
class RecallIT {
    private static final String SECRET = "SECRET";
    private static final String TEMPORARY = "\"temporary\":true";
    private static final int FILLING = 300;

    @TempDir
    static Path folder;

    private static WholeStack stack;
    private static Rest.Person ann;
    private static Rest.Person bob;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of("PARLEY_HISTORY_QUEUE_WAIT_MAX", "10s"));
        ann = stack.rest().newPerson("ann");
        bob = stack.rest().newPerson("bob");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(stack.node().webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    private static String group(RawClient owner, String id) {
        return owner.call(
                        "conversation.create",
                        "{\"id\":\"" + id + "\",\"kind\":\"group\",\"title\":\"T\",\"members\":[\"" + bob.id() + "\"]}")
                .getString("conversation");
    }

    private static int send(RawClient from, String conversation, String id, String text) {
        return from.call(
                        "message.send",
                        "{\"conversation\":\"" + conversation + "\",\"id\":\"" + id + "\",\"body\":{\"text\":\"" + text
                                + "\"}}")
                .getInt("seq");
    }

    private static JsonObject change(RawClient from, String method, String conversation, int seq, String more) {
        return from.call(method, "{\"conversation\":\"" + conversation + "\",\"seq\":" + seq + more + "}");
    }

    private static String history(RawClient client, String conversation) {
        return client.command("\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":100}")
                .toString();
    }

    @Test
    void everyReadShowsTheCurrentState() {
        // Contract: body, edited, reactions, recalled; in pushes, history, the list's last, and for operators.
        try (RawClient a = connected(ann);
                RawClient b = connected(bob)) {
            String conversation = group(a, "state");
            int seq = send(a, conversation, "m", "first");
            int edited = change(a, "message.edit", conversation, seq, ",\"body\":{\"text\":\"second\"}")
                    .getInt("seq");
            JsonObject unused = change(b, "message.react", conversation, seq, ",\"emoji\":\"+1\",\"on\":true");
            String page = history(b, conversation);
            assertTrue(
                    page.contains("\"body\":{\"text\":\"second\"},\"edited\":" + edited + ",\"reactions\":{\"+1\":1}"),
                    page);
            assertTrue(page.contains("\"target\":" + seq + ",\"emoji\":\"+1\",\"on\":true,\"count\":1"), page);
            String list = b.call("conversation.list", "{}").toString();
            assertTrue(list.contains("\"kind\":\"reaction\""), list);
            unused = change(a, "message.recall", conversation, seq, "");
            page = history(b, conversation);
            assertTrue(page.contains("\"id\":\"m\",\"recalled\":true}"), page);
            assertFalse(page.contains("second") || page.contains("first"), page);
            int head = a.call("conversation.get", "{\"conversation\":\"" + conversation + "\"}")
                    .getInt("head");
            assertEquals(
                    head, change(a, "message.recall", conversation, seq, "").getInt("seq"));
            Await.until(
                    "the push came",
                    () -> b.entries("c:" + conversation).stream()
                            .anyMatch(entry -> entry.getString("kind").equals("recall")));
        }
    }

    @Test
    void afterTheAnswerToARecallNoReadShowsTheBody() throws InterruptedException {
        // Raced with sends, reads and cache fills: whatever is asked after the acknowledgement.
        try (RawClient a = connected(ann);
                RawClient b = connected(bob)) {
            String conversation = group(a, "race");
            AtomicBoolean over = new AtomicBoolean();
            Queue<String> faults = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; !over.get(); i++) {
                    int unused = send(b, conversation, "b" + i, "noise");
                }
            }));
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.startVirtualThread(() -> readOn(conversation, over, faults)));
            }
            for (int round = 0; round < 20; round++) {
                String secret = SECRET + round + "x";
                int seq = send(a, conversation, "s" + round, secret);
                JsonObject unused =
                        change(a, "message.edit", conversation, seq, ",\"body\":{\"text\":\"" + secret + "2\"}");
                unused = change(a, "message.recall", conversation, seq, "");
                String since = ",\"since\":{\"offset\":" + (seq - 1) + "}";
                String page =
                        answered(a, "\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":100" + since + "}");
                String list = answered(a, "\"rpc\":{\"method\":\"conversation.list\",\"data\":{}}");
                if (page.contains(secret) || list.contains(secret)) {
                    boolean unusedFault = faults.add("round " + round + ": " + page + list);
                }
            }
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), List.copyOf(faults));
            assertEquals(
                    0, Rows.number(stack.database(), "select count(*) from history_entry where body like '%SECRET%'"));
        }
    }

    /// The reply, once it is none that comes with the advice to ask again.
    private static String answered(RawClient client, String command) {
        return Await.value("an answer", () -> {
            String reply = client.command(command).toString();
            return reply.contains(TEMPORARY) ? Optional.empty() : Optional.of(reply);
        });
    }

    private static void readOn(String conversation, AtomicBoolean over, Queue<String> faults) {
        try (RawClient reader = connected(bob)) {
            while (!over.get()) {
                String page = history(reader, conversation);
                if (!page.contains("publications") && !page.contains(TEMPORARY)) {
                    boolean unused = faults.add("no page: " + page);
                }
            }
        }
    }

    @Test
    void aSlowReaderGetsTheTombstone() {
        // Queued frames are made anew: megabytes wait when the secret comes, and it is recalled before
        // the reader reads on.
        try (RawClient a = connected(ann);
                RawClient slow = connected(bob)) {
            String conversation = group(a, "slow");
            String channel = "c:" + conversation;
            Await.until(
                    "the slow one is subscribed", () -> !slow.entries(channel).isEmpty());
            slow.pause();
            String text = "t".repeat(15_000);
            for (int i = 0; i < FILLING; i++) {
                int unused = send(a, conversation, "f" + i, text);
            }
            List<Integer> secrets = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                secrets.add(send(a, conversation, "s" + i, SECRET));
            }
            for (int seq : secrets) {
                JsonObject unused = change(a, "message.recall", conversation, seq, "");
            }
            slow.resume();
            Await.until(
                    "the slow one has all",
                    () -> slow.entries(channel).stream()
                                    .filter(entry -> entry.getString("kind").equals("recall"))
                                    .count()
                            == secrets.size());
            assertTrue(slow.pushes().stream().noneMatch(push -> push.toString().contains(SECRET)));
        }
    }
}
