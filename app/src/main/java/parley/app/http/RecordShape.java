package parley.app.http;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.bind.annotation.JsonbProperty;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares a JSON object with the record it is to become: no unknown names, no other types. Absent and
/// null fields are left to the record's constraints, except for primitive components. Pure.
final class RecordShape {
    private RecordShape() {}

    static void check(JsonObject json, Class<? extends Record> type, String path, List<FieldError> errors) {
        RecordComponent[] components = type.getRecordComponents();
        for (String name : json.keySet()) {
            if (find(components, name) == null) {
                errors.add(new FieldError(path + name, "unknown", ""));
            }
        }
        for (RecordComponent component : components) {
            String name = name(component);
            JsonValue value = json.getOrDefault(name, JsonValue.NULL);
            if (value != JsonValue.NULL) {
                boolean hidden = component.isAnnotationPresent(Confidential.class);
                check(value, component.getGenericType(), path + name, hidden, errors);
            } else if (component.getType().isPrimitive()) {
                errors.add(new FieldError(path + name, "required", ""));
            }
        }
    }

    static boolean isConfidential(Class<?> type, String field) {
        RecordComponent component = find(type.getRecordComponents(), field);
        return component != null && component.isAnnotationPresent(Confidential.class);
    }

    private static void check(JsonValue value, Type type, String path, boolean hidden, List<FieldError> errors) {
        if (type instanceof ParameterizedType list && value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                check(array.get(i), list.getActualTypeArguments()[0], path + "." + i, hidden, errors);
            }
        } else if (type instanceof Class<?> c && c.isRecord() && value instanceof JsonObject object) {
            check(object, c.asSubclass(Record.class), path + ".", errors);
        } else if (!fits(value, type)) {
            errors.add(new FieldError(path, "type", hidden ? "" : value.toString()));
        }
    }

    private static boolean fits(JsonValue value, Type type) {
        if (type == String.class) {
            return value instanceof JsonString;
        }
        if (type == Boolean.class || type == boolean.class) {
            return value == JsonValue.TRUE || value == JsonValue.FALSE;
        }
        if (type == Long.class || type == long.class) {
            return isWhole(value, Long.SIZE);
        }
        if (type == Integer.class || type == int.class) {
            return isWhole(value, Integer.SIZE);
        }
        return false;
    }

    private static boolean isWhole(JsonValue value, int bits) {
        // The scale bounds the work: 1e999999999 is a short text and a very long number.
        return value instanceof JsonNumber number
                && number.bigDecimalValue().scale() == 0
                && number.bigIntegerValue().bitLength() < bits;
    }

    private static @Nullable RecordComponent find(RecordComponent[] components, String name) {
        for (RecordComponent component : components) {
            if (name(component).equals(name)) {
                return component;
            }
        }
        return null;
    }

    private static String name(RecordComponent component) {
        JsonbProperty renamed = component.getAccessor().getAnnotation(JsonbProperty.class);
        return renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
    }
}
