package parley.sessions.internal.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Takes the client's mask off (RFC 6455 section 5.3), in place. A mask is an int whose highest byte is
/// the first on the wire. Pure functions.
final class Mask {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Mask() {}

    /// Unmasks `[from, to)` and returns the mask as it applies to the byte that follows.
    static int apply(int mask, byte[] bytes, int from, int to) {
        long twice = (long) mask << 32 | (mask & 0xffffffffL);
        int at = from;
        for (; at <= to - 8; at += 8) {
            EIGHT.set(bytes, at, (long) EIGHT.get(bytes, at) ^ twice);
        }
        int rest = mask;
        for (; at < to; at++) {
            bytes[at] ^= (byte) (rest >>> 24);
            rest = Integer.rotateLeft(rest, 8);
        }
        return rest;
    }
}
