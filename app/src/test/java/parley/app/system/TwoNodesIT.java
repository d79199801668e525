package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Engine;
import parley.testkit.TestDatabase;

/// Two processes that write to one database and know nothing of each other.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoNodesIT {
    private static final int SENDS = 400;
    private static final int PEOPLE = 8;
    private static final int REMOVALS = 30;
    private static final int SENDS_PER_REMOVAL = 24;

    private final TestDatabase database = TestDatabase.create(
            Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB,
            "accounts",
            "history",
            "messaging");
    private SystemNode one;
    private SystemNode two;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path first = Files.createDirectory(folder.resolve("one"));
        Path second = Files.createDirectory(folder.resolve("two"));
        Map<String, String> settings = Map.of("PARLEY_HISTORY_QUEUE_WAIT_MAX", "10s");
        CompletableFuture<SystemNode> starting =
                CompletableFuture.supplyAsync(() -> SystemNode.on(database, first, settings));
        two = SystemNode.on(database, second, settings);
        one = starting.get(1, TimeUnit.MINUTES);
    }

    @AfterAll
    void close() {
        one.close();
        two.close();
        database.close();
    }

    @Test
    void theSameMessageSentThroughBothHasOneNumber() throws SQLException {
        // I3: idempotent sends raced from two processes. Each person sends the same ids through both nodes
        // at once; both answers name one number, and the tables hold each message once.
        SendRecord record = new SendRecord();
        Party party = Party.gather(one, 2, 1);
        List<Sender> atOne = party.senders(record, 16, one.webSocketAddress());
        List<Sender> atTwo = party.senders(record, 16, two.webSocketAddress());
        List<Thread> racing = new ArrayList<>();
        for (int i = 0; i < party.people().size(); i++) {
            Rest.Person person = party.people().get(i);
            List<Send> sends = new ArrayList<>();
            for (int n = 0; n < SENDS / 2; n++) {
                sends.add(new Send(party.conversations().getFirst(), person, person.handle() + "-" + n));
            }
            for (Sender sender : List.of(atOne.get(i), atTwo.get(i))) {
                racing.add(Thread.startVirtualThread(() -> sender.repeat(sends)));
            }
        }
        racing.forEach(TwoNodesIT::join);
        for (Sender sender : all(atOne, atTwo)) {
            sender.awaitAnswers();
            sender.assertOpen();
            sender.close();
        }
        System.out.println(record);
        assertEquals(SENDS, record.acknowledged());
        try (Connection connection = database.connect()) {
            new LogTables(connection).check(party.conversations(), record, true);
        }
    }

    @Test
    void twoPeopleWhoCreateTheSameDirectConversationGetOne() throws SQLException {
        // Each pair creates its conversation from both sides at once: through one node, and through two.
        List<Rest.Person> people = Party.gather(one, PEOPLE, 0).people();
        List<RawClient> atOne = connect(one, people);
        List<RawClient> atTwo = connect(two, people);
        Set<String> conversations = new HashSet<>();
        int pairs = 0;
        for (int low = 0; low < PEOPLE; low++) {
            for (int high = low + 1; high < PEOPLE; high++) {
                RawClient other = (pairs++ % 2 == 0 ? atOne : atTwo).get(high);
                var first = createDirect(atOne.get(low), people.get(high));
                var second = createDirect(other, people.get(low));
                String conversation = conversation(first.join());
                assertEquals(conversation, conversation(second.join()));
                assertTrue(conversations.add(conversation), "one for each pair");
                // Whoever asks again, with another id, gets the same one.
                assertEquals(
                        conversation,
                        conversation(createDirect(other, people.get(low)).join()));
            }
        }
        all(atOne, atTwo).forEach(RawClient::close);
        try (Connection connection = database.connect()) {
            LogTables log = new LogTables(connection);
            for (String conversation : conversations) {
                assertEquals(
                        List.of(LogTables.MEMBER, LogTables.MEMBER),
                        log.rows(conversation).stream().map(LogTables.Row::kind).toList());
            }
        }
    }

    private static List<RawClient> connect(SystemNode node, List<Rest.Person> people) {
        return people.stream()
                .map(person -> {
                    RawClient client = RawClient.open(node.webSocketAddress(), push -> {});
                    assertNotNull(client.connect(person.accessToken()));
                    return client;
                })
                .toList();
    }

    private static CompletableFuture<JsonObject> createDirect(RawClient client, Rest.Person with) {
        return client.rpcAsync(
                        "conversation.create",
                        "{\"id\":\"d" + System.nanoTime() + "\",\"kind\":\"direct\",\"with\":\"" + with.id() + "\"}")
                .orTimeout(10, TimeUnit.SECONDS);
    }

    private static String conversation(JsonObject reply) {
        assertTrue(reply.containsKey("rpc"), reply.toString());
        return reply.getJsonObject("rpc").getJsonObject("data").getString("conversation");
    }

    @Test
    void aMemberRemovedWhileItsSendsWaitGetsNoneIn() throws SQLException {
        // I2, design section 3 step 4 (b): a removal through one node, sends through both, the other one
        // knowing nothing of it. After the removal's entry comes none of theirs, until they are back.
        Party party = Party.gather(one, 2, 1);
        String conversation = party.conversations().getFirst();
        Rest.Person guest = party.people().getLast();
        Map<String, Long> told = new ConcurrentHashMap<>();
        int refused = 0;
        try (RawClient owner = RawClient.open(one.webSocketAddress(), push -> {});
                RawClient guestAtOne = RawClient.open(one.webSocketAddress(), push -> {});
                RawClient guestAtTwo = RawClient.open(two.webSocketAddress(), push -> {})) {
            assertNotNull(owner.connect(party.people().getFirst().accessToken()));
            assertNotNull(guestAtOne.connect(guest.accessToken()));
            assertNotNull(guestAtTwo.connect(guest.accessToken()));
            for (int round = 0; round < REMOVALS; round++) {
                refused += removeWhileSending(
                        new Removal(conversation, guest, owner, List.of(guestAtOne, guestAtTwo), round), told);
            }
        }
        System.out.println(told.size() + " sends got in, " + refused + " were refused");
        assertTrue(refused > 0, "no removal came before the end of its sends");
        assertTrue(told.size() > 0, "no send came before the removal");
        try (Connection connection = database.connect()) {
            checkNoneInWhileOut(new LogTables(connection).rows(conversation), guest, told);
        }
    }

    @Test
    void aMemberMutedThroughOneNodeIsMutedOnTheOther() {
        // Mute across nodes: the node that was told nothing refuses by the version check, and lets the
        // member write again when the time is over.
        Party party = Party.gather(one, 2, 1);
        String conversation = party.conversations().getFirst();
        Rest.Person guest = party.people().getLast();
        try (RawClient owner = RawClient.open(one.webSocketAddress(), push -> {});
                RawClient guestAtTwo = RawClient.open(two.webSocketAddress(), push -> {})) {
            assertNotNull(owner.connect(party.people().getFirst().accessToken()));
            assertNotNull(guestAtTwo.connect(guest.accessToken()));
            JsonObject remembered = guestAtTwo.call("message.send", new Send(conversation, guest, "before").data());
            long until = remembered.getJsonNumber("time").longValue() + 10_000;
            JsonObject unused = owner.call(
                    "members.mute",
                    "{\"conversation\":\"" + conversation + "\",\"account\":\"" + guest.id() + "\",\"until\":" + until
                            + "}");
            String muted = new Send(conversation, guest, "muted").data();
            assertEquals(
                    1004,
                    guestAtTwo.rpc("message.send", muted).getJsonObject("error").getInt("code"));
            Await.until(
                    "the mute is over",
                    () -> guestAtTwo.rpc("message.send", muted).containsKey("rpc"));
            JsonObject written = guestAtTwo.call("message.send", muted);
            assertTrue(written.getJsonNumber("time").longValue() >= until, written::toString);
        }
    }

    /// One round: who sends where, who removes.
    private record Removal(String conversation, Rest.Person guest, RawClient owner, List<RawClient> guests, int round) {
        Send send(int number) {
            return new Send(conversation, guest, "r" + round + "-" + number);
        }

        String member() {
            return "{\"conversation\":\"" + conversation + "\",\"account\":\"" + guest.id() + "\"}";
        }
    }

    /// How many sends were refused. At the end the guest is a member again.
    private static int removeWhileSending(Removal removal, Map<String, Long> told) {
        Map<String, CompletableFuture<JsonObject>> answers = new LinkedHashMap<>();
        CompletableFuture<JsonObject> removed = null;
        for (int i = 0; i < SENDS_PER_REMOVAL; i++) {
            Send send = removal.send(i);
            RawClient guest = removal.guests().get(i % removal.guests().size());
            answers.put(send.id(), guest.rpcAsync("message.send", send.data()));
            if (i == removal.round() % SENDS_PER_REMOVAL) {
                removed = removal.owner().rpcAsync("members.remove", removal.member());
            }
        }
        int refused = 0;
        for (var answer : answers.entrySet()) {
            JsonObject reply = answer.getValue().orTimeout(10, TimeUnit.SECONDS).join();
            if (reply.containsKey("rpc")) {
                told.put(
                        answer.getKey(),
                        reply.getJsonObject("rpc")
                                .getJsonObject("data")
                                .getJsonNumber("seq")
                                .longValue());
            } else {
                assertEquals(1001, reply.getJsonObject("error").getInt("code"), reply.toString());
                refused++;
            }
        }
        assertNotNull(removed);
        assertTrue(removed.orTimeout(10, TimeUnit.SECONDS).join().containsKey("rpc"));
        JsonObject unused = removal.owner()
                .call(
                        "members.add",
                        "{\"conversation\":\"" + removal.conversation() + "\",\"accounts\":[\""
                                + removal.guest().id() + "\"]}");
        return refused;
    }

    private static void checkNoneInWhileOut(List<LogTables.Row> rows, Rest.Person guest, Map<String, Long> told) {
        boolean isIn = true;
        int removals = 0;
        Set<String> stored = new HashSet<>();
        for (LogTables.Row row : rows) {
            if (row.kind() == LogTables.MEMBER && row.text().contains(guest.id())) {
                isIn = row.text().contains("added");
                removals += isIn ? 0 : 1;
            } else if (row.kind() == LogTables.MESSAGE) {
                assertTrue(isIn, "got in after the removal: " + row);
                assertTrue(stored.add(String.valueOf(row.clientId())), "twice: " + row);
                assertEquals(told.get(row.clientId()), row.seq());
            }
        }
        assertEquals(REMOVALS, removals);
        assertEquals(told.keySet(), stored);
    }

    private static <T> List<T> all(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static void join(Thread thread) {
        try {
            assertTrue(thread.join(Duration.ofSeconds(20)));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
