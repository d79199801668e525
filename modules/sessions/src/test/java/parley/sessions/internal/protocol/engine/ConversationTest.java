package parley.sessions.internal.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.sessions.internal.protocol.codec.Codecs;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.profile.MemoryBackend;
import parley.sessions.internal.protocol.profile.TestTokens;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;
import parley.sessions.internal.transport.FrameBytes;

/// One conversation from connect to recovery, byte for byte, in both encodings (P1, P8, P14, P21 to
/// P23).
class ConversationTest {
    private static final Result.Subscribed ROOM = Result.Subscribed.fresh("e1", 0);

    private final MemoryBackend backend = MemoryBackend.endless();

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void aConversation(Encoding encoding) {
        // P1, P8, P14, P21 to P23, from connect to a recovery that is not possible.
        Peer peer = new Peer(backend, encoding, ProtocolLimits.DEFAULT, false);
        String client = connect(peer, encoding, "", Map.of("#7", ROOM));
        peer.send("{\"id\":2,\"subscribe\":{\"channel\":\"room\",\"flag\":1}}");
        expect(peer, encoding, reply(2, ROOM));
        peer.send("{\"id\":3,\"publish\":{\"channel\":\"room\",\"data\":{\"text\":\"one\"}}}", rpc(4, "{\"a\":1}"));
        expect(peer, encoding, pub("room", 1, "{\"text\":\"one\"}", client), reply(3, new Result.Published()), echo(4));
        peer.send("{\"id\":5,\"subscribe\":{\"channel\":\"room\"}}", "{\"id\":6,\"subscribe\":{\"channel\":\"#7\"}}");
        expect(peer, encoding, reply(5, ProtocolError.ALREADY_SUBSCRIBED), reply(6, ProtocolError.ALREADY_SUBSCRIBED));
        peer.send("{\"id\":7,\"history\":{\"channel\":\"room\",\"limit\":5}}", "{\"send\":{\"data\":[7]}}", "{}");
        Publication one = new Publication(Payload.json("{\"text\":\"one\"}"), ClientInfo.of("7", client), 1, Map.of());
        expect(peer, encoding, reply(7, new Result.Past(List.of(one), "e1", 1)), new Push.Message(Payload.json("[7]")));
        peer.send(
                "{\"id\":8,\"presence\":{\"channel\":\"room\"}}",
                "{\"id\":9,\"presence_stats\":{\"channel\":\"room\"}}");
        expect(
                peer,
                encoding,
                reply(8, new Result.Present(Map.of(client, ClientInfo.of("7", client)))),
                reply(9, new Result.PresenceCounted(1, 1)));
        peer.send("{\"id\":10,\"rpc\":{\"method\":\"none\"}}", "{\"id\":11,\"unsubscribe\":{\"channel\":\"room\"}}");
        backend.channel("room").publish(Payload.json("2"), null);
        expect(peer, encoding, reply(10, ProtocolError.NOT_AVAILABLE), reply(11, new Result.Unsubscribed()));
        peer.end();
        recover(encoding);
        cannotRecover(encoding);
    }

    /// Another connection of the same client goes on where the first one was.
    private void recover(Encoding encoding) {
        backend.channel("#7").publish(Payload.json("\"a\""), null);
        backend.channel("#7").publish(Payload.json("\"b\""), null);
        Peer peer = new Peer(backend, encoding, ProtocolLimits.DEFAULT, false);
        List<Publication> missed = List.of(Publication.entry(1, Payload.json("\"a\"")), entry(2, "\"b\""));
        Result.Subscribed resumed = Result.Subscribed.resumed("e1", 0, missed);
        String client = connect(peer, encoding, "{\"#7\":{\"recover\":true,\"epoch\":\"e1\"}}", Map.of("#7", resumed));
        backend.channel("#7").publish(Payload.json("\"c\""), ClientInfo.of("8", client));
        expect(
                peer,
                encoding,
                new Push.Published(
                        "#7", new Publication(Payload.json("\"c\""), ClientInfo.of("8", client), 3, Map.of())));
        peer.send("{\"id\":2,\"subscribe\":{\"channel\":\"room\",\"recover\":true,\"offset\":1,\"epoch\":\"\"}}");
        expect(peer, encoding, reply(2, Result.Subscribed.resumed("e1", 1, List.of(entry(2, "2")))));
        backend.channel("room").expel(_ -> true, 2500, "test");
        expect(peer, encoding, new Push.Unsubscribed("room", 2500, "test"));
        backend.channel("room").publish(Payload.json("3"), null);
        expect(peer, encoding);
        peer.end();
    }

    private void cannotRecover(Encoding encoding) {
        backend.channel("#7").forget();
        Peer peer = new Peer(backend, encoding, ProtocolLimits.DEFAULT, false);
        Result.Subscribed lost = Result.Subscribed.notResumed("e2", 0);
        String unused = connect(
                peer, encoding, "{\"#7\":{\"recover\":true,\"offset\":3,\"epoch\":\"e1\"}}", Map.of("#7", lost));
        peer.send(
                "{\"id\":2,\"subscribe\":{\"channel\":\"room\",\"recover\":true,\"epoch\":\"_\",\"flag\":3}}",
                "{\"id\":3,\"subscribe\":{\"channel\":\"room\",\"recover\":true,\"offset\":99,\"epoch\":\"e1\"}}");
        expect(
                peer,
                encoding,
                reply(2, ProtocolError.UNRECOVERABLE_POSITION),
                reply(3, Result.Subscribed.notResumed("e1", 3)));
        peer.end();
    }

    /// Connects as user 7 and gives the client id, which is the only part of the reply that is not
    /// known.
    private String connect(Peer peer, Encoding encoding, String subs, Map<String, Result.Subscribed> expected) {
        String presented = subs.isEmpty() ? "" : ",\"subs\":" + subs;
        peer.send("{\"id\":1,\"connect\":{\"token\":\"" + TestTokens.of("7") + "\"" + presented + "}}");
        byte[] reply = FrameBytes.payload(peer.takeFrames().getFirst());
        String text = new String(reply, StandardCharsets.ISO_8859_1);
        Matcher id = Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}").matcher(text);
        assertTrue(id.find());
        Map<String, Result.Subscribed> subscriptions = new LinkedHashMap<>(expected);
        Result.Connected connected = new Result.Connected(
                id.group(), "test", false, 0, Payload.json("{\"user\":\"7\"}"), subscriptions, 25, true);
        assertEquals(hex(Codecs.of(encoding).reply(1, connected)), hex(reply));
        return id.group();
    }

    private record Reply(int id, Answered answer) {}

    private static Reply reply(int id, Answered answer) {
        return new Reply(id, answer);
    }

    private static Reply echo(int id) {
        return new Reply(id, new Result.RpcAnswered(Payload.json("{\"a\":1}")));
    }

    private static String rpc(int id, String data) {
        return "{\"id\":" + id + ",\"rpc\":{\"method\":\"echo\",\"data\":" + data + "}}";
    }

    private static Push pub(String channel, long offset, String data, String client) {
        return new Push.Published(
                channel, new Publication(Payload.json(data), ClientInfo.of("7", client), offset, Map.of()));
    }

    private static Publication entry(long offset, String data) {
        return Publication.entry(offset, Payload.json(data));
    }

    /// All that came since the last time are these replies and pushes, in this order.
    private static void expect(Peer peer, Encoding encoding, Object... messages) {
        List<String> expected = Arrays.stream(messages)
                .map(message -> switch (message) {
                    case Reply(int id, Answered answer) -> Codecs.of(encoding).reply(id, answer);
                    case Push push -> Codecs.of(encoding).push(push);
                    default -> throw new IllegalArgumentException();
                })
                .map(ConversationTest::hex)
                .toList();
        List<String> actual = new ArrayList<>();
        for (Frame frame : peer.takeFrames()) {
            assertEquals(encoding == Encoding.JSON, FrameBytes.isText(frame));
            actual.add(hex(FrameBytes.payload(frame)));
        }
        assertEquals(expected, actual);
    }

    private static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "" : HexFormat.of().formatHex(bytes);
    }
}
