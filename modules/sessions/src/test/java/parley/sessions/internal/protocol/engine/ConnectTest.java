package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import parley.sessions.internal.protocol.Accepted;
import parley.sessions.internal.protocol.Answer;
import parley.sessions.internal.protocol.Disconnects;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.transport.Encoding;

/// P1, P8, P10 to P13, P22 to P24: how a connection becomes a session, or not.
class ConnectTest {
    private static final Pattern UUID_4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    private final ScriptedBackend backend = new ScriptedBackend();

    @Test
    void connectIsAnswered() {
        // P8. "A reply carries the id of its command, whatever it is." P26: the ping interval is announced.
        Peer peer = new Peer(backend);
        peer.send("{\"connect\":{\"token\":\"t\"},\"id\":4294967295}");
        assertNotNull(backend.client);
        peer.expect("{\"id\":4294967295,\"connect\":{\"client\":\"" + backend.client.id()
                + "\",\"version\":\"test\",\"ping\":25,\"pong\":true}}");
        assertEquals(List.of("connect t", "accepted true"), backend.takeCalls());
    }

    @Test
    void everyConnectionHasItsOwnRandomId() {
        // P13. "Each connection gets a client id, a random UUID that no other connection has had."
        Peer unused = new Peer(backend).connected();
        assertNotNull(backend.client);
        String first = backend.client.id();
        assertTrue(UUID_4.matcher(first).matches(), first);
        assertEquals("127.0.0.1", backend.client.address());
        Engine engine = engineOfTwo();
        assertNotNull(engine);
        assertNotEquals(first, backend.client.id());
    }

    private Engine engineOfTwo() {
        Random random = new Random(1);
        Engine engine = new Engine(new Engine.EngineParts(
                backend, Peer.LIMITS, "test", Runnable::run, () -> 0, random, EngineObserver.NONE));
        for (int i = 0; i < 2; i++) {
            FakeConnection connection = new FakeConnection(Encoding.JSON, null);
            engine.opened(connection);
            byte[] connect = "{\"id\":1,\"connect\":{}}".getBytes(StandardCharsets.UTF_8);
            engine.text(connection, connect, 0, connect.length);
        }
        return engine;
    }

    @Test
    void serverSideSubscriptionsComeWithTheReply() {
        // P23. "A resumed subscription repeats the offset of the request, and only such a one carries
        // publications."
        Map<String, Result.Subscribed> subscriptions = new LinkedHashMap<>();
        subscriptions.put("a", Result.Subscribed.fresh("e", 7));
        subscriptions.put("b", Result.Subscribed.resumed("e", 3, List.of(Publication.entry(4, Payload.json("1")))));
        subscriptions.put("c", Result.Subscribed.notResumed("e", 9));
        backend.subscriptions = subscriptions;
        Peer peer = new Peer(backend);
        peer.send("{\"connect\":{},\"id\":1}");
        String reply = peer.take().getFirst();
        Matcher subs = Pattern.compile("\"subs\":(.*)}}$").matcher(reply);
        assertTrue(subs.find(), reply);
        assertEquals(
                "{\"a\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e\",\"offset\":7},"
                        + "\"b\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e\",\"offset\":3,"
                        + "\"was_recovering\":true,\"recovered\":true,\"publications\":[{\"data\":1,\"offset\":4}]},"
                        + "\"c\":{\"recoverable\":true,\"positioned\":true,\"epoch\":\"e\",\"offset\":9,"
                        + "\"was_recovering\":true}}",
                subs.group(1));
    }

    @Test
    void theLifetimeOfTheTokenIsAnnounced() {
        // P24. "A session whose token ends says so in the connect reply (`expires`, `ttl` in seconds)."
        backend.lifetime = new Lifetime(900);
        Peer peer = new Peer(backend);
        peer.send("{\"connect\":{},\"id\":1}");
        assertTrue(peer.take().getFirst().contains("\"expires\":true,\"ttl\":900,"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":1,\"rpc\":{\"method\":\"m\"}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\"}}",
                "{\"send\":{}}",
                "{\"id\":1,\"ping\":{}}",
                "{\"connect\":{}}",
                "{\"id\":1}"
            })
    void whatIsNotConnectComesToNothingBeforeConnect(String command) {
        // P10. "The first command is `connect`, anything else: 3501." P8: "... an id without a request".
        Peer peer = new Peer(backend);
        peer.send(command, "{\"id\":2,\"connect\":{}}");
        peer.expectClosed(3501);
        peer.expect();
        assertEquals(List.of(), backend.takeCalls());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"id\":2,\"connect\":{}}", "{\"rpc\":{\"method\":\"m\"}}", "{\"id\":2}", "{\"id\":2,\"x\":{}}"
            })
    void anOffenceAfterConnectEndsTheConnection(String command) {
        // P10. "So is a second `connect`." P8. "any other command without an id, and an id without a request: 3501."
        Peer peer = new Peer(backend).connected();
        peer.send(command, "{\"id\":3,\"rpc\":{}}");
        peer.expectClosed(3501);
        peer.expect();
        assertEquals(List.of("connect ", "accepted true"), backend.takeCalls());
    }

    @Test
    void commandsInTheFrameOfConnectRunAfterIt() {
        // P14. "Commands of a connection begin in the order in which they arrived."
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"c\"}}");
        assertEquals(List.of("connect ", "accepted true", "subscribe c"), backend.takeCalls());
        assertEquals(2, peer.take().size());
    }

    @Test
    void afterARefusedConnectNothingMoreIsLookedAt() {
        // P11. "After an error reply to `connect` nothing more of what came with it is looked at; further
        // input: 3501."
        backend.onConnect = answer -> assertTrue(answer.refuse(ProtocolError.TOKEN_EXPIRED));
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"c\"}}");
        peer.expect("{\"id\":1,\"error\":{\"code\":109,\"message\":\"token expired\"}}");
        assertEquals(List.of("connect "), backend.takeCalls());
        peer.expectOpen();
        peer.send("{\"id\":3,\"connect\":{}}");
        peer.expectClosed(3501);
        peer.expect();
    }

    @Test
    void aRefusedConnectionThatStaysIsStale() {
        // P12. "A connection that is not connected 10 s after its handshake: 3502."
        backend.onConnect = answer -> assertTrue(answer.refuse(ProtocolError.TOKEN_EXPIRED));
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}");
        peer.pass(9_900);
        peer.expectOpen();
        peer.pass(200);
        peer.expectClosed(3502);
    }

    @Test
    void aSilentConnectionIsStale() {
        // P12. "A connection that is not connected 10 s after its handshake: 3502."
        Peer peer = new Peer(backend);
        peer.pass(9_900);
        peer.expectOpen();
        peer.pass(200);
        peer.expectClosed(3502);
    }

    @Test
    void theBackEndMayEndTheConnectionInstead() {
        // Wrong tokens and limits are close codes of the back end's choice.
        backend.onConnect = answer -> assertTrue(answer.disconnect(Disconnects.INVALID_TOKEN));
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}");
        peer.expectClosed(3500);
        peer.expect();
    }

    @Test
    void anAnswerAfterTheEndIsNotTaken() {
        // P32. "... a connection that was never accepted is not reported"; the back end learns it from `give`.
        backend.onConnect = backend.held::add;
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}");
        peer.end();
        Answer<Accepted> answer = backend.takeHeld();
        backend.accept(answer);
        assertEquals(List.of("connect ", "accepted false"), backend.takeCalls());
        assertFalse(answer.refuse(ProtocolError.INTERNAL));
        peer.expect();
    }

    @Test
    void aLateConnectIsToldToComeAgain() {
        // P16. "... after 3.5 s the engine answers ... else with 100 (temporary)."
        backend.onConnect = backend.held::add;
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"rpc\":{}}");
        peer.pass(3_400);
        peer.expect();
        peer.pass(200);
        peer.expect("{\"id\":1,\"error\":{\"code\":100,\"message\":\"internal server error\",\"temporary\":true}}");
        backend.accept(backend.takeHeld());
        assertEquals(List.of("connect ", "accepted false"), backend.takeCalls());
        peer.expect();
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void aFrameOfTheOtherTypeIsAnOffence(Encoding encoding) {
        // P1. "... a frame of the other type: 3501."
        Peer peer = new Peer(backend, encoding, Peer.LIMITS, false);
        peer.sendOtherType(new byte[] {'{', '}'});
        peer.expectClosed(3501);
    }

    @Test
    void aBrokenFrameRunsNoneOfItsCommands() {
        // P3. "A frame that ... cannot be read ...: 3501, and none of its commands runs."
        Peer peer = new Peer(backend).connected();
        assertEquals(2, backend.takeCalls().size());
        peer.sendRaw("{\"id\":2,\"rpc\":{}}\n{\"id\":".getBytes(StandardCharsets.UTF_8));
        peer.expectClosed(3501);
        assertEquals(List.of(), backend.takeCalls());
    }

    @Test
    void moreSubscriptionsThanAllowedEndTheConnection() {
        // P20. "A connect that would have more: 3505."
        Map<String, Result.Subscribed> many = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            many.put("c" + i, Result.Subscribed.plain());
        }
        backend.subscriptions = many;
        Peer peer = new Peer(backend);
        peer.send("{\"id\":1,\"connect\":{}}");
        peer.expectClosed(3505);
        assertEquals(List.of("connect ", "accepted false"), backend.takeCalls());
    }
}
