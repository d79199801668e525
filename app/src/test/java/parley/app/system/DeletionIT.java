package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// S27: an operator deletes an account, and nothing is left of the person but numbers.
class DeletionIT {
    private static final String MARK = Life.MARK;
    private static final String OF_STREAMS = "streamsmark7";

    /// Nothing here is promised within a time; a busy machine may take its own.
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    /// Its node serves and deletes, and leaves the rest of the work to other nodes.
    private static WholeStack stack;

    private static final AtomicInteger STARTED = new AtomicInteger();

    @BeforeAll
    static void start() {
        stack = WholeStack.start(folder, Map.of("PARLEY_MESSAGING_FORGET_AFTER", "1h"));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    /// One more node, which begins a second after a deletion to remove so much in a second.
    private static SystemNode worker(int tracesPerSecond) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "PARLEY_REDIS_URL",
                stack.redis().url(),
                "PARLEY_CLUSTER_SECRET",
                "of the cluster, only for tests",
                "PARLEY_NODE_DRAIN_TIME",
                "1s",
                "PARLEY_MESSAGING_FORGET_AFTER",
                "1s"));
        settings.put("PARLEY_MESSAGING_FORGET_TRACES_PER_SECOND", Integer.toString(tracesPerSecond));
        try {
            Path own = Files.createDirectory(folder.resolve("worker" + STARTED.incrementAndGet()));
            return SystemNode.on(stack.database(), own, settings);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static Reply admin(String method, String path) {
        return stack.node().admin().call(method, "admin/v1/" + path, stack.adminKey(), null);
    }

    private static JsonObject deletion(Rest.Person person) {
        Reply reply = admin("GET", "accounts/" + person.id());
        assertEquals(200, reply.status(), reply::text);
        assertEquals("", reply.json().getString("handle") + reply.json().getString("displayName"));
        return reply.json().getJsonObject("deleted");
    }

    private static RawClient connected(SystemNode node, Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    @Test
    void aPersonWithAMarkIsNowhereAfterwards() throws SQLException {
        // S27: handle, names, devices, messages, edits, reactions, blocks, keys, in all tables and in Redis; also what
        // was written where no membership tells of it; the work goes on after the node that did it was killed.
        Rest.Person person = stack.rest().newPerson(MARK);
        Rest.Person bob = stack.rest().newPerson("bob");
        Rest.Person cleo = stack.rest().newPerson("cleo");
        Reply signedIn = stack.rest()
                .call(
                        "POST",
                        "api/v1/tokens",
                        null,
                        "{\"handle\":\"" + person.handle() + "\",\"password\":\"" + person.password()
                                + "\",\"device\":\"" + MARK + "\"}");
        assertEquals(201, signedIn.status());
        try (SystemNode slow = worker(2);
                RawClient p = connected(slow, person);
                RawClient near = connected(slow, bob);
                RawClient b = connected(stack.node(), bob)) {
            Life life = Life.of(p, person, b, bob, cleo);
            // As if it was left long ago: no row tells that the person was there.
            execute("delete from messaging_membership where account = " + person.id() + " and state = 2");
            assertFalse(Erased.inRedis(stack.redis(), MARK).isEmpty(), "the test looks where something was");
            assertTrue(Erased.inTables(stack.database(), MARK).size() >= 6, "the test looks where something was");
            assertEquals(204, admin("DELETE", "accounts/" + person.id()).status());
            assertEquals(4501, p.awaitClose());
            atOnce(person, b);
            Await.until(LONG, "some of it is gone", () -> messagesLeft(person) < Life.MESSAGES + 2);
            Await.until(LONG, "the one who is connected hears of it", () -> recalls(near, life.group()) > 0);
            Await.until(
                    LONG,
                    "the other side of a direct conversation hears that it was left",
                    () -> near.entries("c:" + life.direct()).stream()
                            .anyMatch(entry -> entry.getString("change", "").equals("left")));
            slow.process().kill9();
            assertTrue(messagesLeft(person) > 0, "it was killed in the middle");
            try (SystemNode fast = worker(500);
                    RawClient far = connected(fast, bob)) {
                assertFalse(deletion(person).containsKey("finishedAt"), "the killed one holds it for a minute");
                // As if that was over.
                execute("update accounts_deletion set held_until = 0");
                Await.until(LONG, "it is finished", () -> deletion(person).containsKey("finishedAt"));
                assertNothingIsLeft(person);
                for (RawClient reader : List.of(b, far)) {
                    life.assertGone(reader, person);
                }
                Await.until(LONG, "the rest was heard, too", () -> recalls(far, life.group()) > 0);
                assertOwned(b, life, bob);
                assertEquals(204, admin("DELETE", "accounts/" + person.id()).status());
                assertEquals(1, audited(person));
            }
        }
    }

    private static void atOnce(Rest.Person person, RawClient b) {
        assertEquals(
                401,
                stack.rest().get("api/v1/accounts/me", person.accessToken()).status());
        assertEquals(
                401,
                stack.rest()
                        .call(
                                "POST",
                                "api/v1/tokens",
                                null,
                                "{\"handle\":\"" + person.handle() + "\",\"password\":\"" + person.password()
                                        + "\",\"device\":\"x\"}")
                        .status());
        assertEquals(
                401,
                stack.rest()
                        .call(
                                "POST",
                                "api/v1/tokens/refresh",
                                null,
                                "{\"refreshToken\":\"" + person.refreshToken() + "\"}")
                        .status());
        for (String call : List.of("account.get", "account.find")) {
            String of = call.equals("account.get")
                    ? "{\"account\":\"" + person.id() + "\"}"
                    : "{\"handle\":\"" + person.handle() + "\"}";
            assertEquals(1006, b.rpc(call, of).getJsonObject("error").getInt("code"));
        }
        String fresh = Life.group(b, "fresh");
        String add = "{\"conversation\":\"" + fresh + "\",\"accounts\":[\"" + person.id() + "\"]}";
        assertEquals(1006, b.rpc("members.add", add).getJsonObject("error").getInt("code"));
        assertEquals(0, Erased.inTables(stack.database(), person.handle()).size());
        assertEquals(404, status("PUT", "accounts/" + person.id() + "/ban", "{\"reason\":\"x\"}"));
    }

    private static int status(String method, String path, String body) {
        return stack.node()
                .admin()
                .call(method, "admin/v1/" + path, stack.adminKey(), body)
                .status();
    }

    private static long messagesLeft(Rest.Person person) {
        return Rows.number(
                stack.database(),
                "select count(*) from history_entry where kind = 1 and body like '%" + MARK + "%' and author = "
                        + person.id());
    }

    /// The keys of Redis that hold it, but for the streams between nodes, which forget by themselves.
    private static List<String> kept() {
        return Erased.inRedis(stack.redis(), MARK).stream()
                .filter(key -> !key.startsWith("cluster:"))
                .toList();
    }

    @Test
    @Tag("faults")
    void theStreamsBetweenNodesForgetWithinTwoMinutes() {
        // S27: what was said waits there for other nodes, and is not kept when the minute is over.
        Rest.Person person = stack.rest().newPerson("streams");
        try (RawClient p = connected(stack.node(), person)) {
            String group = Life.group(p, "streams");
            int unused = Life.send(p, group, "1", OF_STREAMS, "");
            Await.until(
                    LONG,
                    "it is in a stream",
                    () -> Erased.inRedis(stack.redis(), OF_STREAMS).stream()
                            .anyMatch(key -> key.startsWith("cluster:")));
            Await.until(
                    Duration.ofMinutes(2),
                    "no stream has it",
                    () -> Erased.inRedis(stack.redis(), OF_STREAMS).stream()
                            .noneMatch(key -> key.startsWith("cluster:")));
        }
    }

    private static void assertNothingIsLeft(Rest.Person person) {
        assertEquals(Set.of(), Erased.inTables(stack.database(), MARK));
        Await.until(LONG, "it is out of Redis", () -> kept().isEmpty());
        for (String sql : List.of(
                "accounts_account where id = ",
                "accounts_device where account = ",
                "accounts_refresh where account = ",
                "accounts_block where account = ",
                "accounts_seen where account = ",
                "accounts_ban where account = ",
                "messaging_member where account = ",
                "messaging_membership where account = ",
                "messaging_mention where account = ",
                "messaging_created where account = ",
                "history_sent where author = ",
                "history_reaction where account = ")) {
            assertEquals(0, Rows.number(stack.database(), "select count(*) from " + sql + person.id()), sql);
        }
    }

    private static long recalls(RawClient client, String conversation) {
        return client.entries("c:" + conversation).stream()
                .filter(entry -> entry.getString("kind").equals("recall"))
                .count();
    }

    private static void assertOwned(RawClient b, Life life, Rest.Person bob) {
        List<JsonObject> members = b.call("conversation.get", "{\"conversation\":\"" + life.group() + "\"}")
                .getJsonArray("members")
                .getValuesAs(JsonObject.class);
        assertEquals(2, members.size());
        assertTrue(
                members.stream()
                        .anyMatch(member -> member.getString("account").equals(bob.id())
                                && member.getString("role").equals("owner")),
                members::toString);
        int seq = Life.send(b, life.direct(), "after", "to nobody", "");
        assertEquals(seq, Life.history(b, life.direct()).size());
    }

    private static long audited(Rest.Person person) {
        List<JsonObject> lines =
                admin("GET", "audit?limit=200").json().getJsonArray("audit").getValuesAs(JsonObject.class).stream()
                        .filter(line -> line.getString("target").equals("account:" + person.id())
                                && line.getString("action").equals("account-deleted"))
                        .toList();
        assertFalse(lines.toString().contains(MARK));
        return lines.size();
    }

    @Test
    void sendsThatRaceWithADeletionLeaveNothing() {
        // Two requests delete at once, through two nodes, while the person sends through both and two nodes
        // do the work: one line in the audit, and nothing that was sent is left.
        Rest.Person person = stack.rest().newPerson(MARK);
        Rest.Person bob = stack.rest().newPerson("bob");
        try (SystemNode one = worker(500);
                SystemNode two = worker(500);
                RawClient b = connected(stack.node(), bob)) {
            String group = Life.group(b, "race", person);
            List<Thread> senders = new ArrayList<>();
            AtomicInteger sent = new AtomicInteger();
            for (SystemNode node : List.of(stack.node(), one, two)) {
                senders.add(Thread.startVirtualThread(() -> sendUntilClosed(node, person, group, sent)));
            }
            Await.until(LONG, "all send", () -> sent.get() > 60);
            List<CompletableFuture<Integer>> deletions = new ArrayList<>();
            for (SystemNode node : List.of(one, two)) {
                deletions.add(CompletableFuture.supplyAsync(() -> node.admin()
                        .call("DELETE", "admin/v1/accounts/" + person.id(), stack.adminKey(), null)
                        .status()));
            }
            assertEquals(
                    List.of(204, 204),
                    deletions.stream().map(CompletableFuture::join).toList());
            Await.until(LONG, "nobody sends", () -> senders.stream().noneMatch(Thread::isAlive));
            Await.until(LONG, "it is finished", () -> deletion(person).containsKey("finishedAt"));
            assertNothingIsLeft(person);
            assertEquals(1, audited(person));
            List<JsonObject> entries = Life.history(b, group);
            assertEquals(
                    entries.size(),
                    entries.stream()
                            .map(entry -> entry.getInt("seq"))
                            .distinct()
                            .count());
            assertFalse(entries.toString().contains(MARK));
        }
        assertEquals(404, admin("DELETE", "accounts/1").status());
        BadInputIT.assertProblem(404, admin("DELETE", "accounts/x"));
    }

    private static void sendUntilClosed(SystemNode node, Rest.Person person, String group, AtomicInteger sent) {
        try (RawClient p = connected(node, person)) {
            for (int i = 0; p.isOpen(); i++) {
                JsonObject answer = p.rpc(
                        "message.send",
                        "{\"conversation\":\"" + group + "\",\"id\":\"" + MARK + node.hostAndPort() + i
                                + "\",\"body\":{\"text\":\"" + MARK + i + "\"}}");
                if (answer.containsKey("rpc")) {
                    int unused = sent.incrementAndGet();
                }
            }
        } catch (CompletionException | IllegalStateException closed) {
            // Its session ended while it waited for an answer.
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = stack.database().connect();
                Statement statement = connection.createStatement()) {
            int unused = statement.executeUpdate(sql);
        }
    }
}
