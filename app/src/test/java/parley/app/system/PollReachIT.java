package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.app.teeth.PlantedBug;
import parley.app.teeth.PlantedJar;
import parley.testkit.Await;

/// Two nodes, and what one of them learns of the other by asking the database alone.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("faults")
final class PollReachIT {
    private static final Duration WITHOUT_REDIS_MAX = Await.promised(Duration.ofSeconds(2));
    private static final Duration AFTER_A_DEATH_MAX = Await.promised(Duration.ofSeconds(5));

    /// After its start a node looks every second.
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(16);

    private static final int MUTED = 1004;
    private static final long AN_HOUR_MILLIS = 3_600_000;

    private ClusterOf cluster;
    private Rest.Person ann;
    private Rest.Person bob;

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = ClusterOf.start(
                2,
                folder,
                PlantedJar.make(folder, PlantedBug.DIES_BEFORE_IT_TELLS).environment());
        ann = cluster.rest().newPerson("ann");
        bob = cluster.rest().newPerson("bob");
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    private RawClient at(int node, Rest.Person person) {
        RawClient client = RawClient.open(cluster.node(node).webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    @Test
    void aMuteAndItsEndReachTheOtherNodeWithoutRedis() {
        // I5: rights that change on one node hold on the other within two seconds when Redis is dead, and so does what
        // was said of them.
        try (RawClient a = at(1, ann);
                RawClient b = at(2, bob)) {
            String group = group(a, "mutes");
            JsonObject unused = b.call("message.send", message(group, "before"));
            cluster.redis().kill9();
            long began = System.nanoTime();
            mute(a, group, System.currentTimeMillis() + AN_HOUR_MILLIS);
            assertEquals(MUTED, code(b.rpc("message.send", message(group, "muted"))));
            await(
                    b,
                    group,
                    WITHOUT_REDIS_MAX,
                    entry -> entry.getString("change", "").equals("muted"));
            tell("the mute", began);
            began = System.nanoTime();
            mute(a, group, 0);
            Await.until(
                    WITHOUT_REDIS_MAX,
                    "the end of the mute holds on the other node",
                    () -> code(b.rpc("message.send", message(group, "after"))) == 0);
            tell("its end", began);
        } finally {
            cluster.redis().restart();
        }
    }

    @Test
    void whatANodeCommittedBeforeItDiedReachesTheOtherNode() throws IOException {
        // I5, I8: a node dies between commit and publish. What it committed reaches who is connected elsewhere by the
        // poll alone: nobody else speaks, nobody connects, and no hint of it was ever sent.
        SystemNode node = cluster.node(1);
        try (RawClient a = at(1, ann);
                RawClient b = at(2, bob)) {
            String group = group(a, "last-words");
            await(b, group, WITHOUT_REDIS_MAX, entry -> entry.getString("kind").equals("title"));
            long settled = System.nanoTime() + SETTLED_AFTER.toNanos();
            Await.until("the nodes have settled", () -> System.nanoTime() > settled);
            Path halt = Files.createFile(node.folder().resolve("halt"));
            long sent = System.nanoTime();
            CompletableFuture<JsonObject> never = a.rpcAsync("message.send", message(group, "last"));
            Await.until("the node is dead", () -> !node.process().isAlive());
            await(
                    b,
                    group,
                    AFTER_A_DEATH_MAX,
                    entry -> entry.getString("id", "").equals("last"));
            tell("the last words", sent);
            assertTrue(never.isCompletedExceptionally() || !never.isDone(), "it was acknowledged");
            Files.delete(halt);
        } finally {
            node.restart();
        }
    }

    private static void tell(String what, long began) {
        System.out.println(what + " by the poll: " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }

    private String group(RawClient owner, String id) {
        return owner.call(
                        "conversation.create",
                        "{\"id\":\"" + id + "\",\"kind\":\"group\",\"title\":\"G\",\"members\":[\"" + bob.id() + "\"]}")
                .getString("conversation");
    }

    private void mute(RawClient owner, String group, long until) {
        JsonObject unused = owner.call(
                "members.mute",
                "{\"conversation\":\"" + group + "\",\"account\":\"" + bob.id() + "\",\"until\":" + until + "}");
    }

    private static String message(String group, String id) {
        return "{\"conversation\":\"" + group + "\",\"id\":\"" + id + "\",\"body\":{\"text\":\"" + id + "\"}}";
    }

    /// Of an error, 0 for none.
    private static int code(JsonObject reply) {
        return reply.containsKey("error") ? reply.getJsonObject("error").getInt("code") : 0;
    }

    private static void await(RawClient client, String group, Duration longest, Predicate<JsonObject> wanted) {
        Await.until(
                longest,
                "an entry of " + group,
                () -> client.entries("c:" + group).stream().anyMatch(wanted));
    }
}
