package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import parley.sessions.Disconnect;

final class FrameTest {

    // T26: one whole unmasked frame, its length in the shortest of the three forms.
    @Test
    void headersAreShortest() {
        assertEquals("8100", header(Frame.text(new byte[0]), 2));
        assertEquals("817d", header(Frame.text(new byte[125]), 2));
        assertEquals("817e007e", header(Frame.text(new byte[126]), 4));
        assertEquals("827effff", header(Frame.binary(new byte[65_535]), 4));
        assertEquals("827f0000000000010000", header(Frame.binary(new byte[65_536]), 10));
        assertEquals(65_536 + 10, Frame.binary(new byte[65_536]).size());
    }

    // T26: the payload follows the header; a part of an array will do.
    @Test
    void payloadsAreCopied() {
        byte[] bytes = {1, 2, 3, 4};
        Frame frame = Frame.message(Encoding.PROTOBUF, bytes, 1, 2);
        bytes[1] = 9;
        assertEquals("82020203", header(frame, 4));
        assertEquals("81020904", header(Frame.message(Encoding.JSON, new byte[] {0, 9, 4}, 1, 2), 4));
        assertEquals("890107", header(Frame.ping(new byte[] {7}), 3));
    }

    // T29: a close frame carries code and reason; what may not be sent is a mistake of the caller.
    @Test
    void closeFramesCarryCodeAndReason() {
        assertEquals("88040bb96869", header(Frame.close(new Disconnect(3001, "hi")), 6));
        assertEquals("8800", header(Frame.closeWithoutCode(), 2));
        assertThrows(IllegalArgumentException.class, () -> Frame.close(new Disconnect(1006, "")));
        assertThrows(IllegalArgumentException.class, () -> Frame.close(new Disconnect(1000, "x".repeat(124))));
        assertThrows(IllegalArgumentException.class, () -> Frame.ping(new byte[126]));
    }

    private static String header(Frame frame, int bytes) {
        byte[] wire = new byte[bytes];
        frame.copyTo(wire, 0, 0, bytes);
        return HexFormat.of().formatHex(wire);
    }
}
