package parley.sessions.internal.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import parley.sessions.internal.protocol.message.Payload;

/// Reads JSON within limits.
final class JsonValues {
    /// Nesting of a whole message, its payload included.
    static final int DEPTH_MAX = 64;

    /// Characters of one string; a frame is smaller anyway.
    static final int STRING_CHARS_MAX = 1 << 20;

    static final int NUMBER_CHARS_MAX = 400;
    static final int NAME_CHARS_MAX = 4_096;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(STRING_CHARS_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxNameLength(NAME_CHARS_MAX)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonValues() {}

    /// Whether `payload` is exactly one JSON value.
    static boolean isOne(Payload payload) {
        try (JsonParser parser = FACTORY.createParser(payload.array(), payload.offset(), payload.length())) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
