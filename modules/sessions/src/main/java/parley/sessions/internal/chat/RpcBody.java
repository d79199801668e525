package parley.sessions.internal.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// The JSON object that an rpc carries, read strictly: known fields only, each once, each of its type.
/// Every accessor throws [BadInput] with the field and the rule. A `null` counts as absent. Not
/// thread-safe; used by one call.
final class RpcBody {
    /// The largest number that every JSON reader takes for what it is.
    static final long NUMBER_MAX = (1L << 53) - 1;

    private static final int DEPTH_MAX = 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(40)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// What a field held: its token, its text (scalars) and its bytes as they came.
    @SuppressWarnings("ArrayRecordComponent")
    private record Field(JsonToken token, String text, byte[] raw, List<String> items) {}

    private final Map<String, Field> fields;

    private RpcBody(Map<String, Field> fields) {
        this.fields = fields;
    }

    /// Reads `data`, which must be one JSON object (no bytes at all = an empty one) with no other fields
    /// than `known`.
    static RpcBody read(byte @Nullable [] data, String... known) {
        if (data == null || data.length == 0) {
            return new RpcBody(Map.of());
        }
        try (JsonParser in = JSON.createParser(data)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new BadInput("data", "must be a JSON object");
            }
            Map<String, Field> fields = readFields(in, data, List.of(known));
            if (in.nextToken() != null) {
                throw new BadInput("data", "must be one JSON object");
            }
            return new RpcBody(fields);
        } catch (IOException malformed) {
            throw new BadInput("data", "must be well-formed JSON, no deeper than " + DEPTH_MAX + ", each key once");
        }
    }

    private static Map<String, Field> readFields(JsonParser in, byte[] data, List<String> known) throws IOException {
        Map<String, Field> fields = new HashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            if (!known.contains(name)) {
                throw new BadInput(BadInput.shown(name), "unknown field, known are " + String.join(", ", known));
            }
            Field field = readField(in, data);
            if (field.token != JsonToken.VALUE_NULL) {
                fields.put(name, field);
            }
        }
        return fields;
    }

    private static Field readField(JsonParser in, byte[] data) throws IOException {
        JsonToken token = in.nextToken();
        int from = (int) in.currentTokenLocation().getByteOffset();
        String text = token.isScalarValue() ? in.getText() : "";
        List<String> items = new ArrayList<>();
        if (token == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY) {
                items.add(in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : "");
                in.skipChildren();
            }
        } else {
            in.skipChildren();
            in.finishToken();
        }
        int to = (int) in.currentLocation().getByteOffset();
        return new Field(token, text, Arrays.copyOfRange(data, from, to), items);
    }

    /// Fields that do not go with what the others say.
    void refuse(String... names) {
        for (String name : names) {
            if (has(name)) {
                throw new BadInput(name, "does not belong to this kind");
            }
        }
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    private Field required(String name) {
        Field field = fields.get(name);
        if (field == null) {
            throw new BadInput(name, "is required");
        }
        return field;
    }

    String text(String name) {
        Field field = required(name);
        if (field.token != JsonToken.VALUE_STRING) {
            throw new BadInput(name, "must be a string");
        }
        return field.text;
    }

    Optional<String> optionalText(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /// A whole number from `min` to `max`.
    long number(String name, long min, long max) {
        Field field = required(name);
        String rule = "must be a whole number from " + min + " to " + max;
        if (field.token != JsonToken.VALUE_NUMBER_INT) {
            throw new BadInput(name, rule);
        }
        try {
            long value = Long.parseLong(field.text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException tooLong) {
            // Said below, with the value.
        }
        throw new BadInput(name, rule, field.text);
    }

    long number(String name, long min, long max, long absent) {
        return has(name) ? number(name, min, max) : absent;
    }

    boolean flag(String name) {
        return switch (required(name).token) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new BadInput(name, "must be true or false");
        };
    }

    /// The bytes of a JSON object as they came.
    byte[] object(String name) {
        Field field = required(name);
        if (field.token != JsonToken.START_OBJECT) {
            throw new BadInput(name, "must be a JSON object");
        }
        return field.raw;
    }

    ConversationId conversation() {
        String text = text("conversation");
        return ConversationId.parse(text).orElseThrow(() -> new BadInput("conversation", "must be a decimal id", text));
    }

    AccountId account(String name) {
        return accountOf(name, text(name));
    }

    /// A list of at most `max` account ids, repeated ones once.
    List<AccountId> accounts(String name, int max) {
        Field field = required(name);
        if (field.token != JsonToken.START_ARRAY) {
            throw new BadInput(name, "must be a list of account ids");
        }
        List<AccountId> accounts = field.items.stream()
                .map(item -> accountOf(name, item))
                .distinct()
                .toList();
        if (field.items.size() > max) {
            throw new BadInput(name, "at most " + max + " accounts", Integer.toString(field.items.size()));
        }
        return accounts;
    }

    private static AccountId accountOf(String name, String text) {
        return AccountId.parse(text).orElseThrow(() -> new BadInput(name, "must hold decimal account ids", text));
    }
}
