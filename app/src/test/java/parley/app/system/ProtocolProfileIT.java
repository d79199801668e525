package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// M1 to M9: what the suites of SDKs may expect of `ops/protocol-profile`, beside what [ProtocolIT]
/// shows.
class ProtocolProfileIT {
    @TempDir
    static Path folder;

    private static ProtocolDoor.Profile profile;

    private final String user = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        profile = new ProtocolDoor.Profile(folder);
    }

    @AfterAll
    static void stop() {
        profile.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void comingAndGoingIsTold(boolean protobuf) {
        // M2, M4: a person's own channel comes with a join of its own; a plain channel tells all who comes and goes,
        // and who is there.
        try (ProtocolPeer anna = anonymous(protobuf)) {
            String channel = "plain-" + user;
            JsonObject plain = anna.ask(2, subscribe(channel, "")).getJsonObject("subscribe");
            assertFalse(plain.containsKey("recoverable") || plain.containsKey("epoch"), plain::toString);
            assertEquals("", member(anna.push("join")).getString("user", ""));
            try (ProtocolPeer bert =
                    connected(protobuf, ProtocolDoor.Profile.token(user, "\"info\":{\"name\":\"Bert\"}"))) {
                JsonObject own = bert.push("join");
                assertEquals("#" + user, own.getString("channel"));
                assertEquals("Bert", member(own).getJsonObject("conn_info").getString("name"));
                assertTrue(bert.ask(2, subscribe(channel, "")).containsKey("subscribe"));
                assertEquals(user, member(anna.push("join")).getString("user"));
                JsonObject present = anna.ask(3, "\"presence\":{\"channel\":\"" + channel + "\"}");
                assertEquals(
                        2,
                        present.getJsonObject("presence")
                                .getJsonObject("presence")
                                .size());
                JsonObject counted = anna.ask(4, "\"presence_stats\":{\"channel\":\"" + channel + "\"}");
                assertEquals(2, counted.getJsonObject("presence_stats").getInt("num_users"));
                assertTrue(bert.ask(3, "\"unsubscribe\":{\"channel\":\"" + channel + "\"}")
                        .containsKey("unsubscribe"));
                assertEquals(user, member(anna.push("leave")).getString("user"));
                assertTrue(bert.ask(4, subscribe(channel, "")).containsKey("subscribe"));
                assertEquals(user, member(anna.push("join")).getString("user"));
            }
            assertEquals(user, member(anna.push("leave")).getString("user"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSmallHistoryIsSoonGone(boolean protobuf) {
        // M3: `smallhistory:` keeps two entries and is recoverable without being asked; any other channel if asked.
        String channel = "smallhistory:" + user;
        try (ProtocolPeer peer = anonymous(protobuf)) {
            String epoch = peer.ask(2, subscribe(channel, ""))
                    .getJsonObject("subscribe")
                    .getString("epoch");
            assertTrue(peer.ask(3, "\"unsubscribe\":{\"channel\":\"" + channel + "\"}")
                    .containsKey("unsubscribe"));
            for (int i = 0; i < 5; i++) {
                JsonObject unused = api("publish", "{\"channel\":\"" + channel + "\",\"data\":" + i + "}");
            }
            String gone = ",\"recover\":true,\"epoch\":\"" + epoch + "\",\"offset\":2";
            assertEquals(112, peer.refusal(4, subscribe(channel, gone + ",\"flag\":2")));
            JsonObject resumed =
                    peer.ask(5, subscribe(channel, gone.replace(":2", ":3"))).getJsonObject("subscribe");
            assertTrue(resumed.getBoolean("recovered", false), resumed::toString);
            assertEquals(2, resumed.getJsonArray("publications").size());
            JsonObject asked = peer.ask(6, subscribe("plain-" + user, ",\"recoverable\":true"))
                    .getJsonObject("subscribe");
            assertTrue(asked.getBoolean("recoverable", false), asked::toString);
        }
    }

    @Test
    void bytesPassThrough() {
        // P5, M5: what is not JSON goes from one Protobuf client to others as it is; a JSON connection that should get
        // it is closed with 3506.
        String channel = "bytes-" + user;
        try (ProtocolPeer binary = anonymous(true);
                ProtocolPeer json = anonymous(false)) {
            assertTrue(binary.ask(2, subscribe(channel, "")).containsKey("subscribe"));
            assertTrue(json.ask(2, subscribe(channel, "")).containsKey("subscribe"));
            binary.sendBinary(publishBytes(3, channel, new byte[] {(byte) 0xff, 0, 0x0a}));
            assertTrue(binary.reply(3).containsKey("publish"));
            JsonObject pub = binary.push("pub").getJsonObject("pub");
            assertEquals("ff000a", pub.getString("data"));
            assertFalse(pub.getJsonObject("info").getString("client").isEmpty());
            assertEquals(3506, json.awaitClose());
            JsonObject past = api("history", "{\"channel\":\"" + channel + "\",\"limit\":5}");
            assertEquals(
                    "/wAK", past.getJsonArray("publications").getJsonObject(0).getString("b64data"));
        }
    }

    /// A publish command of raw bytes, as its frame.
    private static byte[] publishBytes(int id, String channel, byte[] data) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        byte[] name = channel.getBytes(StandardCharsets.US_ASCII);
        request.writeBytes(new byte[] {0x0a, (byte) name.length});
        request.writeBytes(name);
        request.writeBytes(new byte[] {0x12, (byte) data.length});
        request.writeBytes(data);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {(byte) (request.size() + 4), 0x08, (byte) id, 0x3a, (byte) request.size()});
        frame.writeBytes(request.toByteArray());
        return frame.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void subscriptionsHaveTokensToo(boolean protobuf) {
        // M6, P33: expired 109, forged 103, for another channel or person 3500; one that ends says so and is renewed,
        // also
        // by a client that leaves the channel out.
        String channel = "token-" + user;
        long now = Instant.now().getEpochSecond();
        String named = "\"channel\":\"" + channel + "\"";
        String good = ProtocolDoor.Profile.token(user, named, "\"exp\":" + (now + 60));
        try (ProtocolPeer peer = connected(protobuf, ProtocolDoor.Profile.token(user))) {
            String old = ProtocolDoor.Profile.token(user, named, "\"exp\":" + (now - 1));
            assertEquals(109, peer.refusal(2, subscribe(channel, token(old))));
            assertEquals(103, peer.refusal(3, subscribe(channel, token(good + "x"))));
            JsonObject subscribed = peer.ask(4, subscribe(channel, token(good))).getJsonObject("subscribe");
            assertTrue(subscribed.getBoolean("expires", false), subscribed::toString);
            assertTrue(subscribed.getInt("ttl") > 50 && subscribed.getInt("ttl") <= 60, subscribed::toString);
            String later = ProtocolDoor.Profile.token(user, named, "\"exp\":" + (now + 600));
            JsonObject renewed = peer.ask(5, "\"sub_refresh\":{" + token(later).substring(1) + "}");
            assertTrue(renewed.getJsonObject("sub_refresh").getInt("ttl") > 500, renewed::toString);
            assertEquals(110, peer.refusal(6, "\"sub_refresh\":{" + named + token(old) + "}"));
            assertEquals(
                    3500,
                    peer.send("{\"id\":7," + subscribe("other", token(good)) + "}")
                            .awaitClose());
        }
        try (ProtocolPeer other = anonymous(protobuf)) {
            assertEquals(
                    3500,
                    other.send("{\"id\":2," + subscribe(channel, token(good)) + "}")
                            .awaitClose());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExpiredTokenIsToldApart(boolean protobuf) {
        // M1, P11, P24: 109 at connect, and nothing else is heard; one that ends is announced; expired at a refresh:
        // 3005.
        long now = Instant.now().getEpochSecond();
        String old = ProtocolDoor.Profile.token(user, "\"exp\":" + (now - 1));
        try (ProtocolPeer peer = new ProtocolPeer(profile.address(), protobuf)) {
            assertEquals(109, peer.refusal(1, "\"connect\":{" + token(old).substring(1) + "}"));
            assertEquals(3501, peer.send("{\"id\":2,\"connect\":{}}").awaitClose());
        }
        try (ProtocolPeer peer = new ProtocolPeer(profile.address(), protobuf)) {
            String good = ProtocolDoor.Profile.token(user, "\"exp\":" + (now + 90), "\"channels\":[\"news\"]");
            JsonObject reply = peer.ask(1, "\"connect\":{" + token(good).substring(1) + "}")
                    .getJsonObject("connect");
            assertTrue(reply.getBoolean("expires") && reply.getInt("ttl") > 80, reply::toString);
            assertTrue(reply.getJsonObject("subs").containsKey("news"), reply::toString);
            String refresh = "{\"id\":2,\"refresh\":{" + token(old).substring(1) + "}}";
            assertEquals(3005, peer.send(refresh).awaitClose());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theHttpApiDrivesSessions(boolean protobuf) {
        // M7: subscribe, publish, unsubscribe, refresh and disconnect, seen by the client.
        String channel = "api-" + user;
        String who = "{\"user\":\"" + user + "\",\"channel\":\"" + channel + "\"";
        try (ProtocolPeer peer = connected(protobuf, ProtocolDoor.Profile.token(user))) {
            assertEquals(0, api("subscribe", who + ",\"data\":{\"why\":1}}").size());
            JsonObject subscribed = peer.push("subscribe");
            assertEquals(channel, subscribed.getString("channel"));
            assertEquals(
                    1,
                    subscribed.getJsonObject("subscribe").getJsonObject("data").getInt("why"));
            JsonObject published = api("publish", "{\"channel\":\"" + channel + "\",\"data\":{\"n\":1.50}}");
            assertEquals(1, published.getInt("offset"));
            assertEquals(
                    "{\"n\":1.50}",
                    String.valueOf(peer.push("pub").getJsonObject("pub").get("data")));
            JsonObject event = api("publish", "{\"channel\":\"" + channel + "\",\"data\":2,\"skip_history\":true}");
            assertFalse(peer.push("pub").getJsonObject("pub").containsKey("offset"), event::toString);
            assertEquals(0, api("unsubscribe", who + "}").size());
            JsonObject gone = peer.push("unsubscribe");
            assertEquals(2000, gone.getJsonObject("unsubscribe").getInt("code"));
            assertEquals(
                    0,
                    api(
                                    "refresh",
                                    "{\"user\":\"" + user + "\",\"expire_at\":"
                                            + (Instant.now().getEpochSecond() + 60) + "}")
                            .size());
            assertEquals(0, api("disconnect", "{\"user\":\"" + user + "\"}").size());
            assertEquals(3503, peer.awaitClose());
        }
        for (Map.Entry<String, Integer> each :
                Map.of("4321", 4321, "3000", 1006).entrySet()) {
            // P31: code 3000 is never on the wire.
            try (ProtocolPeer peer = connected(protobuf, ProtocolDoor.Profile.token(user))) {
                String why = "\"disconnect\":{\"code\":" + each.getKey() + ",\"reason\":\"go\"}}";
                assertEquals(
                        0,
                        api("disconnect", "{\"user\":\"" + user + "\"," + why).size());
                assertEquals(each.getValue(), peer.awaitClose());
            }
        }
        try (ProtocolPeer peer = connected(protobuf, ProtocolDoor.Profile.token(user))) {
            assertEquals(
                    0,
                    api("refresh", "{\"user\":\"" + user + "\",\"expired\":true}")
                            .size());
            assertEquals(3005, peer.awaitClose());
        }
    }

    @Test
    void theHttpApiTellsWhatThereIs() {
        // M7, M8: what is read, several calls in one, and how errors and keys are answered.
        String channel = "read-" + user;
        String named = "{\"channel\":\"" + channel + "\"";
        try (ProtocolPeer peer = connected(false, ProtocolDoor.Profile.token(user))) {
            assertTrue(peer.ask(2, subscribe(channel, "")).containsKey("subscribe"));
            JsonArray responses = api("broadcast", "{\"channels\":[\"" + channel + "\",\"x\"],\"data\":1}")
                    .getJsonArray("responses");
            assertEquals(1, responses.getJsonObject(0).getJsonObject("result").getInt("offset"));
            String once = named + ",\"data\":2,\"idempotency_key\":\"k\"}";
            assertEquals(api("publish", once), api("publish", once));
            assertEquals(
                    1, api("presence", named + "}").getJsonObject("presence").size());
            assertEquals(1, api("presence_stats", named + "}").getInt("num_users"));
            JsonObject channels = api("channels", "{\"pattern\":\"read-*\"}").getJsonObject("channels");
            assertEquals(1, channels.getJsonObject(channel).getInt("num_clients"));
            JsonObject node = api("info", "{}").getJsonArray("nodes").getJsonObject(0);
            assertTrue(node.getInt("num_clients") >= 1 && node.getInt("num_channels") >= 1, node::toString);
            JsonArray replies = JsonFields.object(
                            post("batch", "{\"commands\":[{\"publish\":" + named + ",\"data\":3}},{\"nothing\":{}}]}")
                                    .text())
                    .getJsonArray("replies");
            assertEquals(3, replies.getJsonObject(0).getJsonObject("publish").getInt("offset"));
            assertEquals(104, replies.getJsonObject(1).getJsonObject("error").getInt("code"));
            assertEquals(
                    3,
                    api("history", named + ",\"limit\":9}")
                            .getJsonArray("publications")
                            .size());
            assertEquals(0, api("history_remove", named + "}").size());
            JsonObject empty = api("history", named + ",\"limit\":9}");
            assertEquals(0, empty.getJsonArray("publications").size());
            assertEquals(3, empty.getInt("offset"));
        }
        String json = "{\"user\":\"" + user + "\",\"disconnect\":{\"code\":3001,\"reason\":\"42\"}}";
        assertEquals(
                107,
                JsonFields.object(post("disconnect", json).text())
                        .getJsonObject("error")
                        .getInt("code"));
        assertEquals(
                400,
                post("disconnect", json, "X-Centrifugo-Error-Mode", "transport").status());
        assertEquals(
                404,
                post("nothing", "{}", "X-Centrifugo-Error-Mode", "transport").status());
        assertEquals(200, post("info", "{}", "X-API-Key", "test-api-key").status());
        assertEquals(
                200, post("info", "{}", "Authorization", "apikey test-api-key").status());
        assertEquals(401, post("info", "{}", "X-API-Key", "another").status());
    }

    private static ProtocolPeer anonymous(boolean protobuf) {
        return connected(protobuf, "");
    }

    private static ProtocolPeer connected(boolean protobuf, String token) {
        ProtocolPeer peer = new ProtocolPeer(profile.address(), protobuf);
        JsonObject reply = peer.ask(1, "\"connect\":{" + token(token).substring(1) + "}");
        assertTrue(reply.containsKey("connect"), reply::toString);
        return peer;
    }

    private static JsonObject member(JsonObject push) {
        return push.getJsonObject(push.containsKey("join") ? "join" : "leave").getJsonObject("info");
    }

    private static String subscribe(String channel, String more) {
        return "\"subscribe\":{\"channel\":\"" + channel + "\"" + more + "}";
    }

    private static String token(String token) {
        return ",\"token\":\"" + token + "\"";
    }

    /// The result of one call.
    private static JsonObject api(String method, String parameters) {
        JsonObject answer = JsonFields.object(post(method, parameters).text());
        assertTrue(answer.containsKey("result"), answer::toString);
        return answer.getJsonObject("result");
    }

    private static Reply post(String method, String parameters, String... header) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(profile.apiAddress() + method))
                .POST(BodyPublishers.ofString(parameters));
        if (header.length > 0) {
            request.headers(header);
        }
        return new Rest(profile.apiAddress()).send(request.build());
    }
}
