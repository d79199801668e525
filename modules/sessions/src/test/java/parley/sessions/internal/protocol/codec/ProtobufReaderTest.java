package parley.sessions.internal.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.transport.Encoding;

/// P3 and P4 for Protobuf: unknown fields are skipped, nothing is read beyond its limits.
class ProtobufReaderTest {

    @Test
    void unknownFieldsOfEveryWireTypeAreSkipped() throws Violation {
        // P4. "Unknown fields are skipped."
        // id 3; field 100: varint, fixed64, bytes, fixed32; reserved field 2; rpc with field 9 in it.
        String message = "0803" + "a00601" + "a1060102030405060708" + "a2060361" + "6263" + "a50601020304" + "1005"
                + "6a05" + "120161" + "4801";
        assertEquals(List.of(new Command(3, new Request.Rpc("a", null))), decode(delimited(message)));
    }

    @Test
    void theLastOfARepeatedFieldCounts() throws Violation {
        // P4. "Of a repeated scalar the last one counts."
        assertEquals(
                List.of(new Command(4, new Request.Rpc("b", null))),
                decode(delimited("0803" + "0804" + "6a06" + "120161" + "120162")));
    }

    @Test
    void anIdOfMoreThan32BitsIsCutAsTheStandardSays() throws Violation {
        // Protobuf truncates a varint that is too large for its field.
        assertEquals(List.of(new Command(1, new Request.Ping())), decode(delimited("088180808010" + "5a00")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01", // shorter than its length
                "80", // truncated length
                "ffffffffff01", // length beyond everything
                "ffffffffffffffffff01", // length beyond 63 bits
                "ffffffffffffffffffff01", // varint of eleven bytes
                "ffffffffffffffffff02", // varint of 65 bits
                "0208", // field without value (and shorter than said)
                "0108", // field without value
                "020880", // truncated varint
                "0b0880808080808080808080", // endless varint
                "020001", // field number 0
                "020b01", // wire type 3, a group
                "020c01", // wire type 4
                "020e01", // wire type 6
                "020f01", // wire type 7
                "020a00", // id with the wrong wire type
                "026801", // rpc with the wrong wire type
                "036a0512", // rpc longer than the command
                "046a021205", // method longer than the rpc
                "056a03120561", // method longer than the rpc, bytes follow in the command
                "056a031201ff", // method is not UTF-8
                "066a04120261c3", // method ends inside a character
                "04a10601", // fixed64 cut
                "04a50601", // fixed32 cut
                "04a20605", // bytes cut
                "088085808080808010" // field number beyond 29 bits
            })
    void brokenInputIsAViolation(String hex) {
        // P3. "A frame that cannot be read ends the connection with 3501."
        assertThrows(Violation.class, () -> decode(hex));
    }

    private static String delimited(String hex) {
        return HexFormat.of().toHexDigits((byte) (hex.length() / 2)) + hex;
    }

    private static List<Command> decode(String hex) throws Violation {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return Codecs.of(Encoding.PROTOBUF).decode(bytes, 0, bytes.length);
    }
}
