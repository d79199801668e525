package parley.sessions.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;

/// Reads what a server sent on one connection, strictly.
final class FuzzOutput {

    private static final int INTERNAL_SERVER_ERROR = 3004;

    private FuzzOutput() {}

    /// The number of messages. They are whole, unmasked frames in the right encoding; a close frame is the last,
    /// and it is there unless the peer went away.
    static int check(byte[] wire, Encoding encoding, Ended ended) {
        ByteBuffer in = ByteBuffer.wrap(wire);
        int messages = 0;
        boolean closed = false;
        while (in.hasRemaining()) {
            assertTrue(!closed, "nothing comes behind a close frame");
            int first = in.get() & 0xff;
            assertEquals(0x80, first & 0xf0, "a whole frame without reserved bits");
            int second = in.get();
            assertTrue(second >= 0, "a server does not mask");
            long length = second == 126 ? in.getShort() & 0xffff : second == 127 ? in.getLong() : second;
            assertTrue(length <= in.remaining(), "a whole frame");
            byte[] payload = new byte[(int) length];
            in.get(payload);
            switch (first & 0x0f) {
                case Frame.TEXT -> {
                    assertEquals(Encoding.JSON, encoding);
                    assertEquals(Utf8.WHOLE, Utf8.check(Utf8.WHOLE, payload, 0, payload.length));
                    messages++;
                }
                case Frame.BINARY -> {
                    assertEquals(Encoding.PROTOBUF, encoding);
                    messages++;
                }
                case Frame.CLOSE -> {
                    closed = true;
                    // The answer to a client's close frame has the client's code.
                    boolean ours = ended.cause() != Ended.Cause.PEER_CLOSED && payload.length > 0;
                    assertTrue(!ours || code(payload) != INTERNAL_SERVER_ERROR, "no fault");
                }
                case Frame.PING, Frame.PONG -> assertTrue(payload.length <= Frame.CONTROL_PAYLOAD_MAX);
                default -> throw new AssertionError("opcode " + (first & 0x0f));
            }
        }
        assertNotEquals(closed, ended.cause() == Ended.Cause.LOST, ended::toString);
        return messages;
    }

    private static int code(byte[] payload) {
        return (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    }
}
