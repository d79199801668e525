package parley.sessions.internal.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks UTF-8 (RFC 3629) piece by piece: a piece may begin and end inside a character. The state
/// between two pieces is one int. Pure functions.
final class Utf8 {

    /// Nothing read yet, or everything read so far is whole characters.
    static final int WHOLE = 0;
    /// The text is not UTF-8, whatever follows.
    static final int INVALID = -1;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /// Reads on from `state` over `[from, to)` and returns the new state.
    static int check(int state, byte[] bytes, int from, int to) {
        int at = from;
        int now = state;
        while (at < to && now != INVALID) {
            if (now == WHOLE) {
                at = skipAscii(bytes, at, to);
                if (at < to) {
                    now = lead(bytes[at++] & 0xff);
                }
            } else {
                now = follow(now, bytes[at++] & 0xff);
            }
        }
        return now;
    }

    // A state inside a character: how many bytes are still to come, and the range of the next of them.
    private static int expect(int bytes, int lowest, int highest) {
        return bytes << 16 | lowest << 8 | highest;
    }

    private static int lead(int first) {
        if (first >= 0xc2 && first <= 0xdf) {
            return expect(1, 0x80, 0xbf);
        }
        if (first >= 0xe0 && first <= 0xef) {
            // E0 would be overlong below A0; ED would be a surrogate above 9F.
            return expect(2, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
        }
        if (first >= 0xf0 && first <= 0xf4) {
            // F0 would be overlong below 90; F4 would be beyond U+10FFFF above 8F.
            return expect(3, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
        }
        return INVALID;
    }

    private static int follow(int state, int next) {
        if (next < (state >>> 8 & 0xff) || next > (state & 0xff)) {
            return INVALID;
        }
        int left = (state >>> 16) - 1;
        return left == 0 ? WHOLE : expect(left, 0x80, 0xbf);
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - 8 && ((long) EIGHT.get(bytes, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
