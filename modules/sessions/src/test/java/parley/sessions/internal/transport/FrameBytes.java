package parley.sessions.internal.transport;

import java.util.Arrays;

/// Looks into frames, for tests of what is written to a connection.
public final class FrameBytes {
    private FrameBytes() {}

    public static byte[] payload(Frame frame) {
        byte[] wire = wire(frame);
        int length = wire[1] & 0x7f;
        int header = length < 126 ? 2 : length == 126 ? 4 : 10;
        return Arrays.copyOfRange(wire, header, wire.length);
    }

    public static boolean isText(Frame frame) {
        return (wire(frame)[0] & 0x0f) == Frame.TEXT;
    }

    public static boolean isNativePing(Frame frame) {
        return (wire(frame)[0] & 0x0f) == Frame.PING;
    }

    private static byte[] wire(Frame frame) {
        byte[] wire = new byte[frame.size()];
        frame.copyTo(wire, 0, 0, wire.length);
        return wire;
    }
}
