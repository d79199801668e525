package parley.sessions.internal.protocol.codec;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.FrameBytes;

/// P1: both encodings carry the same messages, byte for byte as the schema and the peers have them.
class CodecTest {
    private static final Codec JSON = Codecs.of(Encoding.JSON);
    private static final Codec PROTOBUF = Codecs.of(Encoding.PROTOBUF);

    static Stream<Messages.Vector> commands() {
        return Messages.of("command").stream();
    }

    static Stream<Messages.Vector> replies() {
        return Messages.of("reply").stream().filter(vector -> !vector.name().equals("ping"));
    }

    static Stream<Messages.Vector> pushes() {
        return Messages.of("push").stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandIsReadFromBothEncodings(Messages.Vector vector) throws Violation {
        // P1. "Every message of the schema that a client may send is understood."
        Command expected = Messages.commands().get(vector.name());
        assertNotNull(expected);
        assertEquals(List.of(expected), decode(JSON, vector.json()));
        assertEquals(List.of(expected), decode(PROTOBUF, vector.protobuf()));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void aReplyIsWrittenInBothEncodings(Messages.Vector vector) {
        // P1, P4. "Zero values are left out, except ..."; results are present even when empty.
        Messages.Reply reply = Messages.replies().get(vector.name());
        assertNotNull(reply);
        assertText(vector.json(), JSON.reply(reply.id(), reply.answer()));
        assertHex(vector.protobuf(), PROTOBUF.reply(reply.id(), reply.answer()));
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void aPushIsWrittenInBothEncodings(Messages.Vector vector) {
        // P1. A push is the same bytes for every receiver of one encoding.
        Push push = Messages.pushes().get(vector.name());
        assertNotNull(push);
        assertText(vector.json(), JSON.push(push));
        assertHex(vector.protobuf(), PROTOBUF.push(push));
    }

    @Test
    void everyVectorHasItsObjectAndViceVersa() {
        // Nothing in the tables is left unchecked.
        assertEquals(Messages.commands().size(), commands().count());
        assertEquals(Messages.replies().size(), replies().count());
        assertEquals(Messages.pushes().size(), pushes().count());
    }

    @Test
    void thePingIsAnEmptyReply() {
        // P30. "A ping is an empty reply: `{}`, or one byte 0."
        assertText("{}".getBytes(StandardCharsets.UTF_8), JSON.ping());
        assertHex(new byte[] {0}, PROTOBUF.ping());
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void aFrameCarriesManyCommands(Encoding encoding) throws Violation {
        // P2. "A frame holds one message or more"; one line feed at the end is tolerated.
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        List<Command> expected = new ArrayList<>();
        for (Messages.Vector vector : Messages.of("command")) {
            if (encoding == Encoding.JSON) {
                frame.writeBytes(vector.json());
                frame.write('\n');
            } else {
                frame.writeBytes(vector.protobuf());
            }
            expected.add(Messages.commands().get(vector.name()));
        }
        assertEquals(expected, decode(Codecs.of(encoding), frame.toByteArray()));
    }

    @Test
    void joinedMessagesAreOneFrame() {
        // P2. "JSON messages are separated by exactly one line feed; Protobuf messages follow each other."
        List<byte[]> two =
                List.of("{}".getBytes(StandardCharsets.UTF_8), "{\"id\":1}".getBytes(StandardCharsets.UTF_8));
        assertText("{}\n{\"id\":1}".getBytes(StandardCharsets.UTF_8), Joined.of(two, 1));
        assertHex(new byte[] {0, 2, 8, 1}, Joined.of(List.of(new byte[] {0}, new byte[] {2, 8, 1}), 0));
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void anEmptyFrameIsAViolation(Encoding encoding) {
        // P3. "A frame that holds no command, or cannot be read, ends the connection with 3501."
        assertThrows(Violation.class, () -> decode(Codecs.of(encoding), new byte[0]));
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void aSliceOfALargerArrayIsReadAsIfAlone(Encoding encoding) throws Violation {
        // The transport hands over a part of its own buffer; nothing around it may be seen or kept.
        Messages.Vector rpc = Messages.of("command").stream()
                .filter(vector -> vector.name().equals("rpc"))
                .findFirst()
                .orElseThrow();
        byte[] message = encoding == Encoding.JSON ? rpc.json() : rpc.protobuf();
        byte[] buffer = new byte[message.length + 20];
        Arrays.fill(buffer, (byte) '7');
        System.arraycopy(message, 0, buffer, 11, message.length);
        List<Command> commands = Codecs.of(encoding).decode(buffer, 11, message.length);
        Arrays.fill(buffer, (byte) 0);
        assertEquals(List.of(Messages.commands().get("rpc")), commands);
    }

    @Test
    void anEncodedPushIsEncodedOncePerEncoding() {
        // P6. "A push is encoded once per encoding, for all who get it."
        EncodedPush push = new EncodedPush(new Push.Message(Payload.json("1")));
        assertSame(push.frame(Encoding.JSON), push.frame(Encoding.JSON));
        assertSame(push.frame(Encoding.PROTOBUF), push.frame(Encoding.PROTOBUF));
        EncodedPush run = EncodedPush.run(
                List.of(Messages.pushes().get("join"), Messages.pushes().get("leave")));
        assertText(
                ("{\"push\":{\"channel\":\"c:81\",\"join\":{\"info\":{\"user\":\"7\",\"client\":\"x\"}}}}\n"
                                + "{\"push\":{\"channel\":\"c:81\",\"leave\":{\"info\":{\"user\":\"7\",\"client\":\"x\"}}}}")
                        .getBytes(StandardCharsets.UTF_8),
                FrameBytes.payload(requireNonNull(run.frame(Encoding.JSON))));
    }

    @Test
    void aPayloadThatIsNotJsonGoesToProtobufOnly() {
        // P5. "A payload that is not JSON cannot be delivered to a JSON connection."
        for (String bad : List.of("{", "hello", "{}{}", "", "[1,]", "\u0001")) {
            Payload payload = Payload.opaque(bad.getBytes(StandardCharsets.UTF_8));
            EncodedPush push = new EncodedPush(new Push.Message(payload));
            assertNotNull(push.frame(Encoding.PROTOBUF));
            if (!bad.isEmpty()) {
                assertNull(push.frame(Encoding.JSON));
            }
        }
    }

    @Test
    void aProtobufPayloadThatIsJsonLosesOnlyItsLineFeeds() {
        // P5. "The only change is that raw line feeds are left out."
        Payload pretty = Payload.opaque("{\n  \"a\": [1,\r\n2],\n\"b\":\"x\\n\"}\n".getBytes(StandardCharsets.UTF_8));
        byte[] written = JSON.push(new Push.Published("c", Publication.entry(1, pretty)));
        assertText(
                "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":{  \"a\": [1,\r2],\"b\":\"x\\n\"},\"offset\":1}}}"
                        .getBytes(StandardCharsets.UTF_8),
                written);
    }

    private static List<Command> decode(Codec codec, byte[] frame) throws Violation {
        return codec.decode(frame, 0, frame.length);
    }

    private static void assertText(byte[] expected, byte @Nullable [] actual) {
        assertEquals(new String(expected, StandardCharsets.UTF_8), new String(actual, StandardCharsets.UTF_8));
        assertArrayEquals(expected, actual);
    }

    private static void assertHex(byte[] expected, byte @Nullable [] actual) {
        assertNotNull(actual);
        assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(actual));
    }
}
