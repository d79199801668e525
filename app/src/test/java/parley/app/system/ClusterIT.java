package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Seeds;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.Parts;
import parley.verify.VerifyRun;

/// Three nodes behind nginx: people on different ones chat as if on one, and go on through what becomes of a
/// node or of Redis.
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
    private static final int PEOPLE = 3;
    private static final int WINDOW = 8;
    private static final Duration BRIEF = Duration.ofMillis(500);

    /// How long anything takes depends on the machine, so that is not judged here.
    private static final VerifiedCluster.Size SMOKE =
            new VerifiedCluster.Size(Duration.ofSeconds(3), 50, 5, 8, new Bounds(50, 10, Duration.ofMinutes(2)));

    private static final List<String> BY_SIGNAL = List.of(
            "node-kill",
            "node-stop",
            "redis-kill-empty",
            "redis-stop",
            "redis-flushall",
            "redis-client-kill",
            "database-kill",
            "database-stop",
            "nginx-kill",
            "nginx-reload");

    /// "Liveness restored within 5 s".
    private static final Duration RECOVERY_MAX = Await.promised(Duration.ofSeconds(5));

    private ClusterOf cluster;
    private Path folder = Path.of("");

    @BeforeAll
    void start(@TempDir Path temporary) {
        folder = temporary;
        cluster = ClusterOf.start(3, folder, Map.of());
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private RawClient at(int node, Rest.Person person) {
        RawClient client = RawClient.open(cluster.node(node).webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    @Test
    void peopleOnDifferentNodesChatAsIfOnOne() {
        // One chat: what is created, sent, edited and recalled on one node reaches people on the others at once.
        Rest.Person ann = cluster.rest().newPerson("ann");
        Rest.Person bob = cluster.rest().newPerson("bob");
        Rest.Person cee = cluster.rest().newPerson("cee");
        try (RawClient a = at(1, ann);
                RawClient b = at(2, bob);
                RawClient c = at(3, cee);
                RawClient phone = at(3, bob)) {
            String direct = a.call(
                            "conversation.create", "{\"id\":\"d\",\"kind\":\"direct\",\"with\":\"" + bob.id() + "\"}")
                    .getString("conversation");
            int greeting = send(a, direct, "hello", "hello bob");
            awaitEntry(b, direct, entry -> entry.getString("id", "").equals("hello"));
            awaitEntry(phone, direct, entry -> entry.getString("id", "").equals("hello"));
            // A marker moves on the person's other devices, wherever they are.
            JsonObject unused = phone.call("read", "{\"conversation\":\"" + direct + "\",\"seq\":" + greeting + "}");
            Await.until("the marker moves", () -> pushed(b, "u:" + bob.id(), "read", "" + greeting));
            int answer = send(b, direct, "answer", "hello ann");
            awaitEntry(a, direct, entry -> entry.getInt("seq") == answer);
            assertEquals(history(a, direct), history(phone, direct));
            String group = a.call(
                            "conversation.create",
                            "{\"id\":\"g\",\"kind\":\"group\",\"title\":\"G\",\"members\":[\"" + bob.id() + "\",\""
                                    + cee.id() + "\"]}")
                    .getString("conversation");
            int first = send(c, group, "first", "frist");
            unused = c.call("message.edit", revision(group, first) + ",\"body\":{\"text\":\"first\"}}");
            awaitEntry(a, group, entry -> entry.getString("kind").equals("edit") && entry.getInt("target") == first);
            int second = send(b, group, "second", "secret");
            awaitEntry(c, group, entry -> entry.getString("id", "").equals("second"));
            unused = b.call("message.recall", revision(group, second) + "}");
            awaitEntry(a, group, entry -> entry.getString("kind").equals("recall") && entry.getInt("target") == second);
            for (RawClient reader : List.of(a, b, c)) {
                String page = history(reader, group);
                assertTrue(page.contains("\"text\":\"first\"") && !page.contains("secret"), page);
            }
            inOrder(a, group);
            inOrder(b, group);
            inOrder(c, group);
        }
    }

    private static int send(RawClient from, String conversation, String id, String text) {
        return from.call(
                        "message.send",
                        "{\"conversation\":\"" + conversation + "\",\"id\":\"" + id + "\",\"body\":{\"text\":\"" + text
                                + "\"}}")
                .getInt("seq");
    }

    private static String revision(String conversation, int seq) {
        return "{\"conversation\":\"" + conversation + "\",\"seq\":" + seq;
    }

    private static String history(RawClient client, String conversation) {
        return client.command("\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":100}")
                .getJsonObject("history")
                .toString();
    }

    private static void awaitEntry(RawClient client, String conversation, Predicate<JsonObject> wanted) {
        Await.until(
                "an entry of " + conversation,
                () -> client.entries("c:" + conversation).stream().anyMatch(wanted));
    }

    private static boolean pushed(RawClient client, String channel, String... words) {
        return client.pushes().stream()
                .filter(push -> push.getString("channel", "").equals(channel))
                .map(JsonObject::toString)
                .anyMatch(text -> List.of(words).stream().allMatch(text::contains));
    }

    private static void inOrder(RawClient client, String conversation) {
        List<Integer> seqs = client.entries("c:" + conversation).stream()
                .map(entry -> entry.getInt("seq"))
                .toList();
        assertEquals(seqs.stream().sorted().distinct().toList(), seqs);
    }

    @Test
    void whateverBreaksNothingIsLostOrReordered() {
        // I1-I5, I8: a short fault of each kind under the traffic of `parley verify`, and its verdict: nothing that
        // was acknowledged is lost, and every device holds 1..head in order. How long it takes is not judged here.
        Parts parts = new ClusterParts(cluster);
        VerifiedCluster verified = new VerifiedCluster(cluster, folder);
        Seeds.each(1, seed -> {
            List<Fault> faults = new ArrayList<>();
            for (String name : BY_SIGNAL) {
                faults.add(ClusterFaults.brief(BRIEF, VerifyRun.named(name, parts, seed)));
            }
            faults.add(ClusterFaults.redisAway(cluster, 2, BRIEF));
            faults.add(ClusterFaults.databaseAway(cluster, 3, BRIEF));
            verified.assertHolds("all", seed, SMOKE, faults);
        });
    }

    @Test
    void theNextVersionsTablesDoNotDisturb() throws SQLException {
        // I8, old and new side by side: the next version adds columns, tables and indexes under nodes of this one.
        try (Load load = new Load()) {
            load.awaitProgress("before");
            try (Connection connection = cluster.connect();
                    Statement statement = connection.createStatement()) {
                for (String table : tables(statement)) {
                    boolean unused =
                            statement.execute("alter table " + table + " add column of_next bigint default 7 not null");
                    unused = statement.execute("create index " + table + "_of_next on " + table + " (of_next)");
                }
                boolean unused = statement.execute("create table history_of_next (id bigint not null primary key)");
            }
            load.awaitProgress("with tables of the next version");
            peopleOnDifferentNodesChatAsIfOnOne();
            load.finish();
        }
    }

    private static List<String> tables(Statement statement) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet found = statement.executeQuery("select table_name from information_schema.tables"
                + " where table_schema = database() and table_name not like '%migrations'")) {
            while (found.next()) {
                tables.add(found.getString(1));
            }
        }
        assertTrue(tables.contains("history_entry"), tables.toString());
        return tables;
    }

    /// People who write on all nodes, each watched over by a device on the next one.
    private final class Load implements AutoCloseable {
        private final SendRecord record = new SendRecord();
        private final Party party = Party.gather(cluster.node(1), PEOPLE, 2);
        private final List<Sender> senders = new ArrayList<>();
        private final List<Watcher> watchers = new ArrayList<>();

        Load() {
            String[] addresses = cluster.webSocketAddresses();
            for (int i = 0; i < PEOPLE; i++) {
                Watcher watcher = new Watcher(party.people().get(i), party.conversations());
                watcher.connect(addresses[(i + 1) % addresses.length]);
                watchers.add(watcher);
            }
            senders.addAll(party.senders(record, WINDOW, addresses));
            senders.forEach(sender -> sender.flow(party.conversations()));
        }

        /// Sends are acknowledged, and what was until now reaches every device.
        void awaitProgress(String when) {
            long began = System.nanoTime();
            int before = record.acknowledged();
            Await.until(RECOVERY_MAX, "sends " + when, () -> record.acknowledged() > before + 100);
            for (Watcher watcher : watchers) {
                if (watcher.isOpen()) {
                    watcher.awaitAcknowledged(record);
                }
            }
            System.out.println(when + ": after " + (System.nanoTime() - began) / 1_000_000 + " ms, " + record);
        }

        void finish() throws SQLException {
            senders.forEach(Sender::stop);
            System.out.println(record);
            for (Watcher watcher : watchers) {
                watcher.awaitAcknowledged(record);
            }
            try (Connection connection = cluster.connect()) {
                LogTables log = new LogTables(connection);
                log.check(party.conversations(), record, true);
                for (Watcher watcher : watchers) {
                    watcher.compare(log);
                }
            }
        }

        @Override
        public void close() {
            senders.forEach(Sender::close);
            watchers.forEach(Watcher::close);
        }
    }
}
