package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Engine;
import parley.testkit.MariaDb;
import parley.testkit.MySql80;
import parley.testkit.SqlServer;
import parley.testkit.TestDatabase;

/// The database server dies or stands still while people send and read.
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DatabaseFaultIT {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(4);
    private static final Duration RECOVERY_MAX = Duration.ofSeconds(5);

    /// When the test stops waiting, to say what did recover and when.
    private static final Duration GIVE_UP = Duration.ofSeconds(20);

    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(60);

    private static final Set<Integer> TEMPORARY = Set.of(100, 111, 1005);
    private static final Set<String> WORDS =
            Set.of("internal server error", "busy, try again", "outcome unknown, send again with the same id");
    private static final int PEOPLE = 4;
    private static final int WINDOW = 8;

    private final SqlServer server = Engine.selected().contains(Engine.MYSQL80) ? MySql80.start() : MariaDb.start();
    private final TestDatabase database = TestDatabase.create(server, "accounts", "history", "messaging");
    private SystemNode node;

    @BeforeAll
    void start(@TempDir Path folder) {
        Map<String, String> settings = Map.of("PARLEY_NODE_DRAIN_TIME", "1s");
        node = SystemNode.on(database, folder, settings);
    }

    @AfterAll
    void close() {
        node.close();
        database.close();
        server.close();
    }

    @Test
    void aKilledDatabaseDelaysAndLosesNothing() throws SQLException {
        // Every command is answered within 4 s, with a temporary error where it must; connections stay;
        // health says so; all goes on by itself within 5 s after the database is back; I1-I4 hold.
        // Away for more than five seconds: from then on a pool left to itself would try every five seconds.
        suffer(new Fault(server::kill9, server::restart, Duration.ofMillis(5_500)));
    }

    @Test
    void aFrozenDatabaseDelaysAndLosesNothing() throws SQLException {
        // The same for SIGSTOP and SIGCONT, longer than any time-out: connections that nobody answers.
        suffer(new Fault(server::freeze, server::thaw, Duration.ofSeconds(6)));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void operatorsAreLetInAndCanDrainTheNodeMeanwhile() {
        // Whose key was used lately sees metrics and drains this node while the database is away: it ends with 0
        // and the log has what the audit cannot take. Any other key waits for the database.
        String key = node.command("admin-key", "create", "--name", "op", "--scopes", "admin");
        Await.until("health is good", () -> health() == 200);
        Reply before = node.admin().get("admin/v1/node", key);
        assertEquals(200, before.status(), before::text);
        server.kill9();
        Await.until("health says that it is down", () -> health() == 503);
        assertEquals(503, node.admin().get("metrics", key + "x").status());
        Reply metrics = node.admin().get("metrics", key);
        assertTrue(metrics.status() == 200 && metrics.text().contains("parley_history_commit"), metrics::text);
        String drain = "admin/v1/nodes/" + before.json().getString("name") + "/drain";
        assertEquals(202, node.admin().call("POST", drain, key, null).status());
        assertEquals(0, node.process().awaitExit(DRAINED_WITHIN), node.process()::tail);
        assertTrue(node.process().stderr().contains("not in the audit"), node.process()::tail);
    }

    /// How the database is hurt and healed, and the least time between the two.
    private record Fault(Runnable hurt, Runnable heal, Duration time) {}

    private void suffer(Fault fault) throws SQLException {
        Party party = Party.gather(node, PEOPLE, 2);
        SendRecord record = new SendRecord();
        List<Sender> senders = party.senders(record, WINDOW, node.webSocketAddress());
        Rest.Person onlooker = party.people().getFirst();
        try (Standstill standstill = new Standstill();
                Watcher watcher = new Watcher(onlooker, party.conversations());
                Reader reader = Reader.start(node.webSocketAddress(), onlooker, party.conversations())) {
            watcher.connect(node.webSocketAddress());
            senders.forEach(sender -> sender.flow(party.conversations()));
            Await.until("sends are acknowledged", () -> record.acknowledged() > 200);
            hurtAndHeal(fault, record, reader, party.people().getLast());
            senders.forEach(Sender::stop);
            reader.stop();
            watcher.awaitAcknowledged(record);
            String found =
                    record + "; " + reader.answers().size() + " reads; stood still for " + standstill.millis() + " ms";
            System.out.println(found);
            assertTrue(record.millis(0.99) <= ANSWER_MAX.toMillis() + standstill.millis(), found);
            assertTrue(record.slowestMillis() <= Await.promised(ANSWER_MAX).toMillis(), found);
            checkReads(reader);
            senders.forEach(Sender::assertOpen);
            assertTrue(watcher.isOpen());
            try (Connection connection = database.connect()) {
                LogTables log = new LogTables(connection);
                log.check(party.conversations(), record, true);
                watcher.compare(log);
                reader.compare(log);
            }
        } finally {
            senders.forEach(Sender::close);
        }
    }

    private void hurtAndHeal(Fault fault, SendRecord record, Reader reader, Rest.Person newcomer) {
        Await.until("health is good", () -> health() == 200);
        long began = System.nanoTime();
        fault.hurt().run();
        Await.until("health says that it is down", () -> health() == 503);
        Await.until(
                "sends and reads are answered temporary errors",
                () -> !record.refusals().isEmpty() && reader.answers().stream().anyMatch(Reader.Answer::isError));
        connectMeanwhile(newcomer);
        Await.until(
                "the time of the fault",
                () -> System.nanoTime() - began >= fault.time().toNanos());
        fault.heal().run();
        recover(System.nanoTime(), record, reader);
    }

    /// Sends, reads and health recover, each by itself; the failure says which did not.
    private void recover(long healed, SendRecord record, Reader reader) {
        int acknowledged = record.acknowledged();
        Map<String, BooleanSupplier> parts = new LinkedHashMap<>();
        parts.put("sends", () -> record.acknowledged() > acknowledged + 20);
        parts.put("reads", () -> readsAreAnswered(reader, healed));
        parts.put("health", () -> health() == 200);
        Map<String, Long> millis = new LinkedHashMap<>();
        while (millis.size() < parts.size() && System.nanoTime() - healed < GIVE_UP.toNanos()) {
            parts.forEach((part, isBack) -> {
                if (!millis.containsKey(part) && isBack.getAsBoolean()) {
                    millis.put(part, (System.nanoTime() - healed) / 1_000_000);
                }
            });
            LockSupport.parkNanos(5_000_000);
        }
        String found = "milliseconds until each was back: " + millis;
        System.out.println(found);
        assertTrue(
                millis.keySet().equals(parts.keySet())
                        && millis.values().stream()
                                .allMatch(took ->
                                        took <= Await.promised(RECOVERY_MAX).toMillis()),
                found);
    }

    /// Who connects meanwhile is answered in time too: with what the node knows, or to come again.
    private void connectMeanwhile(Rest.Person person) {
        try (RawClient client = RawClient.open(node.webSocketAddress())) {
            long began = System.nanoTime();
            JsonObject reply = client.command("\"connect\":{\"token\":\"" + person.accessToken() + "\"}");
            assertTrue(System.nanoTime() - began <= Await.promised(ANSWER_MAX).toNanos());

            assertTrue(
                    reply.containsKey("connect") || reply.getJsonObject("error").getBoolean("temporary", false));
        }
    }

    private static boolean readsAreAnswered(Reader reader, long sinceNanos) {
        return reader.answers().stream()
                        .filter(answer -> answer.beganNanos() - sinceNanos > 0 && !answer.isError())
                        .count()
                > 4;
    }

    private int health() {
        return node.rest().get("health/ready", null).status();
    }

    private static void checkReads(Reader reader) {
        for (Reader.Answer answer : reader.answers()) {
            assertTrue(answer.nanos() <= Await.promised(ANSWER_MAX).toNanos(), answer.toString());
            if (answer.isError()) {
                JsonObject error = answer.reply().getJsonObject("error");
                assertTrue(answer.isTemporary() && TEMPORARY.contains(error.getInt("code")), answer.toString());
                // I9: the words are fixed, whatever the database said.
                assertTrue(WORDS.contains(error.getString("message")), answer.toString());
            }
        }
    }
}
