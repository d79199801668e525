package parley.sessions.internal.protocol.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;

/// Reads Protobuf fields from a slice of an array, strictly: nothing is taken from beyond the slice,
/// whatever lengths the bytes claim. One thread.
///
/// [#enter] narrows the slice to a nested message and [#leave] widens it again, so one object reads a
/// whole frame.
final class ProtobufSource {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final byte[] bytes;
    private int at;
    private int end;
    private int wireType;

    ProtobufSource(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        at = offset;
        end = offset + length;
    }

    boolean hasMore() {
        return at < end;
    }

    /// The number of the next field. Its value must be read or skipped before the next call.
    int field() throws Violation {
        long tag = varint();
        long field = tag >>> 3;
        if (field == 0 || tag >>> 32 != 0) {
            throw new Violation("field number");
        }
        wireType = (int) tag & 7;
        return (int) field;
    }

    long number() throws Violation {
        require(VARINT);
        return varint();
    }

    int int32() throws Violation {
        return (int) number();
    }

    boolean flag() throws Violation {
        return number() != 0;
    }

    String string() throws Violation {
        require(LENGTH_DELIMITED);
        int length = length();
        int from = at;
        at += length;
        for (int i = from; i < at; i++) {
            if (bytes[i] < 0) {
                return utf8(from, length);
            }
        }
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /// A copy of the bytes, the only one that is made; null when there are none, as an absent field.
    @Nullable
    Payload payload() throws Violation {
        require(LENGTH_DELIMITED);
        int length = length();
        int from = at;
        at += length;
        return length == 0 ? null : Payload.opaque(Arrays.copyOfRange(bytes, from, at));
    }

    /// Goes into a nested message; the value is for [#leave].
    int enter() throws Violation {
        require(LENGTH_DELIMITED);
        return enterDelimited();
    }

    /// Goes into a message that has its length in front.
    int enterDelimited() throws Violation {
        int length = length();
        int outer = end;
        end = at + length;
        return outer;
    }

    /// Back to the outer message, behind the nested one.
    void leave(int outer) {
        at = end;
        end = outer;
    }

    void skip() throws Violation {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED_64 -> advance(8);
            case LENGTH_DELIMITED -> advance(length());
            case FIXED_32 -> advance(4);
            default -> throw new Violation("wire type");
        }
    }

    private void require(int type) throws Violation {
        if (wireType != type) {
            throw new Violation("wire type");
        }
    }

    private int length() throws Violation {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new Violation("length");
        }
        return (int) length;
    }

    private void advance(int count) throws Violation {
        if (count > end - at) {
            throw new Violation("truncated");
        }
        at += count;
    }

    private long varint() throws Violation {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw new Violation("truncated varint");
            }
            byte b = bytes[at++];
            if (shift == 63 && (b & 0xfe) != 0) {
                throw new Violation("varint of more than 64 bits");
            }
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Violation("varint of more than 64 bits");
    }

    private String utf8(int from, int length) throws Violation {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Violation("text is not UTF-8");
        }
    }
}
