package parley.sessions.internal.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Resume;
import parley.sessions.internal.transport.Encoding;

/// P3 to P5 for JSON: what is tolerated, what is not, and that payloads come through.
class JsonReaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\" :\t1.50,\"a\":\"\\u0041\"}",
                "[ ]",
                "\"text with \\\"quotes\\\" and \\n\"",
                "\"h\u00e9 \ud83d\ude00\"",
                "0.10",
                "-1e400",
                "12345678901234567890123",
                "true",
                "false",
                "{\"x\":{\"y\":[{}]}} ",
                "\"\""
            })
    void aPayloadIsKeptByteForByte(String data) throws Violation {
        // P5. "A payload is handed on byte for byte, but for raw line feeds" - wherever it stands.
        String trimmed = data.strip();
        assertEquals(trimmed, payload("{\"id\":1,\"rpc\":{\"data\":" + data + ",\"method\":\"m\"}}"));
        assertEquals(trimmed, payload("{\"rpc\":{\"method\":\"m\",\"data\":" + data + "},\"id\":1}"));
        assertEquals(trimmed, payload("{\"rpc\":{\"data\": " + data + "}, \"id\":1}"));
        assertEquals(trimmed, payload("  {}\n{\"rpc\":{\"data\": " + data + "\n}, \"id\":1}\n"));
    }

    @Test
    void rawLineFeedsOfAPayloadAreLeftOut() throws Violation {
        // P5. "... but for raw line feeds outside of strings."
        assertEquals(
                "{  \"a\":[1,2]  ,\"b\":\"\\n\"}",
                payload("{\"rpc\":{\"data\":{\n  \"a\":[1,\n2]  \n,\"b\":\"\\n\"}},\"id\":1}"));
    }

    @Test
    void nullEqualsAbsentAndUnknownIsIgnored() throws Violation {
        // P4. "Unknown members are ignored; null equals an absent member."
        String text = "{\"x\":[{\"id\":5}],\"id\":3,\"connect\":null,\"error\":{\"connect\":{}},"
                + "\"history\":{\"channel\":\"c\",\"limit\":null,\"since\":null,\"reverse\":null,\"more\":{\"a\":[]}}}";
        assertEquals(List.of(new Command(3, new Request.History("c", 0, null, false))), decode(text));
        assertEquals(List.of(new Command(3, new Request.Rpc("", null))), decode("{\"id\":3,\"rpc\":{\"data\":null}}"));
        assertEquals(List.of(Command.PONG), decode("{\"ping\":null,\"id\":null}"));
        assertEquals(
                List.of(new Command(3, new Request.Connect("", null, Map.of("a", Resume.NONE), "", "", Map.of()))),
                decode("{\"id\":3,\"connect\":{\"subs\":{\"a\":null},\"headers\":null,\"token\":null}}"));
    }

    @Test
    void theFirstRequestInTheOrderOfThePrecedenceCounts() throws Violation {
        // P8. "If a command holds several requests, the first of this order counts: ..."
        String text = "{\"id\":1,\"sub_refresh\":{\"channel\":\"a\"},\"refresh\":{},\"send\":{},\"rpc\":{},"
                + "\"history\":{\"channel\":\"a\"},\"publish\":{\"channel\":\"p\"}}";
        assertEquals(List.of(new Command(1, new Request.Publish("p", null, 0))), decode(text));
        assertEquals(
                List.of(new Command(1, new Request.Ping())),
                decode("{\"id\":1,\"subscribe\":{\"channel\":\"a\"},\"ping\":{}}"));
    }

    @Test
    void offsetsAreUnsigned() throws Violation {
        // P10. An offset is an unsigned number of 64 bits; one above every head is simply not resumable.
        String text = "{\"id\":1,\"connect\":{\"subs\":{\"a\":{\"recover\":true,\"offset\":18446744073709551615}}}}";
        assertEquals(
                List.of(new Command(
                        1, new Request.Connect("", null, Map.of("a", new Resume(true, -1, "")), "", "", Map.of()))),
                decode(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\n",
                "null",
                "1",
                "[]",
                "\"{}\"",
                "{",
                "{}}",
                "{\"id\":1",
                "{\"id\":1}{",
                "{\"id\":-1}",
                "{\"id\":1.5}",
                "{\"id\":\"1\"}",
                "{\"id\":4294967296}",
                "{\"id\":1,\"id\":2}",
                "{\"id\":99999999999999999999999999}",
                "{\"id\":1,\"rpc\":[]}",
                "{\"id\":1,\"rpc\":1}",
                "{\"id\":1,\"rpc\":{},\"rpc\":{}}",
                "{\"id\":1,\"rpc\":{\"data\":1,\"data\":2}}",
                "{\"id\":1,\"rpc\":{\"data\":}}",
                "{\"id\":1,\"rpc\":{\"data\":{\"a\":1}",
                "{\"id\":1,\"rpc\":{\"data\":\"a\nb\"}}",
                "{\"id\":1,\"rpc\":{\"data\":nul}}",
                "{\"id\":1,\"rpc\":{\"method\":1}}",
                "{\"id\":1,\"rpc\":{\"data\":'a'}}",
                "{\"id\":1,\"rpc\":{\"data\":NaN}}",
                "{\"id\":1,\"rpc\":{\"data\":01}}",
                "{\"id\":1,\"rpc\":{\"data\":[1,]}}",
                "{\"id\":1,\"rpc\":{\"data\":1}/**/}",
                "{\"id\":1,\"rpc\":{\"data\":\"\\x\"}}",
                "{\"id\":1,\"history\":{\"limit\":2147483648}}",
                "{\"id\":1,\"history\":{\"since\":{\"offset\":-1}}}",
                "{\"id\":1,\"history\":{\"since\":{\"offset\":18446744073709551616}}}",
                "{\"id\":1,\"history\":{\"reverse\":1}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"a\":{},\"a\":{}}}}",
                "{\"id\":1,\"connect\":{\"headers\":{\"a\":\"b\",\"a\":\"c\"}}}",
                "{\"id\":1,\"connect\":{\"headers\":{\"a\":1}}}",
                "\u00ef\u00bb\u00bf[]"
            })
    void brokenInputIsAViolation(String text) {
        // P3. "A frame that cannot be read ends the connection with 3501."
        assertThrows(Violation.class, () -> decode(text));
    }

    @Test
    void nestingIsLimited() throws Violation {
        // P3. "... deeper than 64 levels ..."
        int room = JsonValues.DEPTH_MAX - 2;
        String deepest = "[".repeat(room) + "]".repeat(room);
        assertEquals(deepest, payload("{\"id\":1,\"rpc\":{\"data\":" + deepest + "}}"));
        assertThrows(Violation.class, () -> decode("{\"id\":1,\"rpc\":{\"data\":[" + deepest + "]}}"));
        assertThrows(Violation.class, () -> decode("{\"id\":1,\"x\":[[" + deepest + "]]}"));
        assertThrows(Violation.class, () -> decode("{\"a\":".repeat(100_000)));
    }

    @Test
    void invalidUtf8IsAViolation() {
        // P3. The transport checks text frames already; the reader does not rely on it for names.
        byte[] text = "{\"id\":1,\"rpc\":{\"method\":\"aa\"}}".getBytes(StandardCharsets.UTF_8);
        text[text.length - 5] = (byte) 0xc3;
        assertThrows(Violation.class, () -> Codecs.of(Encoding.JSON).decode(text, 0, text.length));
    }

    private static String payload(String text) throws Violation {
        Request request = decode(text).getLast().request();
        if (request instanceof Request.Rpc rpc && rpc.data() != null) {
            return new String(rpc.data().toByteArray(), StandardCharsets.UTF_8);
        }
        throw new AssertionError("not an rpc with data: " + request);
    }

    private static List<Command> decode(String text) throws Violation {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Codecs.of(Encoding.JSON).decode(bytes, 0, bytes.length);
    }
}
