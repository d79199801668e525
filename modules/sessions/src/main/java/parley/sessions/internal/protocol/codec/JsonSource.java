package parley.sessions.internal.protocol.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;

/// Walks through the JSON documents of one frame. After [#member] the parser stands on the member's
/// value, which must be read or skipped before the next call. One thread.
final class JsonSource {
    private final JsonParser parser;
    private final byte[] frame;
    private final int offset;

    JsonSource(JsonParser parser, byte[] frame, int offset) {
        this.parser = parser;
        this.frame = frame;
        this.offset = offset;
    }

    /// Goes to the next document of the frame; false at its end.
    boolean nextDocument() throws IOException {
        return parser.nextToken() != null;
    }

    /// Goes into the object that the parser stands on. Gives an empty set for [#once].
    long enter() throws Violation {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Violation("an object is expected");
        }
        return 0;
    }

    /// The name of the next member, null at the end of the object.
    @Nullable
    String member() throws IOException {
        String name = parser.nextFieldName();
        if (name != null) {
            JsonToken unused = parser.nextToken();
        }
        return name;
    }

    /// `seen` with `number` in it, which was not in it before.
    long once(long seen, int number) throws Violation {
        long bit = 1L << number;
        if ((seen & bit) != 0) {
            throw new Violation("member twice");
        }
        return seen | bit;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    void skip() throws IOException {
        JsonParser unused = parser.skipChildren();
    }

    String string() throws IOException, Violation {
        if (isNull()) {
            return "";
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new Violation("a string is expected");
        }
        return parser.getText();
    }

    boolean flag() throws Violation {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE, VALUE_NULL -> false;
            case null, default -> throw new Violation("true or false is expected");
        };
    }

    int uint32() throws IOException, Violation {
        long value = int64();
        if (value < 0 || value > 0xffff_ffffL) {
            throw new Violation("a number of 32 bits is expected");
        }
        return (int) value;
    }

    int int32() throws IOException, Violation {
        long value = int64();
        if (value != (int) value) {
            throw new Violation("a number of 32 bits is expected");
        }
        return (int) value;
    }

    /// A whole number of 64 bits; one that only fits unsigned comes as its two's complement.
    long uint64() throws IOException, Violation {
        if (isInteger() && parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            try {
                return Long.parseUnsignedLong(parser.getText());
            } catch (NumberFormatException e) {
                throw new Violation("a number of 64 bits is expected");
            }
        }
        long value = int64();
        if (value < 0) {
            throw new Violation("a number from 0 on is expected");
        }
        return value;
    }

    long int64() throws IOException, Violation {
        if (isNull()) {
            return 0;
        }
        if (!isInteger() || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new Violation("a whole number is expected");
        }
        return parser.getLongValue();
    }

    /// The value itself, byte for byte but for raw line feeds; null for `null`. The only copy that is
    /// made of it.
    @Nullable
    Payload payload() throws IOException {
        if (isNull()) {
            return null;
        }
        int from = offset + (int) parser.currentTokenLocation().getByteOffset();
        JsonParser unused = parser.skipChildren();
        parser.finishToken();
        int to = offset + (int) parser.currentLocation().getByteOffset();
        return Payload.json(withoutLineFeeds(from, to));
    }

    private boolean isInteger() {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
    }

    private byte[] withoutLineFeeds(int from, int to) {
        int feeds = 0;
        for (int i = from; i < to; i++) {
            if (frame[i] == '\n') {
                feeds++;
            }
        }
        if (feeds == 0) {
            return Arrays.copyOfRange(frame, from, to);
        }
        byte[] bytes = new byte[to - from - feeds];
        int at = 0;
        for (int i = from; i < to; i++) {
            if (frame[i] != '\n') {
                bytes[at++] = frame[i];
            }
        }
        return bytes;
    }
}
