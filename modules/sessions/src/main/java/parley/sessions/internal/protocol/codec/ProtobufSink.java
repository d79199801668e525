package parley.sessions.internal.protocol.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;

/// Writes Protobuf from the back to the front, so that the length of a nested message is known when its
/// turn comes and nothing is measured or moved. Fields are therefore given in descending order. Zero
/// values are left out. One thread.
final class ProtobufSink {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private byte[] bytes;
    private int start;

    ProtobufSink(int expected) {
        bytes = new byte[expected];
        start = expected;
    }

    /// All bytes; the sink is not to be used afterwards.
    byte[] take() {
        return start == 0 ? bytes : Arrays.copyOfRange(bytes, start, bytes.length);
    }

    /// Where a nested message ends: ask before its fields are written, give it to [#message].
    int end() {
        return bytes.length - start;
    }

    /// What was written since `end` becomes the nested message `field`, present even when empty.
    void message(int field, int end) {
        varint(bytes.length - start - end);
        tag(field, LENGTH_DELIMITED);
    }

    /// What was written since `end` becomes a delimited message.
    void delimit(int end) {
        varint(bytes.length - start - end);
    }

    void number(int field, long value) {
        if (value != 0) {
            varint(value);
            tag(field, VARINT);
        }
    }

    void flag(int field, boolean value) {
        number(field, value ? 1 : 0);
    }

    void string(int field, String value) {
        if (!value.isEmpty()) {
            alwaysString(field, value);
        }
    }

    void alwaysString(int field, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        delimited(field, text, 0, text.length);
    }

    void payload(int field, @Nullable Payload value) {
        if (value != null && value.length() > 0) {
            delimited(field, value.array(), value.offset(), value.length());
        }
    }

    private void delimited(int field, byte[] source, int offset, int length) {
        room(length);
        start -= length;
        System.arraycopy(source, offset, bytes, start, length);
        varint(length);
        tag(field, LENGTH_DELIMITED);
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        int size = size(value);
        room(size);
        start -= size;
        int at = start;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at] = (byte) rest;
    }

    private static int size(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
        return (bits + 6) / 7;
    }

    private void room(int more) {
        if (start >= more) {
            return;
        }
        int used = bytes.length - start;
        byte[] larger = new byte[Math.max(bytes.length * 2, used + more)];
        System.arraycopy(bytes, start, larger, larger.length - used, used);
        start = larger.length - used;
        bytes = larger;
    }
}
