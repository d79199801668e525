package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;

/// The Java SDK, unchanged, against the whole stack: nginx, a node, MariaDB, Redis.
class SdkJavaIT {
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(20);
    private static final int GAP = 5_000;

    @TempDir
    static Path folder;

    private static WholeStack stack;

    private Rest.Person a;
    private Rest.Person b;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(
                folder,
                Map.of(
                        "PARLEY_ACCOUNTS_ACCESS_TOKEN_LIFETIME", "10s",
                        "PARLEY_HISTORY_QUEUE_WAIT_MAX", "10s",
                        "PARLEY_SESSIONS_LIMITS_SENDS_BURST", "20000"));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @BeforeEach
    void signUp() {
        a = stack.rest().newPerson("alice");
        b = stack.rest().newPerson("bob");
    }

    @Test
    void twoPeopleChatThroughSubscriptionsOfTheServer() {
        // I2, I4: sent through rpc, seen by both with numbers 1, 2, 3 ..., each once.
        try (SdkPerson alice = lasting(steady(), a);
                SdkPerson bob = lasting(steady(), b)) {
            String conversation = direct(alice);
            for (int i = 0; i < 40; i++) {
                assertEquals(
                        3 + i,
                        (i % 2 == 0 ? alice : bob)
                                .call("message.send", message(conversation, i))
                                .getInt("seq"));
            }
            JsonObject repeated = alice.call("message.send", message(conversation, 0));
            assertEquals(3, repeated.getInt("seq"));
            assertTrue(repeated.getBoolean("repeated"));
            for (SdkPerson person : List.of(alice, bob)) {
                assertSeesAll(person, conversation, 42);
            }
            JsonObject first = bob.entries("c:" + conversation).get(2);
            assertEquals(
                    "text 0 \u00e9\ud83c\udfe0", first.getJsonObject("body").getString("text"));
            assertEquals(a.id(), first.getString("author"));
        }
    }

    @Test
    void aConnectionThatIsCutAgainAndAgainMissesNothing() {
        // I4: cut while entries arrive, recovered by the SDK alone; nothing missing, nothing twice.
        try (RawClient alice = RawClient.open(steady());
                SdkPerson bob = lasting(shaky(), b)) {
            JsonObject unused = alice.connect(a.accessToken());
            String conversation = direct(alice);
            for (int i = 0; i < 400; i++) {
                JsonObject sent = alice.call("message.send", message(conversation, i));
                assertEquals(3 + i, sent.getInt("seq"));
                if (i % 80 == 40) {
                    stack.network().resetAll();
                }
            }
            assertSeesAll(bob, conversation, 402);
            assertTrue(bob.connects() >= 2, "connected " + bob.connects() + " times");
        }
    }

    @Test
    void fiveThousandMissedEntriesComeInOrder() {
        // I4: a gap far beyond what one reply carries is recovered whole and in order.
        try (RawClient alice = RawClient.open(steady());
                SdkPerson bob = lasting(shaky(), b)) {
            JsonObject unused = alice.connect(a.accessToken());
            String conversation = direct(alice);
            assertSeesAll(bob, conversation, 2);
            stack.network().refuse(true);
            stack.network().resetAll();
            sendMany(alice, conversation, GAP);
            stack.network().refuse(false);
            assertSeesAll(bob, conversation, 2 + GAP);
            assertTrue(bob.events().contains("subscribed c:" + conversation + " recovered"), bob.events()::toString);
            assertFalse(bob.events().contains("subscribed c:" + conversation + " not recovered"));
        } finally {
            stack.network().refuse(false);
        }
    }

    @Test
    void historyIsReadBothWays() {
        // history on c:, both directions, at most 100 a page.
        try (SdkPerson alice = lasting(steady(), a);
                RawClient sender = RawClient.open(steady())) {
            JsonObject unused = sender.connect(a.accessToken());
            String conversation = direct(sender);
            sendMany(sender, conversation, 248);
            String channel = "c:" + conversation;
            List<Long> forward = new ArrayList<>();
            List<Long> page = alice.history(channel, 0, 100, false);
            while (!page.isEmpty()) {
                assertTrue(page.size() <= 100);
                forward.addAll(page);
                page = alice.history(channel, forward.getLast(), 100, false);
            }
            assertEquals(upTo(250), forward);
            List<Long> backward = new ArrayList<>();
            page = alice.history(channel, -1, 100, true);
            while (!page.isEmpty()) {
                backward.addAll(page);
                page = alice.history(channel, backward.getLast(), 100, true);
            }
            Collections.reverse(backward);
            assertEquals(upTo(250), backward);
            assertEquals(100, alice.history(channel, 0, 5_000, false).size());
        }
    }

    @Test
    void aWrongTokenIsFinal() {
        // 3500: the SDK gives up.
        String forged = a.accessToken().substring(0, a.accessToken().length() - 8) + "AAAAAAAA";
        try (SdkPerson mallory = new SdkPerson(steady(), forged, null, null)) {
            mallory.awaitEvent("disconnected 3500");
            assertEquals(0, mallory.connects());
        }
    }

    @Test
    void anExpiringTokenIsRefreshedWithoutACut() {
        // The SDK is told when its token ends, brings a fresh one, and stays connected beyond the first one's life.
        AtomicReference<String> refresh = new AtomicReference<>(a.refreshToken());
        try (SdkPerson alice = new SdkPerson(steady(), a.accessToken(), () -> refreshed(refresh), null)) {
            alice.awaitEvent("connected");
            Await.until(
                    Duration.ofSeconds(60),
                    "two refreshes",
                    () -> Collections.frequency(alice.events(), "asked for a token") >= 2);
            assertEquals(
                    a.id(),
                    alice.call("account.get", "{\"account\":\"" + a.id() + "\"}")
                            .getString("id"));
            assertEquals(
                    List.of("connected"),
                    alice.events().stream()
                            .filter(event -> event.contains("connected"))
                            .toList());
        }
    }

    @Test
    void anExpiredTokenIsReplacedBeforeConnecting() {
        // 109: the SDK is told that its token is over, asks for another one, and is in.
        String expired = new TokenForge(stack.database()).expired(a.accessToken());
        try (RawClient wire = RawClient.open(steady())) {
            JsonObject refused = wire.command("\"connect\":{\"token\":\"" + expired + "\"}");
            assertEquals(109, refused.getJsonObject("error").getInt("code"));
        }
        try (SdkPerson alice = new SdkPerson(steady(), expired, a::accessToken, null)) {
            alice.awaitEvent("connected");
            assertEquals("asked for a token", alice.events().getFirst());
        }
    }

    @Test
    void aClientMaySubscribeByItself() {
        // connect.data {"subscriptions":"client"}: only u: is subscribed; c: by the client, recovered after a cut.
        try (RawClient sender = RawClient.open(steady());
                SdkPerson bob = lasting(shaky(), b, "{\"subscriptions\":\"client\"}")) {
            JsonObject unused = sender.connect(a.accessToken());
            String conversation = direct(sender);
            var subscription = bob.subscribe("c:" + conversation);
            bob.awaitEvent("subscribed c:" + conversation);
            for (int i = 0; i < 60; i++) {
                JsonObject sent = sender.call("message.send", message(conversation, i));
                assertEquals(3 + i, sent.getInt("seq"));
                if (i == 30) {
                    stack.network().resetAll();
                }
            }
            Await.until(
                    ARRIVAL_MAX,
                    "all arrived",
                    () -> bob.seqs(subscription.getChannel()).size() >= 60);
            assertEquals(LongStream.rangeClosed(3, 62).boxed().toList(), bob.seqs("c:" + conversation));
            assertTrue(bob.events().contains("subscribed c:" + conversation + " recovered"), bob.events()::toString);
            var foreign = bob.subscribe("c:1");
            bob.awaitEvent("refused c:1 103");
            assertEquals("c:1", foreign.getChannel());
        }
    }

    @Test
    void inServerModeAClientSubscribesToNothing() {
        // 105 to a member, 103 to anybody else.
        try (SdkPerson alice = lasting(steady(), a);
                SdkPerson bob = lasting(steady(), b)) {
            String group = alice.call(
                            "conversation.create", "{\"id\":\"g\",\"kind\":\"group\",\"title\":\"Own\",\"members\":[]}")
                    .getString("conversation");
            alice.awaitEvent("subscribed c:" + group);
            // The SDK itself refuses a subscription that it has from the server, so this one is asked on the wire.
            try (RawClient wire = RawClient.open(steady())) {
                JsonObject unused = wire.connect(a.accessToken());
                JsonObject refused = wire.command("\"subscribe\":{\"channel\":\"c:" + group + "\"}");
                assertEquals(105, refused.getJsonObject("error").getInt("code"));
            }
            var foreign = bob.subscribe("c:" + group);
            bob.awaitEvent("refused " + foreign.getChannel() + " 103");
        }
    }

    /// Connected, and able to connect again when the first token is over.
    private static SdkPerson lasting(String address, Rest.Person person) {
        return lasting(address, person, null);
    }

    /// The same with `data` in the connect command.
    private static SdkPerson lasting(String address, Rest.Person person, @Nullable String data) {
        AtomicReference<String> refresh = new AtomicReference<>(person.refreshToken());
        SdkPerson lasting = new SdkPerson(address, person.accessToken(), () -> refreshed(refresh), data);
        lasting.awaitEvent("connected");
        return lasting;
    }

    private static String refreshed(AtomicReference<String> refresh) {
        JsonObject tokens = stack.rest()
                .call("POST", "api/v1/tokens/refresh", null, "{\"refreshToken\":\"" + refresh.get() + "\"}")
                .json();
        refresh.set(tokens.getString("refreshToken"));
        return tokens.getString("accessToken");
    }

    private static void assertSeesAll(SdkPerson person, String conversation, int count) {
        String channel = "c:" + conversation;
        try {
            Await.until(
                    ARRIVAL_MAX, count + " entries", () -> person.seqs(channel).size() >= count);
        } catch (AssertionError late) {
            throw new AssertionError("saw " + person.seqs(channel) + " and " + person.events(), late);
        }
        assertEquals(upTo(count), person.seqs(channel));
    }

    private static List<Long> upTo(int count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    /// Sends so many messages, 60 under way at a time.
    private static void sendMany(RawClient sender, String conversation, int count) {
        for (int begin = 0; begin < count; begin += 60) {
            List<java.util.concurrent.CompletableFuture<JsonObject>> sends = new ArrayList<>();
            for (int i = begin; i < Math.min(count, begin + 60); i++) {
                sends.add(sender.rpcAsync("message.send", message(conversation, i)));
            }
            for (int i = 0; i < sends.size(); i++) {
                JsonObject reply = sends.get(i)
                        .orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                        .join();
                assertEquals(
                        3 + begin + i,
                        reply.getJsonObject("rpc").getJsonObject("data").getInt("seq"),
                        reply::toString);
            }
        }
    }

    private String direct(SdkPerson creator) {
        return creator.call("conversation.create", "{\"id\":\"d\",\"kind\":\"direct\",\"with\":\"" + b.id() + "\"}")
                .getString("conversation");
    }

    private String direct(RawClient creator) {
        return creator.call("conversation.create", "{\"id\":\"d\",\"kind\":\"direct\",\"with\":\"" + b.id() + "\"}")
                .getString("conversation");
    }

    private static String message(String conversation, int number) {
        return "{\"conversation\":\"" + conversation + "\",\"id\":\"m" + number + "\",\"body\":{\"text\":\"text "
                + number + " \u00e9\ud83c\udfe0\"}}";
    }

    private static String steady() {
        return WholeStack.webSocket(stack.steadyAddress());
    }

    private static String shaky() {
        return WholeStack.webSocket(stack.address());
    }
}
