package parley.messaging.internal.conversation;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/// Numbers as opaque text for clients, with a check against typing errors; not a secret, since
/// everything that a cursor leads to is authorised again. Pure.
final class Cursor {
    private static final int CHECK_BYTES = 4;

    private Cursor() {}

    /// `kind` keeps the cursors of one list from being taken for those of another.
    static String encode(char kind, long... numbers) {
        byte[] bytes = new byte[1 + numbers.length * Long.BYTES + CHECK_BYTES];
        ByteBuffer out = ByteBuffer.wrap(bytes).put((byte) kind);
        for (long number : numbers) {
            out.putLong(number);
        }
        out.putInt(check(bytes, out.position()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The numbers of a cursor of `kind`; empty when `text` is none.
    static Optional<long[]> decode(char kind, String text, int numbers) {
        int length = 1 + numbers * Long.BYTES + CHECK_BYTES;
        byte[] bytes;
        try {
            bytes = text.length() > 2 * length
                    ? new byte[0]
                    : Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
        if (bytes.length != length || bytes[0] != kind) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(1);
        long[] values = new long[numbers];
        for (int i = 0; i < numbers; i++) {
            values[i] = in.getLong();
        }
        return in.getInt() == check(bytes, length - CHECK_BYTES) ? Optional.of(values) : Optional.empty();
    }

    private static int check(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
