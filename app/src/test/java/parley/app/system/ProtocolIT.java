package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.app.system.ProtocolDoor.Guest;

/// The client protocol over real sockets, in both encodings, and the same with both back ends: the chat,
/// and the one in memory that suites of SDKs are pointed at.
class ProtocolIT {
    @TempDir
    static Path productFolder;

    @TempDir
    static Path profileFolder;

    private static ProtocolDoor product;
    private static ProtocolDoor profile;

    @BeforeAll
    static void start() {
        product = new ProtocolDoor.Product(productFolder);
        profile = new ProtocolDoor.Profile(profileFolder);
    }

    @AfterAll
    static void stop() {
        product.close();
        profile.close();
    }

    /// One back end, and one encoding.
    record Edge(ProtocolDoor door, boolean protobuf) {
        ProtocolPeer open() {
            return new ProtocolPeer(door.address(), protobuf);
        }

        @Override
        public String toString() {
            return door.getClass().getSimpleName() + (protobuf ? " protobuf" : " json");
        }
    }

    static Stream<Edge> edges() {
        return Stream.of(product, profile).flatMap(door -> Stream.of(new Edge(door, false), new Edge(door, true)));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aPositionIsRecovered(Edge edge) {
        // P23: "A resumed subscription repeats the offset of the request, and only such a one carries
        // publications."
        Guest guest = edge.door().guest();
        long top;
        String epoch;
        try (ProtocolPeer peer = connected(edge, guest)) {
            JsonObject fresh = peer.ask(2, subscribe(guest, "")).getJsonObject("subscribe");
            top = offset(fresh);
            epoch = fresh.getString("epoch");
            assertTrue(fresh.getBoolean("recoverable") && fresh.getBoolean("positioned"), fresh::toString);
            assertFalse(fresh.containsKey("was_recovering") || fresh.containsKey("recovered"), fresh::toString);
            for (int i = 1; i <= 3; i++) {
                assertTrue(peer.ask(2 + i, publish(guest, i)).containsKey("publish"));
                assertEquals(top + i, offset(peer.push("pub").getJsonObject("pub")));
            }
        }
        try (ProtocolPeer peer = connected(edge, guest)) {
            for (String same : List.of(epoch, "")) {
                JsonObject resumed =
                        peer.ask(2, subscribe(guest, position(top + 1, same))).getJsonObject("subscribe");
                assertResumed(resumed, top + 1);
                assertEquals(List.of(top + 2, top + 3), offsets(resumed.getJsonArray("publications")));
                assertEquals(epoch, resumed.getString("epoch"));
                assertTrue(peer.ask(3, unsubscribe(guest)).containsKey("unsubscribe"));
            }
            JsonObject level = peer.ask(4, subscribe(guest, position(top + 3, epoch) + ",\"flag\":2"))
                    .getJsonObject("subscribe");
            assertResumed(level, top + 3);
            assertFalse(level.containsKey("publications"), level::toString);
        }
    }

    private static void assertResumed(JsonObject reply, long offset) {
        assertTrue(reply.getBoolean("recovered", false) && reply.getBoolean("was_recovering", false), reply::toString);
        assertEquals(offset, offset(reply));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aPositionThatIsGoneIsToldSo(Edge edge) {
        // P36: 112 with bit 2, else a new beginning at the top, without `recovered`.
        Guest guest = edge.door().guest();
        try (ProtocolPeer peer = connected(edge, guest)) {
            JsonObject fresh = peer.ask(2, subscribe(guest, "")).getJsonObject("subscribe");
            long top = offset(fresh);
            String epoch = fresh.getString("epoch");
            assertTrue(peer.ask(3, unsubscribe(guest)).containsKey("unsubscribe"));
            for (String gone : List.of(position(0, "_"), position(top, "other"), position(top + 1, epoch))) {
                assertEquals(112, peer.refusal(4, subscribe(guest, gone + ",\"flag\":3")));
                JsonObject begun = peer.ask(5, subscribe(guest, gone)).getJsonObject("subscribe");
                assertTrue(begun.getBoolean("was_recovering", false), begun::toString);
                assertFalse(begun.containsKey("recovered") || begun.containsKey("publications"), begun::toString);
                assertEquals(top, offset(begun));
                assertEquals(epoch, begun.getString("epoch"));
                assertTrue(peer.ask(6, unsubscribe(guest)).containsKey("unsubscribe"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("edges")
    void theHistoryIsReadBothWays(Edge edge) {
        // P4, P21: pages by position, and the top of the stream with each.
        Guest guest = edge.door().guest();
        try (ProtocolPeer peer = connected(edge, guest)) {
            long top = offset(peer.ask(2, history(guest, "")).getJsonObject("history"));
            for (int i = 1; i <= 5; i++) {
                assertTrue(peer.ask(2 + i, publish(guest, i)).containsKey("publish"));
            }
            JsonObject position = peer.ask(8, history(guest, "")).getJsonObject("history");
            String epoch = position.getString("epoch");
            assertEquals(top + 5, offset(position));
            assertEquals(List.of(), offsets(position.getJsonArray("publications")));
            String since = ",\"since\":{\"offset\":" + (top + 3) + ",\"epoch\":\"" + epoch + "\"}";
            assertEquals(List.of(top + 4, top + 5), page(peer, guest, ",\"limit\":9" + since));
            assertEquals(List.of(top + 2, top + 1), page(peer, guest, ",\"limit\":2,\"reverse\":true" + since));
            assertEquals(List.of(top + 5), page(peer, guest, ",\"limit\":1,\"reverse\":true"));
            assertEquals(112, peer.refusal(9, history(guest, ",\"limit\":1" + since.replace(epoch, "other"))));
            assertEquals(107, peer.refusal(9, history(guest, ",\"limit\":1,\"reverse\":true,\"since\":{}")));
        }
    }

    private static List<Long> page(ProtocolPeer peer, Guest guest, String more) {
        return offsets(
                peer.ask(20, history(guest, more)).getJsonObject("history").getJsonArray("publications"));
    }

    @ParameterizedTest
    @MethodSource("edges")
    void commandsOfOneFrameRunInOrder(Edge edge) {
        // P2, P14, P15, P22: one frame with everything; pushes only while subscribed, no reply
        // to `send`.
        Guest guest = edge.door().guest();
        try (ProtocolPeer peer = edge.open()) {
            peer.send(
                    "{\"id\":4000000000," + connect(guest.token()) + "}",
                    "{\"id\":2," + subscribe(guest, "") + "}",
                    "{\"id\":3," + unsubscribe(guest) + "}",
                    "{\"id\":4," + subscribe(guest, "") + "}",
                    "{\"id\":5,\"send\":{\"data\":{}}}",
                    "{\"id\":6," + publish(guest, 1) + "}",
                    "{\"id\":7," + subscribe(guest, "") + "}",
                    "{}");
            JsonObject first = peer.next(_ -> true);
            assertEquals(4_000_000_000L, first.getJsonNumber("id").longValue());
            JsonObject connected = first.getJsonObject("connect");
            assertFalse(connected.getString("client").isEmpty());
            assertTrue(connected.getInt("ping") > 0 && connected.getBoolean("pong"), connected::toString);
            assertTrue(connected.getJsonObject("subs").containsKey(guest.own()), connected::toString);
            List<Integer> ids = Stream.generate(() -> peer.next(message -> message.containsKey("id")))
                    .limit(5)
                    .map(message -> message.getInt("id"))
                    .toList();
            // What is committed first is answered later: only subscribing holds up what follows.
            assertEquals(List.of(2, 3, 4), ids.subList(0, 3));
            assertEquals(Set.of(6, 7), Set.copyOf(ids.subList(3, 5)));
            assertEquals(guest.channel(), peer.push("pub").getString("channel"));
            assertTrue(peer.ask(8, unsubscribe(guest)).containsKey("unsubscribe"));
            assertTrue(peer.ask(9, publish(guest, 2)).containsKey("publish"));
            assertTrue(peer.ask(10, unsubscribe(guest)).containsKey("unsubscribe"));
            assertTrue(
                    peer.others().stream()
                            .noneMatch(each -> each.containsKey("push")
                                    && each.getJsonObject("push").containsKey("pub")),
                    peer.others()::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("edges")
    void whatIsNotOfferedIsRefused(Edge edge) {
        // P18 to P21: error codes, each with a message; the connection goes on.
        Guest guest = edge.door().guest();
        String channel = "\"channel\":\"" + guest.channel() + "\"";
        try (ProtocolPeer peer = connected(edge, guest)) {
            assertEquals(108, peer.refusal(2, "\"ping\":{}"));
            assertEquals(108, peer.refusal(2, "\"subscribe\":{" + channel + ",\"type\":1}"));
            assertEquals(107, peer.refusal(2, "\"subscribe\":{" + channel + ",\"tf\":{}}"));
            assertEquals(107, peer.refusal(2, "\"subscribe\":{\"channel\":\"" + "x".repeat(256) + "\"}"));
            assertEquals(107, peer.refusal(2, "\"subscribe\":{\"channel\":\"\u00e9\"}"));
            assertEquals(107, peer.refusal(2, "\"publish\":{" + channel + "}"));
            assertEquals(108, peer.refusal(2, "\"publish\":{" + channel + ",\"data\":{},\"type\":1}"));
            assertEquals(108, peer.refusal(2, "\"sub_refresh\":{" + channel + ",\"token\":\"t\",\"type\":1}"));
            int unknown = peer.refusal(2, "\"rpc\":{\"method\":\"nothing.such\",\"data\":{}}");
            assertTrue(unknown == 104 || unknown == 108, "code " + unknown);
            assertTrue(peer.ask(3, subscribe(guest, "")).containsKey("subscribe"));
            assertEquals(105, peer.refusal(4, subscribe(guest, "")));
            assertEquals(105, peer.refusal(4, "\"subscribe\":{\"channel\":\"" + guest.own() + "\"}"));
            assertTrue(peer.ask(5, "\"unsubscribe\":{\"channel\":\"never\"}").containsKey("unsubscribe"));
        }
    }

    /// Frames after which a connection is closed with 3501, sent by somebody who is connected.
    private static final List<String> OFFENCES = List.of(
            "{\"id\":9,\"connect\":{}}",
            "{\"id\":9}",
            "{\"rpc\":{\"method\":\"m\"}}",
            "{\"id\":9,\"subscribe\":{}}",
            "{\"id\":9,\"unsubscribe\":{}}",
            "{\"id\":9,\"publish\":{\"data\":{}}}",
            "{\"id\":9,\"history\":{}}",
            "{\"id\":9,\"presence\":{}}",
            "{\"id\":9,\"refresh\":{}}",
            "{\"id\":9,\"sub_refresh\":{\"channel\":\"c\"}}");

    @ParameterizedTest
    @MethodSource("edges")
    void anOffenceEndsTheConnection(Edge edge) {
        // P8, P10, P19, P24, P33: 3501.
        Guest guest = edge.door().guest();
        for (String offence : OFFENCES) {
            try (ProtocolPeer peer = connected(edge, guest)) {
                assertEquals(3501, peer.send(offence).awaitClose(), offence);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aConnectionBeginsWithConnect(Edge edge) {
        // P1, P3, P10: anything else: 3501.
        for (String other : List.of("{\"id\":1,\"rpc\":{\"method\":\"m\"}}", "{\"send\":{}}", "{}")) {
            try (ProtocolPeer peer = edge.open()) {
                assertEquals(3501, peer.send(other).awaitClose());
            }
        }
        try (ProtocolPeer peer = edge.open()) {
            peer.sendOtherType();
            assertEquals(3501, peer.awaitClose());
        }
    }

    @ParameterizedTest
    @MethodSource("edges")
    void aForgedTokenIsFinal(Edge edge) {
        // 3500 at connect and at a refresh; somebody else's good token is no better there.
        try (ProtocolPeer peer = edge.open()) {
            assertEquals(3500, peer.send("{\"id\":1," + connect("a.b.c") + "}").awaitClose());
        }
        Guest guest = edge.door().guest();
        for (String token : List.of("a.b.c", edge.door().guest().token())) {
            try (ProtocolPeer peer = connected(edge, guest)) {
                String refresh = "{\"id\":2,\"refresh\":{\"token\":\"" + token + "\"}}";
                assertEquals(3500, peer.send(refresh).awaitClose());
            }
        }
        try (ProtocolPeer peer = connected(edge, guest)) {
            JsonObject same = peer.ask(2, "\"refresh\":{\"token\":\"" + guest.token() + "\"}");
            assertTrue(same.containsKey("refresh"), same::toString);
        }
    }

    private static ProtocolPeer connected(Edge edge, Guest guest) {
        ProtocolPeer peer = edge.open();
        JsonObject reply = peer.ask(1, connect(guest.token()));
        assertTrue(reply.containsKey("connect"), reply::toString);
        return peer;
    }

    private static String connect(String token) {
        return "\"connect\":{\"token\":\"" + token + "\",\"data\":{\"subscriptions\":\"client\"}}";
    }

    private static String subscribe(Guest guest, String more) {
        return "\"subscribe\":{\"channel\":\"" + guest.channel() + "\"" + more + "}";
    }

    private static String unsubscribe(Guest guest) {
        return "\"unsubscribe\":{\"channel\":\"" + guest.channel() + "\"}";
    }

    private static String publish(Guest guest, int number) {
        return "\"publish\":{\"channel\":\"" + guest.channel() + "\",\"data\":{\"text\":\"" + number + "\"}}";
    }

    private static String history(Guest guest, String more) {
        return "\"history\":{\"channel\":\"" + guest.channel() + "\"" + more + "}";
    }

    private static String position(long offset, String epoch) {
        return ",\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch + "\"";
    }

    /// Zero is left out on the wire.
    private static long offset(JsonObject from) {
        return from.containsKey("offset") ? from.getJsonNumber("offset").longValue() : 0;
    }

    private static List<Long> offsets(JsonArray publications) {
        return publications == null
                ? List.of()
                : LongStream.range(0, publications.size())
                        .map(i -> offset(publications.getJsonObject((int) i)))
                        .boxed()
                        .toList();
    }
}
