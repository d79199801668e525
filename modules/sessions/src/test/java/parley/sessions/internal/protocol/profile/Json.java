package parley.sessions.internal.protocol.profile;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;

/// Payloads in the JSON of tokens and of the HTTP API: as they are, or in Base64 where they are bytes.
final class Json {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /// The payload in `field`, or in `b64field`; null if there is neither. Fails with
    /// `IllegalArgumentException` where that is not Base64.
    static @Nullable Payload payload(JsonNode from, String field, String b64field) {
        if (from.hasNonNull(b64field)) {
            return Payload.opaque(Base64.getDecoder().decode(from.path(b64field).asText()));
        }
        return from.hasNonNull(field) ? Payload.json(from.path(field).toString()) : null;
    }

    static void put(ObjectNode into, String field, String b64field, @Nullable Payload payload) {
        if (payload == null) {
            return;
        }
        byte[] bytes = payload.toByteArray();
        if (isJson(payload, bytes)) {
            into.putRawValue(field, new RawValue(new String(bytes, StandardCharsets.UTF_8)));
        } else {
            into.put(b64field, Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static boolean isJson(Payload payload, byte[] bytes) {
        if (payload.isJson()) {
            return true;
        }
        try {
            return !MAPPER.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(bytes)
                    .isMissingNode();
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
