package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.ChaosProxy;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.Engine;
import parley.testkit.RedisServer;
import parley.testkit.TestDatabase;

/// Sessions of two nodes: one ends the other's, and people on both see each other. The last test leaves one node.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AcrossNodesIT {
    private static final Duration ORDER_MAX = Await.promised(Duration.ofSeconds(2));
    private static final Duration ORDER_WITHOUT_REDIS_MAX = Await.promised(Duration.ofSeconds(5));

    /// The lease of a node ends 2 s after it died at the latest; then the grace, here a second.
    private static final Duration GONE_MAX = Await.promised(Duration.ofSeconds(3));

    /// A node that wakes says who is there as soon as it notices.
    private static final Duration BACK_MAX = Await.promised(Duration.ofSeconds(3));

    private static final Duration SEEN_MAX = Duration.ofSeconds(20);
    private static final int SIGNED_OUT = 4501;
    private static final int BANNED = 4502;
    private static final int FORCED = 3503;
    private static final int CONNECTION_LIMIT = 3504;
    private static final int SESSIONS_MAX = 4;

    private final RedisServer redis = RedisServer.start();
    private final ChaosProxy toRedisOfTwo = ChaosProxy.to(redis.port());
    private final TestDatabase database = TestDatabase.create(
            Engine.selected().contains(Engine.MYSQL80) ? Engine.MYSQL80 : Engine.MARIADB,
            "accounts",
            "history",
            "messaging");
    private SystemNode one;
    private SystemNode two;
    private EventPeople atOne;
    private EventPeople atTwo;
    private String key;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path first = Files.createDirectory(folder.resolve("one"));
        Path second = Files.createDirectory(folder.resolve("two"));
        CompletableFuture<SystemNode> starting = CompletableFuture.supplyAsync(
                () -> SystemNode.on(database, first, settings("one", redis.port())), Thread::startVirtualThread);
        two = SystemNode.on(database, second, settings("two", toRedisOfTwo.port()));
        one = starting.get(1, TimeUnit.MINUTES);
        atOne = new EventPeople(one);
        atTwo = new EventPeople(two);
        key = createKey(Files.createDirectory(folder.resolve("key")));
        Await.until("the nodes know each other", () -> nodes(one) == 2 && nodes(two) == 2);
    }

    private String createKey(Path folder) {
        Map<String, String> environment = Map.of(
                "PARLEY_DATABASE_URL", database.jdbcUrl(),
                "PARLEY_DATABASE_USER", database.user(),
                "PARLEY_DATABASE_PASSWORD", database.password());
        try (ChildProcess command =
                ChildJvm.jar(folder, environment, "admin-key", "create", "--name", "test", "--scopes", "admin")) {
            assertEquals(0, command.awaitExit(Duration.ofSeconds(60)), command::tail);
            return command.stdout().strip();
        }
    }

    private Map<String, String> settings(String name, int redisPort) {
        return Map.of(
                "PARLEY_NODE_NAME",
                name,
                "PARLEY_NODE_DRAIN_TIME",
                "1s",
                "PARLEY_REDIS_URL",
                "redis://127.0.0.1:" + redisPort,
                "PARLEY_CLUSTER_SECRET",
                "of two nodes, only for tests",
                "PARLEY_SESSIONS_LIMITS_PER_ACCOUNT_MAX",
                "" + SESSIONS_MAX,
                "PARLEY_SESSIONS_LIMITS_PRESENCE_GRACE_SECONDS",
                "1");
    }

    private int nodes(SystemNode node) {
        return node.admin()
                .get("admin/v1/nodes", key)
                .json()
                .getJsonArray("nodes")
                .size();
    }

    private Reply admin(SystemNode node, String method, String path) {
        return node.admin().call(method, "admin/v1/" + path, key, null);
    }

    @AfterAll
    void close() {
        one.close();
        two.close();
        toRedisOfTwo.close();
        database.close();
        redis.close();
    }

    @Test
    @Order(1)
    void sessionsOfOnePersonAreListedFromAnyNode() {
        // Contract, GET sessions?account=: those of all nodes, each with the name of its node.
        Rest.Person person = atOne.person("listed");
        try (RawClient here = atOne.connected(person);
                RawClient there = atTwo.connected(person)) {
            Await.until("both are listed", () -> {
                String all =
                        admin(one, "GET", "sessions?account=" + person.id()).text();
                return all.contains("\"node\":\"one\"") && all.contains("\"node\":\"two\"");
            });
            String far = admin(one, "GET", "sessions?node=two&account=" + person.id())
                    .text();
            assertTrue(far.contains("\"node\":\"two\"") && !far.contains("\"node\":\"one\""), far);
            assertEquals(400, admin(one, "GET", "sessions?node=two").status());
            assertTrue(here.isOpen() && there.isOpen());
        }
    }

    @Test
    @Order(2)
    void ordersActOnTheOtherNode() {
        // Contract: a sign-out, a token given back, a ban, the end of a session: within 2 s on every node.
        Ordered ordered = new Ordered();
        ordered.give();
        ordered.areObeyed(ORDER_MAX);
    }

    @Test
    @Order(3)
    void ordersActWithoutRedis() {
        // I5: the same within 5 s while Redis stands still, and presence is answered meanwhile.
        Ordered ordered = new Ordered();
        Rest.Person anna = atOne.person("anne");
        Rest.Person ben = atOne.person("bennie");
        try (RawClient a = atOne.connected(anna)) {
            String direct = atOne.direct(a, ben);
            redis.freeze();
            try {
                ordered.give();
                ordered.areObeyed(ORDER_WITHOUT_REDIS_MAX);
                assertTrue(present(a, direct).size() >= 1);
                assertEquals(
                        503, admin(one, "GET", "sessions?account=" + ben.id()).status());
            } finally {
                redis.thaw();
            }
        }
    }

    /// Sessions at node two that orders given at node one end.
    private final class Ordered {
        private final Rest.Person out = atOne.person("out");
        private final Rest.Person back = atOne.person("back");
        private final Rest.Person bad = atOne.person("bad");
        private final RawClient o = atTwo.connected(out);
        private final RawClient t = atTwo.connected(back);
        private final RawClient b = atTwo.connected(bad);
        private final RawClient c = RawClient.open(two.webSocketAddress());
        private final String session = c.connect(atOne.person("cut").accessToken())
                .getJsonObject("data")
                .getString("session");
        private long givenNanos;

        void give() {
            givenNanos = System.nanoTime();
            assertEquals(
                    204,
                    admin(one, "POST", "accounts/" + out.id() + "/sign-out").status());
            Reply given = one.rest().call("DELETE", "api/v1/tokens/current", back.accessToken(), null);
            assertEquals(204, given.status());
            assertTrue(ban(bad).status() < 300);
            assertEquals(204, admin(one, "DELETE", "sessions/" + session).status());
        }

        void areObeyed(Duration within) {
            Duration left = within.minusNanos(System.nanoTime() - givenNanos);
            List<RawClient> all = List.of(o, t, b, c);
            Await.until(left, "all four sessions end", () -> all.stream().noneMatch(RawClient::isOpen));
            assertEquals(
                    List.of(SIGNED_OUT, SIGNED_OUT, BANNED, FORCED),
                    all.stream().map(RawClient::awaitClose).toList());
        }
    }

    private Reply ban(Rest.Person person) {
        return one.admin().call("PUT", "admin/v1/accounts/" + person.id() + "/ban", key, "{\"reason\":\"test\"}");
    }

    private static void endsWith(RawClient client, int code, Duration within) {
        Await.until(within, "the session ends", () -> !client.isOpen());
        assertEquals(code, client.awaitClose());
    }

    @Test
    @Order(4)
    void limitsOfAnAccountAddUpOverNodes() {
        // Limits: so many sessions of an account on all nodes together; while Redis stands still, on each.
        Rest.Person person = atOne.person("spread");
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < SESSIONS_MAX; i++) {
                clients.add((i % 2 == 0 ? atOne : atTwo).connected(person));
            }
            Await.until("no more on any node", () -> !isLetIn(one, person) && !isLetIn(two, person));
            redis.freeze();
            try {
                Await.until("each node has its own limit", () -> isLetIn(two, person));
            } finally {
                redis.thaw();
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    private static boolean isLetIn(SystemNode node, Rest.Person person) {
        try (RawClient more = RawClient.open(node.webSocketAddress())) {
            var reply = more.commandAsync("\"connect\":{\"token\":\"" + person.accessToken() + "\"}");
            Await.until("an answer", reply::isDone);
            if (reply.isCompletedExceptionally()) {
                assertEquals(CONNECTION_LIMIT, more.awaitClose());
                return false;
            }
            // What another node has refuses for a while only: it may be over in a moment.
            JsonObject refused = reply.join().getJsonObject("error");
            assertTrue(refused == null || refused.getInt("code") == 111, reply::toString);
            return refused == null;
        }
    }

    @Test
    @Order(5)
    void peopleOnTwoNodesSeeEachOther() {
        // C30, C31, C32, C35 across nodes: online, typing, presence with client ids, and gone when the last session is.
        Rest.Person anna = atOne.person("anna");
        Rest.Person ben = atOne.person("ben");
        try (RawClient a = atOne.connected(anna)) {
            String direct = atOne.direct(a, ben);
            RawClient b = RawClient.open(two.webSocketAddress());
            String client = b.connect(ben.accessToken()).getString("client");
            String online = "{\"type\":\"presence\",\"account\":\"" + ben.id() + "\",\"online\":true}";
            Await.until(SEEN_MAX, "Anna sees Ben", () -> atOne.presence(a, ben).equals(List.of(online)));
            assertEquals("{\"online\":true}", atOne.sight(a, ben));
            Await.until("presence names his session", () -> present(a, direct).containsKey(client));
            assertEquals(2, present(a, direct).size());
            atTwo.typing(b, direct);
            Await.until(
                    "Anna sees him type",
                    () -> atOne.events(a, direct, "typing")
                            .contains("{\"type\":\"typing\",\"account\":\"" + ben.id() + "\"}"));
            RawClient phone = atOne.connected(ben);
            phone.close();
            Await.stays(
                    Duration.ofSeconds(2),
                    "he is still there",
                    () -> atOne.presence(a, ben).size() == 1);
            b.close();
            Await.until(
                    SEEN_MAX, "Anna sees Ben go", () -> atOne.presence(a, ben).size() == 2);
            assertTrue(atOne.sight(a, ben).contains("lastSeen"), () -> atOne.sight(a, ben));
        }
    }

    private static JsonObject present(RawClient client, String conversation) {
        return client.command("\"presence\":{\"channel\":\"c:" + conversation + "\"}")
                .getJsonObject("presence")
                .getJsonObject("presence");
    }

    @Test
    @Order(7)
    void anotherNodeIsDrainedThroughThisOne() {
        // Contract: POST nodes/{name}/drain for other nodes: its clients are told to go elsewhere, and it ends.
        assertEquals(404, admin(one, "POST", "nodes/nobody/drain").status());
        Rest.Person person = atOne.person("moved");
        try (RawClient client = atTwo.connected(person)) {
            assertEquals(202, admin(one, "POST", "nodes/two/drain").status());
            endsWith(client, 3001, Await.promised(Duration.ofSeconds(4)));
        }
        assertEquals(
                0,
                two.process().awaitExit(Duration.ofSeconds(20)),
                () -> two.process().tail());
        two.restart();
        Await.until(
                "it is back and does not drain again",
                () -> two.rest().get("health/ready", null).status() == 200);
        Await.until("the nodes know each other", () -> nodes(one) == 2 && nodes(two) == 2);
    }

    @Test
    @Order(6)
    void aNodeThatStoodStillLeavesNoGhosts() {
        // I8: people of a node that stands still go offline; when it wakes, who is still connected there is online
        // again, and who left meanwhile is not.
        Rest.Person anna = atOne.person("stilla");
        Rest.Person ben = atOne.person("stillb");
        Rest.Person cleo = atOne.person("stillc");
        try (RawClient a = atOne.connected(anna)) {
            String unused = atOne.direct(a, ben);
            unused = atOne.direct(a, cleo);
            RawClient b = atTwo.connected(ben);
            RawClient c = atTwo.connected(cleo);
            Await.until("both are seen", () -> isSeen(a, ben, true) && isSeen(a, cleo, true));
            two.process().freeze();
            try {
                Await.until(GONE_MAX, "both are gone", () -> isSeen(a, ben, false) && isSeen(a, cleo, false));
                c.close();
            } finally {
                two.process().thaw();
            }
            Await.until(BACK_MAX, "he who stayed is back", () -> isSeen(a, ben, true));
            Await.until("she who left is not", () -> isSeen(a, cleo, false));
            Await.stays(Duration.ofSeconds(2), "she stays away", () -> isSeen(a, cleo, false));
            // A machine that stands still takes a node's lease again for a while, and nobody comes with it.
            Await.until(BACK_MAX, "he is still there", () -> isSeen(a, ben, true));
            assertTrue(b.isOpen());
            b.close();
        }
    }

    /// What `viewer` was told last, and what it is answered.
    private boolean isSeen(RawClient viewer, Rest.Person other, boolean online) {
        List<String> told = atOne.presence(viewer, other);
        return !told.isEmpty()
                && told.getLast().contains("\"online\":" + online)
                && atOne.sight(viewer, other).contains("\"online\":" + online);
    }

    @Test
    @Order(8)
    void peopleOfAKilledNodeGoOffline() {
        // I8: kill -9 of a node: those who do not come elsewhere are offline soon, and were last seen then.
        Rest.Person anna = atOne.person("ann");
        Rest.Person ben = atOne.person("benn");
        try (RawClient a = atOne.connected(anna)) {
            String unused = atOne.direct(a, ben);
            RawClient b = atTwo.connected(ben);
            Await.until(SEEN_MAX, "Anna sees Ben", () -> atOne.presence(a, ben).size() == 1);
            two.process().kill9();
            Await.until(
                    GONE_MAX, "Anna sees Ben go", () -> atOne.presence(a, ben).size() == 2);
            Await.until("last seen", () -> atOne.sight(a, ben).contains("lastSeen"));
            b.close();
        }
    }

    @Test
    @Order(9)
    void aNodeThatLostRedisAloneIsDrainedThroughAnother() {
        // The others count it as gone; the order goes through the database. A name that nobody had is none.
        two.restart();
        Await.until("the nodes know each other", () -> nodes(one) == 2 && nodes(two) == 2);
        toRedisOfTwo.freeze();
        Await.until("node one takes it for gone", () -> nodes(one) == 1);
        assertEquals(404, admin(one, "POST", "nodes/three/drain").status());
        Reply drain = admin(one, "POST", "nodes/two/drain");
        assertEquals(202, drain.status(), drain::text);
        assertEquals("two", drain.json().getString("name"));
        assertEquals(0, two.process().awaitExit(Duration.ofSeconds(30)), two.process()::tail);
        toRedisOfTwo.thaw();
    }
}
